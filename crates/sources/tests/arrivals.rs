//! How an undelivered event came, and that it is the same alert as if its function had read it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

mod common;

use alert::Severity;
use common::{alerts, all_events, event, json, policy, read};
use serde_json::{Value, json};
use sources::{Arrival, Failure, Item, ItemOutcome, Source, follow_up};

const ACCOUNT: &str = "us-east-1:111122223333";

/// A message as Lambda passes it on, with more attributes of its own and of SQS.
fn message(body: &str, attributes: &Value, of_sqs: &Value) -> Value {
    let mut message = json!({
        "messageId": "m-1", "receiptHandle": "receipt", "eventSource": "aws:sqs", "body": body,
        "eventSourceARN": format!("arn:aws:sqs:{ACCOUNT}:bongsu-undelivered-events"),
        "attributes": { "ApproximateReceiveCount": "3" }, "messageAttributes": {},
    });
    for (name, value) in of_sqs.as_object().unwrap() {
        message["attributes"][name] = value.clone();
    }
    for (name, value) in attributes.as_object().unwrap() {
        message["messageAttributes"][name] = json!({ "stringValue": value, "dataType": "String" });
    }
    json!({ "Records": [message] })
}

fn on_failure(event: &str, function: &str, answer: &Value) -> Value {
    let condition = if answer.is_null() { "EventAgeExceeded" } else { "RetriesExhausted" };
    let arn = format!("arn:aws:lambda:{ACCOUNT}:function:{function}:$LATEST");
    let context = json!({ "functionArn": arn, "condition": condition, "approximateInvokeCount": 3 });
    // The event as it is: it may be JSON that `Value` refuses.
    let record = format!("{{\"requestContext\":{context},\"requestPayload\":{event},\"responsePayload\":{answer}}}");
    message(&record, &json!({}), &json!({}))
}

fn dead_letter(event: &str, rule: &str) -> Value {
    let target = format!("arn:aws:lambda:{ACCOUNT}:function:{rule}");
    let rule = format!("arn:aws:events:{ACCOUNT}:rule/{rule}");
    let attributes = json!({ "RULE_ARN": rule, "TARGET_ARN": target, "ERROR_CODE": "NO_PERMISSIONS" });
    message(event, &attributes, &json!({}))
}

fn given_up(event: &str, queue: &str) -> Value {
    message(event, &json!({}), &json!({ "DeadLetterQueueSourceArn": format!("arn:aws:sqs:{ACCOUNT}:{queue}") }))
}

/// What `redeliver` makes of it.
fn only_item(message: &Value) -> Item {
    let mut reading = read(message.to_string().as_bytes());
    assert!(reading.batch && reading.items.len() == 1, "{reading:#?}");
    reading.items.remove(0)
}

fn arrival(meant_for: Option<&str>, failure: Option<Failure>) -> Arrival {
    Arrival {
        message_id: Some("m-1".to_owned()),
        receipt_handle: Some("receipt".to_owned()),
        queue: Some(format!("arn:aws:sqs:{ACCOUNT}:bongsu-undelivered-events")),
        received: 3,
        meant_for: meant_for.map(str::to_owned),
        failure,
        follow_up: false,
    }
}

/// Drills of every source, and events that no source knows; each with its source's slug.
fn undelivered() -> Vec<(&'static Source, String, String)> {
    let mut events = Vec::new();
    for source in sources::ALL {
        for name in [format!("{}/drill", source.slug)]
            .into_iter()
            .chain(["unknown/own-application", "unknown/deep-nesting", "unknown/empty-object"].map(str::to_owned))
        {
            let text = String::from_utf8(event(&name)).unwrap();
            events.push((source, name, text));
        }
    }
    events
}

#[test]
fn what_a_function_failed_at_says_so_and_is_the_same_alert() {
    let answers = [
        (json!({ "errorType": "ConfigurationError", "errorMessage": "…" }), Failure::Unconfigured),
        (json!({ "errorType": "AlertOwed", "errorMessage": "…" }), Failure::Owed),
        (json!({ "errorType": "Runtime.ExitError", "errorMessage": "…" }), Failure::Crashed),
        (json!({ "errorMessage": "2026-03-10T02:14:39Z 28f0 Task timed out after 30.00 seconds" }), Failure::Crashed),
        (json!("not even an object"), Failure::Crashed),
        (Value::Null, Failure::NotStarted),
    ];
    for (source, name, text) in undelivered() {
        let direct = sources::read(text.as_bytes(), &[*source], source.slug, &policy());
        for (answer, failure) in &answers {
            let function = format!("bongsu-{}", source.slug);
            let item = only_item(&on_failure(&text, &function, answer));
            assert_eq!(item.arrival, arrival(Some(&function), Some(*failure)), "{name} {answer}");
            assert_eq!(item.outcome, direct.items[0].outcome, "{name} of {}", source.slug);
        }
    }
}

#[test]
fn a_dead_letter_of_a_rule_says_that_the_function_was_not_started_and_is_the_same_alert() {
    for (source, name, text) in undelivered() {
        let direct = sources::read(text.as_bytes(), &[*source], source.slug, &policy());
        let rule = format!("bongsu-{}", source.slug);
        let item = only_item(&dead_letter(&text, &rule));
        assert_eq!(item.arrival, arrival(Some(&rule), Some(Failure::NotStarted)), "{name}");
        assert_eq!(item.outcome, direct.items[0].outcome, "{name} of {}", source.slug);
    }
}

#[test]
fn what_a_queue_gave_up_is_the_same_alert_as_from_the_queue() {
    for (source, name, text) in undelivered() {
        let queue = format!("bongsu-{}-events", source.slug);
        let direct = message(&text, &json!({}), &json!({})).to_string();
        let direct = sources::read(direct.as_bytes(), &[*source], source.slug, &policy());
        let item = only_item(&given_up(&text, &queue));
        assert_eq!(item.arrival, arrival(Some(&queue), None), "{name}");
        assert_eq!(item.outcome, direct.items[0].outcome, "{name} of {}", source.slug);
    }
}

#[test]
fn a_topics_words_are_the_same_alert_when_they_come_back() {
    let batch = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Type": "Notification", "MessageId": "sns-1", "Message": "AWS Budgets: over" } }] });
    let direct = sources::read(batch.to_string().as_bytes(), &[], "budget", &policy());
    let item = only_item(&on_failure(&batch.to_string(), "bongsu-budget", &json!({ "errorType": "AlertOwed" })));
    assert_eq!(item.outcome, direct.items[0].outcome);
    let notification = batch["Records"][0]["Sns"].to_string();
    let direct = message(&notification, &json!({}), &json!({})).to_string();
    let direct = sources::read(direct.as_bytes(), &[], "budget", &policy());
    assert_eq!(only_item(&given_up(&notification, "bongsu-budget-events")).outcome, direct.items[0].outcome);
}

#[test]
fn a_follow_up_is_the_event_itself_once_more() {
    let mut followed = 0;
    for (name, bytes) in all_events() {
        for item in read(&bytes).items {
            // Words that do not name themselves are another alert by every delivery, and none of them is critical.
            let ItemOutcome::Alerts(alerts) = &item.outcome else { continue };
            if alerts.iter().all(|alert| alert.severity == Severity::Critical) {
                let again = only_item(&message(&follow_up(&item.event.unwrap()), &json!({}), &json!({})));
                assert_eq!(again.arrival, Arrival { follow_up: true, ..arrival(None, None) }, "{name}");
                assert_eq!(again.outcome, item.outcome, "{name}");
                followed += 1;
            }
        }
    }
    assert!(followed > 10, "{followed}");
}

#[test]
fn a_follow_up_holds_nothing_that_sqs_refuses() {
    let refused =
        |letter: char| matches!(letter, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    for event in ["{\"userAgent\":\"\u{fffe}\u{ffff}\"}", "prose \u{0} \u{1b} \u{ffff}", "{\"a\":\"\\ud800\"}", ""] {
        let text = follow_up(event);
        assert!(!text.chars().any(refused), "{text:?}");
        let read = only_item(&message(&text, &json!({}), &json!({}))).event.unwrap();
        if event.starts_with('{') && !event.contains("ud800") {
            assert_eq!(serde_json::from_str::<Value>(&read).unwrap(), serde_json::from_str::<Value>(event).unwrap());
        }
    }
}

#[test]
fn an_event_cannot_say_how_it_came() {
    let inner = event("root-login/drill");
    let inner = String::from_utf8(inner).unwrap();
    let claims = [
        follow_up(&inner),
        format!(
            "{{\"requestContext\":{{\"functionArn\":\"arn:aws:lambda:{ACCOUNT}:function:evil-budget\"}},\
             \"requestPayload\":{inner},\"responsePayload\":{{\"errorType\":\"ConfigurationError\"}}}}"
        ),
        message(&inner, &json!({ "RULE_ARN": format!("arn:aws:events:{ACCOUNT}:rule/evil-budget") }), &json!({}))["Records"][0]
            .to_string()
            .replace("m-1", "evil"),
    ];
    let owed = json!({ "errorType": "AlertOwed" });
    for claim in claims {
        let item = only_item(&on_failure(&claim, "bongsu-root-login", &owed));
        assert_eq!(item.arrival, arrival(Some("bongsu-root-login"), Some(Failure::Owed)), "{claim}");
        let item = only_item(&dead_letter(&claim, "bongsu-root-login"));
        assert_eq!(item.arrival, arrival(Some("bongsu-root-login"), Some(Failure::NotStarted)), "{claim}");
        let item = only_item(&given_up(&claim, "bongsu-budget-events"));
        assert_eq!(item.arrival, arrival(Some("bongsu-budget-events"), None), "{claim}");
    }
}

#[test]
fn a_function_that_reads_for_itself_alone_does_not_believe_another_name() {
    let text = String::from_utf8(event("unknown/own-application")).unwrap();
    let record = on_failure(&text, "evil-root-login", &Value::Null).to_string();
    let reading = sources::read(record.as_bytes(), &[], "budget", &policy());
    assert_eq!(alerts(&reading)[0].source, "budget");
}

#[test]
fn odd_values_in_an_envelope_lose_nothing() {
    let odd = [json!(null), json!(7), json!(""), json!([]), json!({}), json!("arn:"), json!("9".repeat(4_000))];
    let text = json("root-login/drill").to_string();
    let owed = json!({ "errorType": "AlertOwed" });
    let whole = [
        on_failure(&text, "bongsu-root-login", &owed),
        dead_letter(&text, "bongsu-root-login"),
        given_up(&text, "bongsu-root-login-events"),
    ];
    let places = [
        "/attributes",
        "/messageAttributes",
        "/messageAttributes/RULE_ARN",
        "/messageAttributes/RULE_ARN/stringValue",
        "/attributes/ApproximateReceiveCount",
        "/attributes/DeadLetterQueueSourceArn",
        "/receiptHandle",
        "/eventSourceARN",
    ];
    for message in &whole {
        for (place, value) in places.iter().flat_map(|place| odd.iter().map(move |value| (place, value))) {
            let mut message = message.clone();
            let Some(field) = message["Records"][0].pointer_mut(place) else { continue };
            *field = value.clone();
            let reading = read(message.to_string().as_bytes());
            assert_eq!(alerts(&reading)[0].source, "root-login", "{place} := {value}");
        }
    }
}
