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

const DRILLS: [Drill; 5] = [
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
        source: "credential-audit",
        event: include_str!("../../../events/credential-audit/drill.json"),
        names: &["/detail/eventID"],
        times: &["/time", "/detail/generatedTime"],
    },
];

/// The sources that have a drill.
pub fn sources() -> Vec<&'static str> {
    DRILLS.iter().map(|drill| drill.source).collect()
}

/// The drill of a source as EventBridge would deliver it in this account and Region. `name` makes it unlike any other.
/// `None` where the source has no drill.
pub fn event(source: &str, account: &str, region: &str, now: Timestamp, name: &str) -> Option<Value> {
    let drill = DRILLS.iter().find(|drill| drill.source == source)?;
    let sample: Value = serde_json::from_str(drill.event).ok()?;
    let here = |key: &str| sample.get(key).and_then(Value::as_str).unwrap_or_default();
    let text = drill.event.replace(here("account"), account).replace(here("region"), region);
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
            // What AWS sends is `drill.aws.…`, what we make ourselves `drill.bongsu.…`.
            assert!(event["source"].as_str().unwrap().starts_with("drill."), "{source}");
            assert!(!event.to_string().contains("111122223333"), "{source}");
        }
    }
}
