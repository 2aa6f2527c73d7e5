//! Who may come in, and what they may do: IAM.

use alert::{Policy, Severity, Text};

use super::super::call::Call;
use super::super::conditions::{any_word, by_people};
use super::super::documents::{allows_everything, document, lets_in_anybody};
use super::{Events, RULE, Rule};

/// Policies of AWS that are as good as root rights.
const ADMINISTRATORS: [&str; 2] = ["AdministratorAccess", "IAMFullAccess"];

const DOCUMENT: &str = "/requestParameters/policyDocument";
const USER: &[&str] = &["/requestParameters/userName"];
/// Whom a right was given to, or the policy that gives it.
const GRANTEE: &[&str] = &[
    "/requestParameters/userName",
    "/requestParameters/roleName",
    "/requestParameters/groupName",
    "/requestParameters/policyArn",
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "role-open-to-anybody",
        severity: Severity::Critical,
        events: Events::Named(&[("iam", &["UpdateAssumeRolePolicy"])]),
        when: trusts_anybody,
        title: Text::new("누구나 맡을 수 있는 역할이 생겼습니다", "Anybody can assume a role now"),
        attempt: Text::new("역할을 모두에게 열려는 시도 (실패)", "Opening a role to anybody failed"),
        advice: Text::new(
            "지금 역할의 신뢰 정책에서 '*'를 빼고, 그사이 누가 역할을 썼는지 CloudTrail에서 확인하세요.",
            "Take the '*' out of the role's trust policy now, and see in CloudTrail who has used the role since.",
        ),
        subject: &["/requestParameters/roleName"],
        ..RULE
    },
    Rule {
        name: "administrator-rights-given",
        severity: Severity::High,
        events: Events::Named(&[(
            "iam",
            &[
                "AttachUserPolicy",
                "AttachRolePolicy",
                "AttachGroupPolicy",
                "PutUserPolicy",
                "PutRolePolicy",
                "PutGroupPolicy",
                "CreatePolicy",
                "CreatePolicyVersion",
            ],
        )]),
        when: gives_administrator_rights,
        title: Text::new("관리자 권한이 부여됐습니다", "Administrator rights were given"),
        attempt: Text::new("관리자 권한 부여 시도 (실패)", "Giving administrator rights failed"),
        advice: Text::new(
            "누가 왜 주었는지 확인하세요. 모르는 일이면 권한을 빼고, 준 사람의 액세스 키와 세션을 막으세요.",
            "Find out who gave them and why. If nobody knows, take them away and block the giver's keys and sessions.",
        ),
        subject: GRANTEE,
        more: &[
            (Text::new("정책", "Policy"), "/requestParameters/policyArn"),
            (Text::new("정책", "Policy"), "/requestParameters/policyName"),
        ],
        ..RULE
    },
    Rule {
        name: "mfa-removed",
        severity: Severity::High,
        events: Events::Named(&[("iam", &["DeactivateMFADevice", "DeleteVirtualMFADevice"])]),
        title: Text::new("사용자의 MFA가 해제됐습니다", "MFA of a user was removed"),
        attempt: Text::new("사용자 MFA 해제 시도 (실패)", "Removing a user's MFA failed"),
        advice: Text::new(
            "본인이 기기를 바꾼 것인지 물어보세요. 아니라면 비밀번호를 바꾸고 액세스 키를 비활성화하세요.",
            "Ask the user whether they changed the device. If not, change the password and deactivate the access keys.",
        ),
        subject: &["/requestParameters/userName", "/requestParameters/serialNumber"],
        more: &[(Text::new("MFA 장치", "MFA device"), "/requestParameters/serialNumber")],
        ..RULE
    },
    Rule {
        name: "user-created",
        severity: Severity::High,
        events: Events::Named(&[("iam", &["CreateUser"])]),
        title: Text::new("IAM 사용자가 만들어졌습니다", "IAM user was created"),
        attempt: Text::new("IAM 사용자 생성 시도 (실패)", "Creating an IAM user failed"),
        advice: Text::new(
            "누가 왜 만들었는지 확인하세요. 모르는 사용자면 지우고, 만든 사람의 액세스 키와 세션을 막으세요.",
            "Find out who made it and why. If nobody knows, delete it and block the maker's keys and sessions.",
        ),
        subject: USER,
        ..RULE
    },
    Rule {
        name: "user-password-set",
        severity: Severity::High,
        events: Events::Named(&[("iam", &["CreateLoginProfile", "UpdateLoginProfile"])]),
        title: Text::new("사용자의 비밀번호가 설정됐습니다", "Console password of a user was set"),
        attempt: Text::new("사용자 비밀번호 설정 시도 (실패)", "Setting a user's password failed"),
        advice: Text::new(
            "본인이 부탁한 일인지 물어보세요. 아니라면 비밀번호를 지우고, 설정한 사람의 액세스 키와 세션을 막으세요.",
            "Ask the user whether they wanted it. If not, delete the password and block the keys of who set it.",
        ),
        subject: USER,
        ..RULE
    },
    Rule {
        name: "access-key-created",
        severity: Severity::High,
        events: Events::Named(&[("iam", &["CreateAccessKey"])]),
        title: Text::new("사용자 액세스 키가 만들어졌습니다", "Access key of a user was created"),
        attempt: Text::new("액세스 키 생성 시도 (실패)", "Creating an access key failed"),
        advice: Text::new(
            "필요해서 만든 키인지 물어보세요. 모르는 키면 지금 비활성화하고 지우세요.",
            "Ask whether the key is needed. If nobody knows of it, deactivate it now, then delete it.",
        ),
        subject: &["/requestParameters/userName", "/responseElements/accessKey/userName"],
        more: &[(Text::new("새 키", "New key"), "/responseElements/accessKey/accessKeyId")],
        ..RULE
    },
    Rule {
        name: "role-trust-changed",
        severity: Severity::Medium,
        events: Events::Named(&[("iam", &["UpdateAssumeRolePolicy"])]),
        when: by_people,
        title: Text::new("역할을 맡을 수 있는 쪽이 바뀌었습니다", "Who can assume a role has changed"),
        attempt: Text::new("역할 신뢰 정책 변경 시도 (실패)", "Changing who can assume a role failed"),
        advice: Text::new(
            "신뢰 정책에 모르는 계정이나 공급자가 있으면 빼세요.",
            "If the trust policy names an account or provider that you do not know, take it out.",
        ),
        subject: &["/requestParameters/roleName"],
        ..RULE
    },
    Rule {
        name: "group-member-added",
        severity: Severity::Medium,
        events: Events::Named(&[("iam", &["AddUserToGroup"])]),
        title: Text::new("사용자를 그룹에 넣었습니다", "User was added to a group"),
        attempt: Text::new("사용자를 그룹에 넣는 시도 (실패)", "Adding a user to a group failed"),
        advice: Text::new(
            "그룹의 권한이 이 사용자에게 필요한지 확인하고, 아니면 그룹에서 빼세요.",
            "Check whether the user needs what the group may do; if not, take the user out.",
        ),
        subject: USER,
        more: &[(Text::new("그룹", "Group"), "/requestParameters/groupName")],
        ..RULE
    },
];

fn trusts_anybody(call: &Call<'_>, _: &Policy) -> Option<bool> {
    lets_in_anybody(&document(call.detail.pointer(DOCUMENT)?)?)
}

/// A policy of AWS that is attached, or a document that allows everything. AWS tells nothing of some requests that it
/// refused; then it is an attempt all the same.
fn gives_administrator_rights(call: &Call<'_>, _: &Policy) -> Option<bool> {
    let attached = any_word(call, &["/requestParameters/policyArn"], |arn| {
        ADMINISTRATORS.iter().any(|name| arn.strip_suffix(name).is_some_and(|before| before.ends_with('/')))
    });
    let given = match call.name {
        "AttachUserPolicy" | "AttachRolePolicy" | "AttachGroupPolicy" => attached,
        _ => call.detail.pointer(DOCUMENT).and_then(document).and_then(|document| allows_everything(&document)),
    };
    let untold = call.failed() && !call.detail.pointer("/requestParameters").is_some_and(serde_json::Value::is_object);
    given.or(untold.then_some(true))
}
