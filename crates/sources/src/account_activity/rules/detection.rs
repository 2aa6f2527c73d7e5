//! What an intruder turns off first: what records and detects.

use alert::{Policy, Severity, Text};

use super::super::call::Call;
use super::super::conditions::not;
use super::{Events, RULE, Rule};

const BLIND: Text = Text::new(
    "계획한 일이 아니면 지금 다시 켜고, 이 사람의 액세스 키와 세션을 막은 뒤 CloudTrail에서 무엇을 했는지 보세요.",
    "Unless it was planned, turn it on again now, block this person's keys and sessions, and see what else they did.",
);

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "trail-stopped",
        severity: Severity::Critical,
        events: Events::Named(&[("cloudtrail", &["StopLogging", "DeleteTrail"])]),
        title: Text::new("CloudTrail 기록이 중지됐습니다", "CloudTrail was stopped"),
        attempt: Text::new("CloudTrail 기록 중지 시도 (실패)", "Stopping CloudTrail failed"),
        advice: Text::new(
            "지금 기록을 다시 켜세요. 꺼진 동안에는 루트 로그인도 알 수 없습니다. 이 사람의 액세스 키와 세션을 막으세요.",
            "Turn it on again now: until then, nobody hears of root sign-ins. Block this person's keys and sessions.",
        ),
        subject: &["/requestParameters/name"],
        ..RULE
    },
    Rule {
        name: "trail-changed",
        severity: Severity::High,
        events: Events::Named(&[("cloudtrail", &["UpdateTrail", "PutEventSelectors"])]),
        title: Text::new("CloudTrail 설정이 바뀌었습니다", "CloudTrail settings were changed"),
        attempt: Text::new("CloudTrail 설정 변경 시도 (실패)", "Changing CloudTrail failed"),
        advice: Text::new(
            "모든 리전의 관리 이벤트를 계속 기록하는지, 저장하는 버킷이 그대로인지 확인하세요.",
            "Check that it still records management events of all Regions, into the same bucket.",
        ),
        subject: &["/requestParameters/name", "/requestParameters/trailName"],
        ..RULE
    },
    Rule {
        name: "config-stopped",
        severity: Severity::High,
        events: Events::Named(&[(
            "config",
            &["StopConfigurationRecorder", "DeleteConfigurationRecorder", "DeleteDeliveryChannel"],
        )]),
        title: Text::new("AWS Config 기록이 중지됐습니다", "AWS Config was stopped"),
        attempt: Text::new("AWS Config 중지 시도 (실패)", "Stopping AWS Config failed"),
        advice: BLIND,
        subject: &["/requestParameters/configurationRecorderName", "/requestParameters/deliveryChannelName"],
        ..RULE
    },
    Rule {
        name: "guardduty-disabled",
        severity: Severity::High,
        events: Events::Named(&[("guardduty", &["DeleteDetector"])]),
        title: Text::new("GuardDuty가 꺼졌습니다", "GuardDuty was turned off"),
        attempt: Text::new("GuardDuty를 끄려는 시도 (실패)", "Turning GuardDuty off failed"),
        advice: BLIND,
        ..RULE
    },
    Rule {
        name: "guardduty-paused",
        severity: Severity::High,
        events: Events::Named(&[("guardduty", &["UpdateDetector"])]),
        when: no_longer_enabled,
        title: Text::new("GuardDuty가 일시 중지됐습니다", "GuardDuty was paused"),
        attempt: Text::new("GuardDuty 일시 중지 시도 (실패)", "Pausing GuardDuty failed"),
        advice: BLIND,
        ..RULE
    },
    // Its plans can be turned off one by one.
    Rule {
        name: "guardduty-changed",
        severity: Severity::Medium,
        events: Events::Named(&[("guardduty", &["UpdateDetector"])]),
        title: Text::new("GuardDuty 설정이 바뀌었습니다", "GuardDuty settings were changed"),
        attempt: Text::new("GuardDuty 설정 변경 시도 (실패)", "Changing GuardDuty failed"),
        advice: Text::new(
            "꺼진 보호 기능이 없는지 GuardDuty 설정에서 확인하세요.",
            "See in the settings of GuardDuty that no protection was turned off.",
        ),
        ..RULE
    },
    Rule {
        name: "access-analyzer-deleted",
        severity: Severity::High,
        events: Events::Named(&[("access-analyzer", &["DeleteAnalyzer"])]),
        title: Text::new("Access Analyzer가 삭제됐습니다", "Access Analyzer was deleted"),
        attempt: Text::new("Access Analyzer 삭제 시도 (실패)", "Deleting Access Analyzer failed"),
        advice: BLIND,
        subject: &["/requestParameters/analyzerName"],
        ..RULE
    },
    Rule {
        name: "security-hub-disabled",
        severity: Severity::High,
        events: Events::Named(&[("securityhub", &["DisableSecurityHub", "DisableSecurityHubV2"])]),
        title: Text::new("Security Hub가 꺼졌습니다", "Security Hub was turned off"),
        attempt: Text::new("Security Hub를 끄려는 시도 (실패)", "Turning Security Hub off failed"),
        advice: BLIND,
        ..RULE
    },
    Rule {
        name: "flow-logs-deleted",
        severity: Severity::Medium,
        events: Events::Named(&[("ec2", &["DeleteFlowLogs"])]),
        title: Text::new("VPC 흐름 로그가 삭제됐습니다", "VPC flow logs were deleted"),
        attempt: Text::new("VPC 흐름 로그 삭제 시도 (실패)", "Deleting VPC flow logs failed"),
        advice: BLIND,
        subject: &[
            "/requestParameters/DeleteFlowLogsRequest/FlowLogId/content",
            "/requestParameters/DeleteFlowLogsRequest/FlowLogId",
        ],
        ..RULE
    },
];

fn no_longer_enabled(call: &Call<'_>, _: &Policy) -> Option<bool> {
    not(call.truth("/requestParameters/enable"))
}
