//! A channel that refuses is something that the operators have to hear of, through the channels that work.

use alert::{Alert, Fact, Identity, Severity, Status, Text};
use jiff::Timestamp;

use super::report::{AlertReport, Delivery};

/// The channels that refused an alert which others have delivered.
pub(super) fn refusals(report: &AlertReport) -> Vec<&Delivery> {
    let somebody_has_it = report.deliveries.iter().any(|delivery| delivery.outcome.is_delivered());
    report.deliveries.iter().filter(|delivery| somebody_has_it && delivery.outcome.is_refused()).collect()
}

/// Says that a channel is broken. The same refusal has the same key for an hour, so that a storm of alerts makes one notice.
pub(super) fn notice(alert: &Alert, refused: &Delivery, now: Timestamp) -> Alert {
    let identity = Identity {
        source: alert.source,
        drill: alert.drill,
        account: alert.account.as_deref(),
        region: alert.region.as_deref(),
    };
    let outcome = refused.outcome.as_str();
    let hour = (now.as_second() / 3600).to_string();
    let error = refused.error.clone().unwrap_or_default();
    Alert {
        source: alert.source,
        severity: Severity::High,
        status: Status::Notice,
        drill: alert.drill,
        key: identity.key(&["channel-refused", &refused.channel, outcome, &hour]),
        fingerprint: identity.fingerprint(&["channel-refused", &refused.channel]),
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
        advice: Text::new(
            "이 채널로는 다음 알림도 가지 않습니다. 설정의 키, 발신 번호, 잔액을 확인하세요.",
            "The next alert will not pass there either. Check the channel's key, sender and balance.",
        ),
        links: Vec::new(),
        raw: error,
    }
}
