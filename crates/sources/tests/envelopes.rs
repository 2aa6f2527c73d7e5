//! The corpus has the shape that AWS sends: types that others wrote can read its envelopes.

mod common;

use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_lambda_events::sns::{SnsEvent, SnsMessage};
use aws_lambda_events::sqs::SqsEvent;
use common::{all_events, read};
use serde_json::Value;

/// Every event of the corpus that is JSON, with its name.
fn parsed() -> Vec<(String, Value)> {
    let parse = |(name, bytes): (String, Vec<u8>)| Some((name, serde_json::from_slice(&bytes).ok()?));
    all_events().into_iter().filter_map(parse).collect()
}

#[test]
fn bare_events_are_read_by_the_eventbridge_type() {
    let bare: Vec<_> = parsed().into_iter().filter(|(_, event)| event.get("detail-type").is_some()).collect();
    assert!(bare.len() > 60, "{}", bare.len());
    for (name, event) in bare {
        serde_json::from_value::<EventBridgeEvent<Value>>(event).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn topic_batches_are_read_by_the_sns_type_and_come_apart_as_it_says() {
    let topic: Vec<_> = parsed().into_iter().filter(|(_, event)| event.pointer("/Records/0/Sns").is_some()).collect();
    assert!(topic.len() >= 8, "{}", topic.len());
    for (name, event) in topic {
        let typed: SnsEvent = serde_json::from_value(event.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let reading = read(event.to_string().as_bytes());
        assert_eq!(reading.items.len(), typed.records.len(), "{name}");
        assert!(!reading.batch, "{name}");
    }
}

#[test]
fn queue_batches_are_read_by_the_sqs_type_and_keep_their_message_ids() {
    let queue: Vec<_> = parsed()
        .into_iter()
        .filter(|(_, event)| event.pointer("/Records/0/eventSource").is_some_and(|source| source == "aws:sqs"))
        .collect();
    assert!(queue.len() >= 7, "{}", queue.len());
    for (name, event) in queue {
        let typed: SqsEvent = serde_json::from_value(event.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let reading = read(event.to_string().as_bytes());
        let ids: Vec<_> = reading.items.iter().map(|item| item.arrival.message_id.clone()).collect();
        assert_eq!(ids, typed.records.iter().map(|record| record.message_id.clone()).collect::<Vec<_>>(), "{name}");
        assert!(reading.batch, "{name}");
    }
}

#[test]
fn lambda_spells_a_notification_as_its_type_does() {
    for (name, event) in parsed() {
        if let Some(sns) = event.pointer("/Records/0/Sns") {
            serde_json::from_value::<SnsMessage>(sns.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
