//! The root user, whom no policy can stop.

use alert::{Policy, Severity, Text};

use super::super::call::Call;
use super::super::conditions::{by_people, by_root, by_root_itself};
use super::{Events, RULE, Rule, Story};

/// What to do where the root user may be a stranger.
pub(in super::super) const STRANGER: Text = Text::new(
    "아무도 모르는 일이면 루트 비밀번호와 MFA를 지금 바꾸고 루트 액세스 키를 지우세요. 로그인이 안 되면 AWS 지원에 연락하세요.",
    "If nobody knows of it, change the root password and MFA now, and delete root access keys. If you cannot sign in, call AWS Support.",
);

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "root-access-key-created",
        severity: Severity::Critical,
        events: Events::Named(&[("iam", &["CreateAccessKey"])]),
        when: by_root_without_a_user,
        title: Text::new("루트 액세스 키가 만들어졌습니다", "Root access key was created"),
        attempt: Text::new("루트 액세스 키 생성 시도 (실패)", "Creating a root access key failed"),
        advice: Text::new(
            "루트 키로는 무엇이든 할 수 있습니다. 아무도 모르는 키면 지금 지우고 루트 비밀번호와 MFA를 바꾸세요.",
            "A root key can do anything. If nobody knows of it, delete it now, and change the root password and MFA.",
        ),
        more: &[(Text::new("새 키", "New key"), "/responseElements/accessKey/accessKeyId")],
        ..RULE
    },
    Rule {
        name: "root-mfa-removed",
        severity: Severity::Critical,
        events: Events::Named(&[("iam", &["DeactivateMFADevice", "DeleteVirtualMFADevice"])]),
        when: of_the_root_user,
        title: Text::new("루트 사용자의 MFA가 해제됐습니다", "MFA of the root user was removed"),
        attempt: Text::new("루트 MFA 해제 시도 (실패)", "Removing the root user's MFA failed"),
        advice: STRANGER,
        more: &[(Text::new("MFA 장치", "MFA device"), "/requestParameters/serialNumber")],
        ..RULE
    },
    Rule {
        name: "root-password-changed",
        severity: Severity::Critical,
        events: Events::Named(&[("signin", &["PasswordUpdated", "PasswordRecoveryCompleted"])]),
        title: Text::new("루트 비밀번호가 바뀌었습니다", "Root password was changed"),
        attempt: Text::new("루트 비밀번호 변경 시도 (실패)", "Changing the root password failed"),
        advice: STRANGER,
        ..RULE
    },
    Rule {
        name: "root-email-changed",
        severity: Severity::Critical,
        events: Events::Named(&[
            ("signin", &["EmailUpdated"]),
            ("account", &["StartPrimaryEmailUpdate", "AcceptPrimaryEmailUpdate"]),
        ]),
        title: Text::new("루트 이메일을 바꾸고 있습니다", "Root email address is being changed"),
        attempt: Text::new("루트 이메일 변경 시도 (실패)", "Changing the root email failed"),
        advice: Text::new(
            "아무도 모르는 일이면 계정을 빼앗기는 중일 수 있습니다. 지금 AWS 지원에 연락하세요.",
            "If nobody knows of it, somebody may be taking over the account. Call AWS Support now.",
        ),
        subject: &["/requestParameters/primaryEmail"],
        ..RULE
    },
    // Any stranger who knows the address can ask, as often as they like.
    Rule {
        name: "root-password-recovery-requested",
        severity: Severity::High,
        events: Events::Named(&[("signin", &["PasswordRecoveryRequested"])]),
        story: Story::Address,
        title: Text::new("루트 비밀번호 재설정을 요청했습니다", "Root password reset was requested"),
        attempt: Text::new("루트 비밀번호 재설정 시도 (실패)", "Root password reset request failed"),
        advice: Text::new(
            "요청한 사람이 없으면 루트 메일함이 안전한지 확인하고, 재설정 메일의 링크를 누르지 마세요.",
            "If none of you asked, make sure that the root mailbox is safe, and do not open the link in the mail.",
        ),
        ..RULE
    },
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
    Rule {
        name: "root-session-taken",
        severity: Severity::High,
        events: Events::Named(&[("sts", &["AssumeRoot"])]),
        when: by_people,
        title: Text::new("다른 계정의 루트 권한을 썼습니다", "Took root rights in another account"),
        attempt: Text::new("다른 계정 루트 권한 시도 (실패)", "Taking root rights failed"),
        advice: Text::new(
            "누가 왜 썼는지 확인하세요. 모르는 일이면 그 사람의 세션과 액세스 키를 막으세요.",
            "Find out who needed them and why. If nobody knows, block that person's sessions and access keys.",
        ),
        subject: &["/requestParameters/targetPrincipal"],
        more: &[(Text::new("허용된 작업", "Allowed task"), "/requestParameters/taskPolicyArn/arn")],
        ..RULE
    },
];

/// Whatever else the root user does; last, so that what a rule has words for is told by them.
pub(super) const ACTIVITY: &[Rule] = &[Rule {
    name: "root-activity",
    severity: Severity::Critical,
    events: Events::AllOfRoot,
    when: by_root_itself,
    story: Story::Session,
    title: Text::new("루트 사용자가 작업하고 있습니다", "Root user is at work"),
    attempt: Text::new("루트 사용자의 호출이 실패했습니다", "A call of the root user failed"),
    advice: STRANGER,
    ..RULE
}];

/// A root user creates its own key by naming no user; for a user it is one of theirs.
fn by_root_without_a_user(call: &Call<'_>, policy: &Policy) -> Option<bool> {
    by_root(call, policy).map(|root| root && call.word("/requestParameters/userName").is_none())
}

/// Whether an MFA device is the root user's.
#[expect(clippy::unnecessary_wraps, reason = "a condition like the others")]
fn of_the_root_user(call: &Call<'_>, _: &Policy) -> Option<bool> {
    let user = call.word("/requestParameters/userName");
    let device = call.word("/requestParameters/serialNumber").unwrap_or_default();
    let by_name = match user {
        Some(user) => user == "AWS ROOT USER",
        // A user's virtual device is called by its name, whoever deletes it.
        None => call.by_root() == Some(true) && !device.contains(":mfa/"),
    };
    Some(by_name || device.contains("root-account-mfa-device") || device.contains(":u2f/root"))
}
