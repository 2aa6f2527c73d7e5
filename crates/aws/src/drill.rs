//! Fire drills: events like the real ones, with a source of their own and a fresh identity.

use jiff::Timestamp;
use serde_json::{Value, json};

/// A drill of one source: its event, and the fields that make it another occurrence each time.
struct Drill {
    source: &'static str,
    event: &'static str,
    /// What gets a fresh name.
    names: &'static [&'static str],
    /// What gets the time of the drill.
    times: &'static [&'static str],
}

const DRILLS: [Drill; 6] = [
    Drill {
        source: "root-login",
        event: include_str!("../../../events/root-login/drill.json"),
        names: &["/detail/eventID"],
        times: &["/time", "/detail/eventTime"],
    },
    Drill {
        source: "config-compliance",
        event: include_str!("../../../events/config-compliance/drill.json"),
        names: &[],
        times: &["/time", "/detail/newEvaluationResult/resultRecordedTime"],
    },
    Drill {
        source: "access-analyzer",
        event: include_str!("../../../events/access-analyzer/drill.json"),
        names: &["/detail/id"],
        times: &["/time", "/detail/updatedAt", "/detail/createdAt"],
    },
    Drill {
        source: "cloudwatch-alarm",
        event: include_str!("../../../events/cloudwatch-alarm/drill.json"),
        names: &[],
        times: &["/time", "/detail/state/timestamp"],
    },
    Drill {
        source: "cost-anomaly",
        event: include_str!("../../../events/cost-anomaly/drill.json"),
        names: &["/detail/anomalyId"],
        times: &["/time", "/detail/anomalyStartDate", "/detail/anomalyEndDate"],
    },
    Drill {
        source: "budget",
        event: include_str!("../../../events/budget/drill.json"),
        names: &["/detail/id"],
        times: &["/time"],
    },
];

/// The sources that have a drill.
pub fn sources() -> Vec<&'static str> {
    DRILLS.iter().map(|drill| drill.source).collect()
}

/// A day as a budget's text spells it.
fn day(time: Timestamp) -> String {
    time.strftime("%B %d, %Y").to_string()
}

/// The drill of a source as EventBridge would deliver it in this account and Region. `name` makes it unlike any other.
/// `None` where the source has no drill.
pub fn event(source: &str, account: &str, region: &str, now: Timestamp, name: &str) -> Option<Value> {
    let drill = DRILLS.iter().find(|drill| drill.source == source)?;
    let sample: Value = serde_json::from_str(drill.event).ok()?;
    let here = |key: &str| sample.get(key).and_then(Value::as_str).unwrap_or_default();
    let text = drill.event.replace(here("account"), account).replace(here("region"), region);
    let text = text.replace(&day(here("time").parse().ok()?), &day(now));
    let mut event: Value = serde_json::from_str(&text).ok()?;
    let now = now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    for (paths, value) in [(drill.names, name), (drill.times, now.as_str())] {
        for path in paths {
            *event.pointer_mut(path)? = json!(value);
        }
    }
    Some(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drill(source: &str, name: &str) -> Value {
        event(source, "444455556666", "eu-west-1", "2026-11-22T01:02:03Z".parse().unwrap(), name).unwrap()
    }

    #[test]
    fn a_drill_is_of_this_account_and_region_and_of_no_aws_source() {
        for source in sources() {
            let event = drill(source, "one");
            assert_eq!(event["account"], "444455556666", "{source}");
            assert_eq!(event["region"], "eu-west-1", "{source}");
            assert!(event["source"].as_str().unwrap().starts_with("drill.aws."), "{source}");
            assert!(!event.to_string().contains("111122223333"), "{source}");
        }
    }

    #[test]
    fn a_drill_is_of_today_in_its_text_too() {
        let text = drill("budget", "one")["detail"]["message"].as_str().unwrap().to_owned();
        assert!(text.starts_with("AWS Budget Notification November 22, 2026\nAWS Account 444455556666\n"), "{text}");
        for source in sources() {
            assert!(!drill(source, "one").to_string().contains("March 10, 2026"), "{source}");
        }
    }
}
