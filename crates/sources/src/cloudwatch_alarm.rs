//! CloudWatch alarms: of metrics, of expressions and anomalies, composite ones, and those with contributors.
//!
//! They arrive by three ways: as EventBridge events, by an alarm's own Lambda action, and by an alarm's SNS action.
//! - <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html>
//! - <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html>
//! - <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html>

use alert::{Alert, Link, Policy, Severity, Status, Text};
use serde_json::Value;

use crate::arn::{console, encoded};
use crate::fields::quoted;
use crate::origin::{self, Origin, Saying};
use crate::{Outcome, Source};

mod change;
mod facts;
mod measure;

use change::Change;

/// This source.
pub const SOURCE: Source = Source { slug: "cloudwatch-alarm", alerts };

/// Reads an alarm's change of state. `ALARM` fires and `OK` resolves it; an alarm that loses its data while it burns is
/// told too.
pub fn alerts(event: &Value, _: &Policy) -> Outcome {
    if origin::service(event) == "aws.cloudwatch"
        && origin::detail_type(event) == "CloudWatch Alarm Configuration Change"
    {
        return Outcome::ignored("an alarm was created, changed or deleted: its state did not change");
    }
    let Some(change) = Change::read(event) else {
        return Outcome::NotMine;
    };
    match told(&change) {
        Some(Told::Always(turn)) => Outcome::alert(alert(event, &change, turn)),
        Some(Told::IfFiring(why)) => Outcome::if_firing(alert(event, &change, Turn::Over), reason(&change, why)),
        Some(Told::Never(why)) => Outcome::ignored(reason(&change, why)),
        None => Outcome::NotMine,
    }
}

fn reason(change: &Change<'_>, why: &str) -> String {
    format!(
        "{why}: {} went from {} to {}",
        quoted(&change.name),
        quoted(change.previous.unwrap_or("nothing")),
        quoted(change.state.unwrap_or("nothing")),
    )
}

/// Who has to hear of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Always(Turn),
    /// It may end what burned before its data ended.
    IfFiring(&'static str),
    Never(&'static str),
}

/// What a change of state means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Burning,
    Over,
    /// The data ended while the alarm was on: neither good news nor the same bad news.
    Dark,
}

/// Nothing, where the new state is none that we know. Contributors have no previous state.
fn told(change: &Change<'_>) -> Option<Told> {
    const NO_DATA: &str = "INSUFFICIENT_DATA";
    Some(match (change.previous, change.state?) {
        // Composite alarms say so when their suppression begins or ends.
        (Some(old), new) if old == new => Told::Never("the alarm's state did not change"),
        (Some(NO_DATA), "OK") => Told::IfFiring("the alarm had no data, and now has good ones"),
        (Some("OK"), NO_DATA) => Told::Never("the alarm lost its data while it was not on"),
        (_, "ALARM") => Told::Always(Turn::Burning),
        (_, "OK") => Told::Always(Turn::Over),
        (_, NO_DATA) => Told::Always(Turn::Dark),
        _ => return None,
    })
}

fn alert(event: &Value, change: &Change<'_>, turn: Turn) -> Alert {
    let origin =
        Origin { account: change.account.clone(), region: change.region.clone(), ..Origin::new(SOURCE.slug, event) };
    let origin = origin.account(&["/accountId", "/AWSAccountId", "/account"]).region(&["/region"]);
    let origin = Origin { time: change.time, ..origin }.time(&["/time"]);

    let contributor = change.contributor_id.as_deref().unwrap_or_default();
    let key = change.moment.as_deref().map(|moment| [change.name.as_str(), contributor, moment]);
    Alert {
        subject: Some(change.name.clone()),
        facts: facts::facts(change),
        links: vec![link(origin.region.as_deref(), &change.name)],
        ..origin.alert(saying(change, turn), key.as_ref().map(<[_; 3]>::as_slice), &[&change.name, contributor])
    }
}

fn saying(change: &Change<'_>, turn: Turn) -> Saying {
    let (status, title, advice) = match turn {
        Turn::Burning => (
            Status::Firing,
            Text::new("알람이 울렸습니다", "Alarm went off"),
            if change.is_composite() {
                Text::new(
                    "원인이 된 알람부터 열어 그래프를 보고, 최근 배포와 트래픽을 확인하세요.",
                    "Open the alarm that caused it first; look at its graph, the latest deployment and the traffic.",
                )
            } else {
                Text::new(
                    "알람을 열어 그래프를 보고, 최근 배포와 트래픽을 확인하세요.",
                    "Open the alarm and look at its graph, the latest deployment and the traffic.",
                )
            },
        ),
        Turn::Over => (
            Status::Resolved,
            Text::new("알람이 해제됐습니다", "Alarm is OK again"),
            Text::new(
                "지금 할 일은 없습니다. 원인을 아직 모르면 그래프를 확인하세요.",
                "Nothing to do now. If you do not know the cause yet, look at the graph.",
            ),
        ),
        Turn::Dark => (
            Status::Firing,
            Text::new("알람 중에 지표가 끊겼습니다", "Data stopped while in alarm"),
            Text::new(
                "지표를 보내던 서버나 작업이 멈췄는지 확인하세요.",
                "Check whether the server or job that sends the metric stopped.",
            ),
        ),
    };
    Saying { severity: Severity::High, status, title, advice }
}

fn link(region: Option<&str>, name: &str) -> Link {
    Link::new(
        Text::new("CloudWatch 알람", "CloudWatch alarm"),
        console(region, "cloudwatch", &format!("alarmsV2:alarm/{}", encoded(name))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_title_fits;

    fn change(previous: Option<&'static str>, state: Option<&'static str>) -> Change<'static> {
        Change { state, previous, ..Change::default() }
    }

    #[test]
    fn every_title_fits_into_a_text_message() {
        for turn in [Turn::Burning, Turn::Over, Turn::Dark] {
            assert_title_fits(saying(&Change::default(), turn).title);
        }
    }

    #[test]
    fn each_change_of_state_means_one_thing() {
        let (ok, alarm, no_data) = (Some("OK"), Some("ALARM"), Some("INSUFFICIENT_DATA"));
        let cases = [
            (ok, alarm, Some(Turn::Burning)),
            (no_data, alarm, Some(Turn::Burning)),
            (None, alarm, Some(Turn::Burning)),
            (alarm, ok, Some(Turn::Over)),
            (None, ok, Some(Turn::Over)),
            (alarm, no_data, Some(Turn::Dark)),
            (None, no_data, Some(Turn::Dark)),
            (alarm, alarm, None),
            (ok, ok, None),
            (ok, no_data, None),
        ];
        for (previous, state, turn) in cases {
            let expected = matches!(told(&change(previous, state)), Some(Told::Always(it)) if Some(it) == turn)
                || (turn.is_none() && matches!(told(&change(previous, state)), Some(Told::Never(_))));
            assert!(expected, "{previous:?} → {state:?}");
        }
        assert!(matches!(told(&change(no_data, ok)), Some(Told::IfFiring(_))), "it may end what burned");
    }

    #[test]
    fn a_state_that_nobody_knows_is_not_judged() {
        assert_eq!(told(&change(Some("OK"), Some("ON FIRE"))), None);
        assert_eq!(told(&change(Some("OK"), None)), None);
    }
}
