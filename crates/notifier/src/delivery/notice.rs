//! A channel that refuses is something that the operators have to hear of, through the channels that work.

use alert::{Alert, Fact, Identity, Severity, Status, Text, Throttle};
use jiff::Timestamp;

use super::report::{AlertReport, Delivery, Outcome};

/// The channels that refused an alert which others have delivered.
pub(super) fn refusals(report: &AlertReport) -> Vec<&Delivery> {
    let somebody_has_it = report.deliveries.iter().any(Delivery::reached_somebody);
    report.deliveries.iter().filter(|delivery| somebody_has_it && delivery.outcome.is_refused()).collect()
}

/// Says that a channel is broken. The same refusal has the same key for a day, so that a storm of alerts makes one notice.
pub(super) fn notice(alert: &Alert, refused: &Delivery, now: Timestamp) -> Alert {
    // Whatever the alert was about, it is the same channel.
    let identity = Identity { source: "channel", drill: alert.drill, account: None, region: None };
    let outcome = refused.outcome.as_str();
    let day = (now.as_second() / 86_400).to_string();
    let error = refused.error.clone().unwrap_or_default();
    Alert {
        source: alert.source,
        severity: Severity::High,
        status: Status::Notice,
        drill: alert.drill,
        key: identity.key(&["channel-refused", &refused.channel, outcome, &day]),
        fingerprint: identity.fingerprint(&["channel-refused", &refused.channel]),
        throttle: Throttle::Never,
        free_only: false,
        only_if_firing: false,
        mailed_by: None,
        title: Text::new("알림 채널이 전송을 거절했습니다", "An alert channel refused to send"),
        subject: Some(refused.channel.clone()),
        account: alert.account.clone(),
        region: alert.region.clone(),
        time: Some(now),
        facts: vec![
            Fact::foreign(Text::new("거절한 이유", "Refused because"), error.clone()).brief(),
            Fact::foreign(
                Text::new("전송하지 못한 알림", "Alert that did not go out there"),
                format!("#{}", alert.key.short_id()),
            ),
        ],
        advice: advice(refused.outcome),
        links: Vec::new(),
        raw: error,
    }
}

fn advice(outcome: Outcome) -> Text {
    if outcome == Outcome::Unauthorized {
        Text::new(
            "고칠 때까지 이 채널로는 아무 알림도 가지 않습니다. 설정의 키와 발신 번호를 확인하세요.",
            "Nothing passes there until it is mended. Check the channel's keys and sender in the configuration.",
        )
    } else {
        Text::new(
            "거절한 이유를 보고 받는 번호, 잔액, 발송 한도를 확인하세요.",
            "See why it was refused, and check the recipient, the balance and the quota.",
        )
    }
}
