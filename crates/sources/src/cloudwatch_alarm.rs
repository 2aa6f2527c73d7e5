//! CloudWatch alarms: of metrics, of expressions and anomalies, composite ones, and those with contributors.
//!
//! They arrive by three ways: as EventBridge events, by an alarm's own Lambda action, and by an alarm's SNS action.
//! - <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html>
//! - <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html>
//! - <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html>

use alert::{Alert, Link, Severity, Status, Text};
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
pub fn alerts(event: &Value) -> Outcome {
    if origin::service(event) == "aws.cloudwatch"
        && origin::detail_type(event) == "CloudWatch Alarm Configuration Change"
    {
        return Outcome::ignored("an alarm was created, changed or deleted: its state did not change");
    }
    let Some(change) = Change::read(event) else {
        return Outcome::NotMine;
    };
    match turn(&change) {
        Some(Ok(turn)) => Outcome::alert(alert(event, &change, turn)),
        Some(Err(why)) => Outcome::ignored(format!(
            "{why}: {} went from {} to {}",
            quoted(&change.name),
            quoted(change.previous.unwrap_or("nothing")),
            quoted(change.state.unwrap_or("nothing")),
        )),
        None => Outcome::NotMine,
    }
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
fn turn(change: &Change<'_>) -> Option<Result<Turn, &'static str>> {
    const NO_DATA: &str = "INSUFFICIENT_DATA";
    Some(match (change.previous, change.state?) {
        // Composite alarms say so when their suppression begins or ends.
        (Some(old), new) if old == new => Err("the alarm's state did not change"),
        (Some(NO_DATA), "OK") => Err("the alarm had no data, and now has good ones"),
        (Some("OK"), NO_DATA) => Err("the alarm lost its data while it was not on"),
        (_, "ALARM") => Ok(Turn::Burning),
        (_, "OK") => Ok(Turn::Over),
        (_, NO_DATA) => Ok(Turn::Dark),
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
                "지표를 보내던 서버나 작업이 멈췄는지 확인하세요. 다시 정상이 되어도 알림은 오지 않습니다.",
                "Check whether the server or job that sends the metric stopped. No message will say if it recovers.",
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
            (no_data, ok, None),
        ];
        for (previous, state, told) in cases {
            let turn = turn(&change(previous, state)).unwrap();
            assert_eq!(turn.ok(), told, "{previous:?} → {state:?}");
        }
    }

    #[test]
    fn a_state_that_nobody_knows_is_not_judged() {
        assert_eq!(turn(&change(Some("OK"), Some("ON FIRE"))), None);
        assert_eq!(turn(&change(Some("OK"), None)), None);
    }
}
