//! Our own stack: who takes it down takes the alarm bell off the wall first.

use alert::{Policy, Severity, Text};

use super::super::call::{Call, truth};
use super::super::conditions::{and, any_word, by_people, not};
use super::{Events, RULE, Rule, Story};

/// Where the requests of these calls say what they are about.
const NAMES: &[&str] = &[
    "/requestParameters/stackName",
    "/requestParameters/changeSetName",
    "/requestParameters/rule",
    "/requestParameters/eventBusName",
    "/requestParameters/functionName",
    "/responseElements/functionArn",
    "/requestParameters/topicArn",
    "/requestParameters/subscriptionArn",
    "/requestParameters/queueUrl",
    "/requestParameters/tableName",
    "/requestParameters/alarmNames",
    "/requestParameters/alarmName",
    "/requestParameters/logGroupName",
    "/requestParameters/roleName",
    "/requestParameters/names",
    "/requestParameters/name",
];

/// The same, where only one name can be shown.
const SUBJECT: &[&str] = &[
    "/requestParameters/stackName",
    "/requestParameters/rule",
    "/requestParameters/functionName",
    "/responseElements/functionArn",
    "/requestParameters/topicArn",
    "/requestParameters/subscriptionArn",
    "/requestParameters/queueUrl",
    "/requestParameters/tableName",
    "/requestParameters/alarmNames/0",
    "/requestParameters/alarmName",
    "/requestParameters/logGroupName",
    "/requestParameters/roleName",
    "/requestParameters/names/0",
    "/requestParameters/name",
    "/requestParameters/eventBusName",
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "own-part-removed",
        severity: Severity::Critical,
        // Lambda's names have the date of its API behind them.
        events: Events::Named(&[
            (
                "events",
                &["DisableRule", "DeleteRule", "RemoveTargets", "PutRule", "DeleteEventBus", "RemovePermission"],
            ),
            (
                "lambda",
                &[
                    "DeleteFunction20150331",
                    "PutFunctionConcurrency20171031",
                    "DeleteEventSourceMapping20150331",
                    "UpdateEventSourceMapping20150331",
                    "RemovePermission20150331",
                    "RemovePermission20150331v2",
                ],
            ),
            ("sns", &["DeleteTopic", "Unsubscribe"]),
            ("sqs", &["DeleteQueue", "PurgeQueue"]),
            ("ssm", &["DeleteParameter", "DeleteParameters"]),
            ("dynamodb", &["DeleteTable"]),
            ("monitoring", &["DeleteAlarms", "DisableAlarmActions"]),
            ("logs", &["DeleteLogGroup"]),
            ("iam", &["DeleteRole", "DeleteRolePolicy", "DetachRolePolicy"]),
            ("cloudformation", &["DeleteStack"]),
        ]),
        when: removes_our_part,
        // Whoever takes it down takes down many parts.
        story: Story::Person,
        title: Text::new("bongsu의 일부를 지우거나 껐습니다", "A part of bongsu was removed or disabled"),
        attempt: Text::new("bongsu를 끄려는 시도 (실패)", "Disabling a part of bongsu failed"),
        advice: Text::new(
            "계획한 일이 아니면 이 사람의 액세스 키와 세션을 막고 bongsu를 다시 배포하세요. 그동안 알림이 오지 않을 수 있습니다.",
            "Unless it was planned, block this person's keys and sessions and deploy bongsu again. Alerts may be missing until then.",
        ),
        subject: SUBJECT,
        ..RULE
    },
    Rule {
        name: "own-part-changed",
        severity: Severity::Medium,
        events: Events::Named(&[
            ("events", &["PutRule", "PutTargets"]),
            (
                "lambda",
                &[
                    "UpdateFunctionCode20150331v2",
                    "UpdateFunctionConfiguration20150331v2",
                    "PutFunctionConcurrency20171031",
                    "UpdateEventSourceMapping20150331",
                ],
            ),
            ("sns", &["SetTopicAttributes"]),
            ("sqs", &["SetQueueAttributes"]),
            ("ssm", &["PutParameter"]),
            ("monitoring", &["PutMetricAlarm"]),
            ("iam", &["PutRolePolicy"]),
            ("cloudformation", &["UpdateStack", "ExecuteChangeSet"]),
        ]),
        when: changes_our_part,
        title: Text::new("bongsu의 설정이나 배포가 바뀝니다", "bongsu is being changed"),
        attempt: Text::new("bongsu 변경 시도 (실패)", "Changing bongsu failed"),
        advice: Text::new(
            "배포나 `bongsu config push`를 한 사람이 있는지 확인하세요. 없다면 다시 배포하고 설정을 다시 올리세요.",
            "Ask who has deployed, or run `bongsu config push`. If nobody has, deploy again and push the configuration.",
        ),
        subject: SUBJECT,
        ..RULE
    },
];

fn is_ours(call: &Call<'_>, policy: &Policy) -> Option<bool> {
    any_word(call, NAMES, |name| policy.is_ours(name))
}

/// By anybody; but what `CloudFormation` does, somebody told it to, and that is told.
fn removes_our_part(call: &Call<'_>, policy: &Policy) -> Option<bool> {
    let by_cloudformation = call.by_service() == Some("cloudformation.amazonaws.com");
    and([is_ours(call, policy), Some(!by_cloudformation), removes(call)])
}

fn changes_our_part(call: &Call<'_>, policy: &Policy) -> Option<bool> {
    and([is_ours(call, policy), by_people(call, policy)])
}

/// Some calls can turn off what they can turn on as well.
fn removes(call: &Call<'_>) -> Option<bool> {
    match call.name {
        "PutRule" => Some(call.word("/requestParameters/state") == Some("DISABLED")),
        "UpdateEventSourceMapping20150331" => {
            not(call.detail.pointer("/requestParameters/enabled").map_or(Some(true), truth))
        }
        "PutFunctionConcurrency20171031" => {
            Some(call.detail.pointer("/requestParameters/reservedConcurrentExecutions")?.as_i64()? == 0)
        }
        _ => Some(true),
    }
}
