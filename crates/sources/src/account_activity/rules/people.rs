//! Where people work and how they come in, and what Config finds that was not there before.

use alert::{Policy, Severity, Text};

use super::super::call::Call;
use super::super::conditions::{and, by_people};
use super::{Events, RULE, Rule, Story};

/// Services that are the same in every Region, or whose page writes something as soon as it is looked at: a call of
/// theirs says nothing of where somebody works. Their events come in one Region, whatever Regions are used.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html>
pub(crate) const GLOBAL: &[&str] = &[
    "account",
    "artifact",
    "aws-marketplace",
    "bcm-data-exports",
    "billing",
    "billingconsole",
    "budgets",
    "ce",
    "chatbot",
    "cloudfront",
    "consoleapp",
    "cost-optimization-hub",
    "cur",
    "freetier",
    "globalaccelerator",
    "health",
    "iam",
    "importexport",
    "invoicing",
    "networkmanager",
    "notifications",
    "notifications-contacts",
    "organizations",
    "payments",
    "pricing",
    "route53",
    "route53-recovery-control-config",
    "route53domains",
    "shield",
    "signin",
    "sso",
    "sso-directory",
    "sts",
    "support",
    "supportapp",
    "tax",
    "trustedadvisor",
    "uxc",
    "waf",
];

/// What machines write by themselves for as long as they run: agents, and functions that open a log.
pub(crate) const CHATTER: &[&str] = &[
    "CreateLogStream",
    "UpdateInstanceInformation",
    "UpdateInstanceAssociationStatus",
    "PutInventory",
    "PutComplianceItems",
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "forbidden-region-used",
        severity: Severity::Critical,
        events: Events::AllWrites,
        when: in_a_forbidden_region,
        story: Story::Person,
        title: Text::new("쓰지 않는 리전에서 작업 중입니다", "Somebody works in an unused Region"),
        attempt: Text::new("쓰지 않는 리전에서 시도 (실패)", "A call in an unused Region failed"),
        advice: Text::new(
            "아무도 모르는 일이면 코인 채굴일 수 있습니다. 이 사람의 액세스 키와 세션을 막고, 그 리전에 생긴 것을 지우세요.",
            "If nobody knows of it, it may be a coin miner: block this person's keys and sessions, and delete what is there.",
        ),
        subject: &["/awsRegion"],
        ..RULE
    },
    Rule {
        name: "sign-in-without-mfa",
        severity: Severity::High,
        events: Events::Named(&[("signin", &["ConsoleLogin"])]),
        when: signed_in_without_mfa,
        title: Text::new("MFA 없이 콘솔에 로그인했습니다", "Console sign-in without MFA"),
        attempt: Text::new("콘솔 로그인이 실패했습니다", "Console sign-in failed"),
        advice: Text::new(
            "본인이 맞는지 물어보고, 이 사용자의 MFA를 켜세요. 모르는 로그인이면 비밀번호를 바꾸세요.",
            "Ask whether it was them, and have the user turn on MFA. If nobody knows, change the password.",
        ),
        ..RULE
    },
    Rule {
        name: "sign-in-failed",
        severity: Severity::Medium,
        events: Events::Named(&[("signin", &["ConsoleLogin"])]),
        when: sign_in_failed,
        story: Story::Address,
        title: Text::new("콘솔 로그인이 실패했습니다", "Console sign-in failed"),
        attempt: Text::new("콘솔 로그인이 실패했습니다", "Console sign-in failed"),
        advice: Text::new(
            "본인이 비밀번호를 틀린 것인지 물어보세요. 아니라면 비밀번호를 바꾸고 MFA가 켜져 있는지 보세요.",
            "Ask whether they mistyped the password. If not, change it and see that MFA is on.",
        ),
        ..RULE
    },
    // https://docs.aws.amazon.com/config/latest/developerguide/example-sns-notification.html
    Rule {
        name: "resource-discovered",
        severity: Severity::Info,
        events: Events::ConfigItems,
        when: discovered,
        title: Text::new("새 리소스가 발견됐습니다", "A new resource was discovered"),
        attempt: Text::new("새 리소스가 발견됐습니다", "A new resource was discovered"),
        advice: Text::new(
            "모르는 리소스면 누가 만들었는지 확인하세요.",
            "If you do not know it, find out who made it.",
        ),
        subject: &["/configurationItem/resourceName", "/configurationItem/resourceId", "/configurationItem/ARN"],
        more: &[(Text::new("종류", "Type"), "/configurationItem/resourceType")],
        ..RULE
    },
];

fn in_a_forbidden_region(call: &Call<'_>, policy: &Policy) -> Option<bool> {
    let tells_nothing = GLOBAL.contains(&call.service) || CHATTER.contains(&call.name) || call.read_only();
    if policy.allowed_regions.is_none() || tells_nothing {
        return Some(false);
    }
    and([by_people(call, policy), call.region().map(|region| policy.forbids_region(region))])
}

/// Whether an IAM user signed in. Of whoever comes from elsewhere AWS always says that no MFA was used, and the root
/// user is told by the source `root-login`.
fn of_a_user(call: &Call<'_>) -> Option<bool> {
    Some(call.user_type()? == "IAMUser")
}

/// Anything that AWS has not said to be a failure is told as if it had come through.
fn came_in(call: &Call<'_>) -> bool {
    call.word("/responseElements/ConsoleLogin") != Some("Failure")
}

/// `Yes` and `No`, once seen as `YES`. A sign-in that says nothing of it is told as one without.
fn signed_in_without_mfa(call: &Call<'_>, _: &Policy) -> Option<bool> {
    let used = call.word("/additionalEventData/MFAUsed").is_some_and(|used| used.trim().eq_ignore_ascii_case("yes"));
    and([of_a_user(call), Some(came_in(call) && !used)])
}

fn sign_in_failed(call: &Call<'_>, _: &Policy) -> Option<bool> {
    and([of_a_user(call), Some(!came_in(call))])
}

/// One that Config does not call anything else is told.
#[expect(clippy::unnecessary_wraps, reason = "a condition like the others")]
fn discovered(call: &Call<'_>, policy: &Policy) -> Option<bool> {
    let status = call.word("/configurationItem/configurationItemStatus").unwrap_or("ResourceDiscovered");
    Some(policy.new_resources && status == "ResourceDiscovered")
}
