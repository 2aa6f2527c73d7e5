//! Nothing is lost and nothing panics, whatever arrives.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use alert::Status;
use common::{alerts, all_events, read};
use proptest::prelude::*;
use serde_json::{Value, json};
use sources::{ItemOutcome, Reading};

/// At least one item, and of each item an alert or a reason.
fn assert_nothing_is_lost(reading: &Reading) {
    assert!(!reading.items.is_empty());
    for item in &reading.items {
        match &item.outcome {
            ItemOutcome::Alerts(alerts) => assert!(!alerts.is_empty()),
            ItemOutcome::IfFiring(_, reason) | ItemOutcome::Ignored(reason) => assert!(!reason.as_str().is_empty()),
        }
    }
    for alert in alerts(reading) {
        assert!(!alert.links.is_empty(), "{alert:#?}");
        assert!(alert.links.iter().all(|link| is_console(&link.url)), "{:#?}", alert.links);
        assert!(alert.account.as_ref().is_none_or(|account| account.len() == 12), "{:?}", alert.account);
        assert!(alert.facts.iter().filter(|fact| fact.brief).count() <= 3, "{:#?}", alert.facts);
        assert!(alert.raw.len() < 101_000);
    }
}

/// A link of ours leads to the console of AWS, and holds nothing that could end it early.
fn is_console(url: &str) -> bool {
    const DOMAINS: [&str; 3] = ["console.aws.amazon.com", "console.amazonaws.cn", "console.amazonaws-us-gov.com"];
    let host = url.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~:/?#=%&".contains(letter);
    DOMAINS.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}"))) && url.chars().all(plain)
}

/// Where every value of an event is, the event itself included.
fn places(value: &Value, at: &str, places: &mut Vec<String>) {
    places.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                self::places(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                self::places(value, &format!("{at}/{index}"), places);
            }
        }
        _ => {}
    }
}

/// The same event with one value replaced, or taken away.
fn mutated(event: &Value, place: &str, value: Option<&Value>) -> Value {
    let mut event = event.clone();
    match (value, place.rsplit_once('/')) {
        (Some(value), _) => *event.pointer_mut(place).unwrap() = value.clone(),
        (None, Some((parent, name))) => match event.pointer_mut(parent).unwrap() {
            Value::Object(fields) => drop(fields.remove(&name.replace("~1", "/").replace("~0", "~"))),
            Value::Array(items) => drop(items.remove(name.parse().unwrap())),
            _ => unreachable!(),
        },
        (None, None) => event = Value::Null,
    }
    event
}

fn corpus() -> Vec<(String, Value)> {
    let parse = |(name, bytes): (String, Vec<u8>)| Some((name, serde_json::from_slice(&bytes).ok()?));
    all_events().into_iter().filter_map(parse).collect()
}

/// Values of another type than AWS sends, and none.
fn odd_values() -> Vec<Option<Value>> {
    vec![
        None,
        Some(Value::Null),
        Some(json!(true)),
        Some(json!(-1e300)),
        Some(json!("")),
        Some(json!({})),
        Some(json!([])),
        Some(json!([[[]]])),
        Some(json!({"value": {"value": ["ALARM"]}})),
    ]
}

/// One truth value in place of the other is of the right type: it says the opposite.
fn says_the_opposite(event: &Value, place: &str, value: Option<&Value>) -> bool {
    value.is_some_and(Value::is_boolean) && event.pointer(place).is_some_and(Value::is_boolean)
}

/// An empty list in place of a batch is a batch of none, and says so.
fn empties_a_batch(place: &str, value: Option<&Value>) -> bool {
    let holds_events = place.is_empty()
        || ["Records", "requestPayload", "body", "Message"].iter().any(|name| place.ends_with(name))
        || place.rsplit('/').next().is_some_and(|name| name.parse::<usize>().is_ok());
    let emptied = value.is_none_or(|value| value.as_array().is_some());
    holds_events && emptied
}

#[test]
fn a_field_of_the_wrong_type_silences_no_alert() {
    // Each event in a hundred ways: half of them on each of two processors, at least.
    let (events, tried) = (corpus(), AtomicUsize::new(0));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (events, tried) = (events.iter().skip(thread).step_by(threads), &tried);
            scope.spawn(move || tried.fetch_add(events.map(|(name, event)| mutations(name, event)).sum(), Relaxed));
        }
    });
    assert!(tried.into_inner() > 5_000);
}

/// Tries every odd value in every place of an event that is told, and counts them.
fn mutations(name: &str, event: &Value) -> usize {
    let before = read(event.to_string().as_bytes());
    let told = before.items.iter().all(|item| matches!(item.outcome, ItemOutcome::Alerts(_)));
    if !told || alerts(&before).iter().any(|alert| alert.status == Status::Resolved) {
        return 0;
    }
    let (mut places, mut tried) = (Vec::new(), 0);
    self::places(event, "", &mut places);
    for (place, value) in places.iter().flat_map(|place| odd_values().into_iter().map(move |value| (place, value))) {
        if empties_a_batch(place, value.as_ref()) || says_the_opposite(event, place, value.as_ref()) {
            continue;
        }
        let reading = read(mutated(event, place, value.as_ref()).to_string().as_bytes());
        assert_nothing_is_lost(&reading);
        for item in &reading.items {
            assert!(matches!(item.outcome, ItemOutcome::Alerts(_)), "{name} {place} := {value:?}\n{item:#?}");
        }
        tried += 1;
    }
    tried
}

#[test]
fn an_event_that_ends_anywhere_is_told() {
    for (name, bytes) in
        all_events().into_iter().filter(|(name, _)| name.ends_with("drill") || name.ends_with("sns-action"))
    {
        for end in (0..bytes.len()).step_by(7) {
            let reading = read(&bytes[..end]);
            assert_nothing_is_lost(&reading);
            assert_eq!(alerts(&reading).len(), 1, "{name} cut at {end}");
        }
    }
}

#[test]
fn depth_and_length_are_no_way_to_silence_us() {
    for (open, close) in [("[", "]"), ("{\"Records\":[", "]}"), ("{\"requestPayload\":", "}"), ("{\"detail\":", "}")] {
        for depth in [100, 200, 100_000] {
            let reading = read(format!("{}{{\"a\":1}}{}", open.repeat(depth), close.repeat(depth)).as_bytes());
            assert_nothing_is_lost(&reading);
            assert_eq!(alerts(&reading).len(), 1, "{open} {depth}");
        }
    }
    assert_eq!(alerts(&read("가".repeat(2_000_000).as_bytes())).len(), 1);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec![
            "Root",
            "OK",
            "ALARM",
            "NON_COMPLIANT",
            "RESOLVED",
            "aws.signin",
            "drill.",
            "::::::",
            "aws.ce",
            "Anomaly Detected",
            "aws.budgets",
            "Budget Notification",
            "AWS Budget Notification March 10, 2026\nACTUAL Amount: $1e9\nBudgeted Amount: < -.5,%"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any_name(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Names that mean something to us, and any other.
fn any_name() -> impl Strategy<Value = String> {
    const KNOWN: [&str; 38] = [
        "Records",
        "Sns",
        "Message",
        "Type",
        "body",
        "messageId",
        "eventSource",
        "requestPayload",
        "requestContext",
        "responsePayload",
        "followUp",
        "attributes",
        "messageAttributes",
        "source",
        "detail-type",
        "detail",
        "account",
        "region",
        "state",
        "value",
        "alarmData",
        "alarmArn",
        "AlarmName",
        "NewStateValue",
        "messageType",
        "configuration",
        "metrics",
        "findingType",
        "findings",
        "finding_info",
        "eventTypeCategory",
        "resources",
        "anomalyId",
        "anomalyDetailsLink",
        "impact",
        "totalImpact",
        "rootCauses",
        "message",
    ];
    prop_oneof![prop::sample::select(&KNOWN[..]).prop_map(str::to_owned), any::<String>()]
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_are_told_or_explained(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        assert_nothing_is_lost(&read(&bytes));
    }

    #[test]
    fn any_text_with_the_marks_of_json_is_told_or_explained(text in r#"[\{\}\[\]":,\\u0-9a-fd8 한]{0,80}"#) {
        assert_nothing_is_lost(&read(text.as_bytes()));
    }

    #[test]
    fn any_json_is_told_or_explained(event in any_json()) {
        assert_nothing_is_lost(&read(event.to_string().as_bytes()));
    }

    #[test]
    fn any_value_in_any_place_of_an_event_is_told_or_explained(
        event in prop::sample::select(corpus()),
        place in any::<prop::sample::Index>(),
        value in prop::option::of(any_json()),
    ) {
        let mut places = Vec::new();
        self::places(&event.1, "", &mut places);
        assert_nothing_is_lost(&read(mutated(&event.1, place.get::<String>(&places), value.as_ref()).to_string().as_bytes()));
    }

    #[test]
    fn broken_bytes_anywhere_in_an_event_are_told_or_explained(
        event in prop::sample::select(all_events()),
        place in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 1..8),
    ) {
        let mut broken = event.1;
        let at = if broken.is_empty() { 0 } else { place.index(broken.len()) };
        broken.splice(at..at, bytes);
        assert_nothing_is_lost(&read(&broken));
    }
}
