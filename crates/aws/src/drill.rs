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

/// What a drill's `source` begins with: nobody but AWS may send events as `aws.…`.
const MARK: &str = "drill.";

const DRILLS: &[Drill] = &[
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
        source: "account-activity",
        event: include_str!("../../../events/account-activity/drill.json"),
        names: &["/detail/eventID"],
        times: &["/time", "/detail/eventTime"],
    },
    Drill {
        source: "security-finding",
        event: include_str!("../../../events/security-finding/drill.json"),
        names: &["/detail/id"],
        times: &["/time", "/detail/updatedAt", "/detail/service/eventLastSeen", "/detail/findings/0/UpdatedAt"],
    },
    Drill {
        source: "health-event",
        event: include_str!("../../../events/health-event/drill.json"),
        names: &["/detail/communicationId"],
        times: &["/time", "/detail/startTime", "/detail/lastUpdatedTime"],
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
    Drill {
        source: "credential-audit",
        event: include_str!("../../../events/credential-audit/drill.json"),
        names: &["/detail/eventID"],
        times: &["/time", "/detail/generatedTime"],
    },
    Drill {
        source: "heartbeat",
        event: include_str!("../../../events/heartbeat/drill.json"),
        names: &["/detail/eventID"],
        times: &["/time", "/detail/findings/0/since"],
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

/// Where and when a drill is held, and what makes it unlike any other.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The account, 12 digits.
    pub account: &'a str,
    /// The Region.
    pub region: &'a str,
    /// The time.
    pub now: Timestamp,
    /// A name that nothing else has.
    pub name: &'a str,
}

/// The drill of a source as EventBridge would deliver it. `sample` is any event of the source that came by EventBridge,
/// whether it is a drill or not; without one, the source's own drill is taken. `None` where the source has no drill, or the
/// sample is no event of EventBridge.
pub fn event(source: &str, sample: Option<&str>, occasion: Occasion<'_>) -> Option<Value> {
    let drill = DRILLS.iter().find(|drill| drill.source == source)?;
    let text = sample.unwrap_or(drill.event);
    let sample: Value = serde_json::from_str(text).ok()?;
    let here = |key: &str| sample.get(key).and_then(Value::as_str);
    let (from, account, region) = (here("source")?, here("account")?, here("region")?);
    here("detail-type")?;
    let text = text.replace(account, occasion.account).replace(region, occasion.region);
    let text = match here("time").and_then(|time| time.parse().ok()) {
        Some(then) => text.replace(&day(then), &day(occasion.now)),
        None => text,
    };
    let mut event: Value = serde_json::from_str(&text).ok()?;
    *event.get_mut("source")? = json!(if from.starts_with(MARK) { from.to_owned() } else { format!("{MARK}{from}") });
    let now = occasion.now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    for (paths, value) in [(drill.names, occasion.name), (drill.times, now.as_str())] {
        for path in paths {
            // An odd sample may lack it.
            if let Some(place) = event.pointer_mut(path) {
                *place = json!(value);
            }
        }
    }
    Some(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drill(source: &str, name: &str) -> Value {
        event(source, None, occasion(name)).unwrap()
    }

    fn occasion(name: &str) -> Occasion<'_> {
        let now = "2026-11-22T01:02:03Z".parse().unwrap();
        Occasion { account: "444455556666", region: "eu-west-1", now, name }
    }

    #[test]
    fn any_event_of_a_source_makes_a_drill_and_what_event_bridge_does_not_send_makes_none() {
        let real = include_str!("../../../events/root-login/failure.json");
        let drill = event("root-login", Some(real), occasion("one")).unwrap();
        assert_eq!(drill["source"], "drill.aws.signin");
        assert_eq!(drill["detail"]["eventID"], "one");
        assert_eq!(drill["detail"]["responseElements"]["ConsoleLogin"], "Failure");
        for no_event in ["", "[]", "{\"Records\": []}", "{\"source\": 1}"] {
            assert_eq!(event("root-login", Some(no_event), occasion("one")), None, "{no_event}");
        }
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

    #[test]
    fn a_drill_is_of_today_in_its_text_too() {
        let text = drill("budget", "one")["detail"]["message"].as_str().unwrap().to_owned();
        assert!(text.starts_with("AWS Budget Notification November 22, 2026\nAWS Account 444455556666\n"), "{text}");
        for source in sources() {
            assert!(!drill(source, "one").to_string().contains("March 10, 2026"), "{source}");
        }
    }
}
