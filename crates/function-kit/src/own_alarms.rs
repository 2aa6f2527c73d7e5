//! The alarms of our own stack. Each mails by itself, past our functions, so that people also hear of those that fail:
//! their mail is not sent a second time.

use alert::{Alert, Status};

/// Marks the alerts of which CloudWatch has mailed the readers of `topic` already: firing alarms whose names begin with the
/// name of this stack, in the account and Region of its topic. The template names them so and gives only them the topic.
pub(crate) fn mark(alerts: &mut [Alert], stack: &str, topic: &str) {
    for alert in alerts.iter_mut().filter(|alert| is_own(alert, stack, topic)) {
        alert.mailed_by = Some(topic.to_owned());
    }
}

fn is_own(alert: &Alert, stack: &str, topic: &str) -> bool {
    // arn:aws:sns:us-east-1:111122223333:bongsu-alerts
    let mut place = topic.split(':').skip(3);
    let (region, account) = (place.next(), place.next());
    let name = alert.subject.as_deref().unwrap_or_default();
    alert.source == sources::cloudwatch_alarm::SOURCE.slug
        && alert.status == Status::Firing
        && !alert.drill
        && name.strip_prefix(stack).is_some_and(|rest| rest.starts_with('-'))
        && region.is_some_and(|region| alert.region.as_deref() == Some(region))
        && account.is_some_and(|account| alert.account.as_deref() == Some(account))
}

#[cfg(test)]
mod tests {
    use sources::ItemOutcome;

    use super::*;

    const TOPIC: &str = "arn:aws:sns:ap-northeast-2:111122223333:bongsu-alerts";
    const ALARM: &str = include_str!("../../../events/cloudwatch-alarm/metric-alarm.json");

    fn alerts(event: &str) -> Vec<Alert> {
        let mut reading = sources::read(event.as_bytes(), sources::ALL, sources::UNKNOWN, &alert::Policy::default());
        let ItemOutcome::Alerts(alerts) = reading.items.remove(0).outcome else { panic!("{event}") };
        alerts
    }

    fn mailed(event: &str, stack: &str, topic: &str) -> bool {
        let mut alerts = alerts(event);
        mark(&mut alerts, stack, topic);
        assert!(alerts[0].mailed_by.as_deref().is_none_or(|by| by == topic));
        alerts[0].mailed_by.is_some()
    }

    #[test]
    fn only_a_firing_alarm_of_this_very_stack_has_been_mailed() {
        let own = ALARM.replace("api-cpu-high", "bongsu-root-login-errors");
        let over = include_str!("../../../events/cloudwatch-alarm/metric-ok.json").replace("api-cpu-high", "bongsu-x");
        let drill = own.replace("aws.cloudwatch", "drill.aws.cloudwatch");
        let sign_in = include_str!("../../../events/root-login/success-without-mfa.json");
        let cases = [
            ("its own", own.as_str(), "bongsu", TOPIC, true),
            ("somebody else's", ALARM, "bongsu", TOPIC, false),
            ("another stack's with a longer name", &own.replace("bongsu-", "bongsu2-"), "bongsu", TOPIC, false),
            ("of a name without a rest", &own.replace("bongsu-root-login-errors", "bongsu"), "bongsu", TOPIC, false),
            ("in another account", &own.replace("111122223333", "444455556666"), "bongsu", TOPIC, false),
            ("in another Region", &own.replace("ap-northeast-2", "us-east-1"), "bongsu", TOPIC, false),
            ("over", &over, "bongsu", TOPIC, false),
            ("a drill", &drill, "bongsu", TOPIC, false),
            ("no alarm", sign_in, "bongsu", TOPIC, false),
            ("with a topic that is none", &own, "bongsu", "topic", false),
        ];
        for (case, event, stack, topic, expected) in cases {
            assert_eq!(mailed(event, stack, topic), expected, "{case}");
        }
    }
}
