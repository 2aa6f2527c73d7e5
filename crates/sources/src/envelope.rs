//! Takes events out of what they arrive in: SNS and SQS batches, SNS notifications (in SQS bodies too), a list of
//! events, an `OnFailure` record, a follow-up of our own. A rule's dead letter and what a queue gave up are the bare
//! event in an SQS body; the message's attributes say the rest.
//!
//! - <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>
//! - <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>
//! - <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
//! - <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
//! - <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::arrival::{self, Arrival, Failure};
use crate::repair;

/// Envelopes within envelopes that are opened; what lies deeper is taken as it is.
const DEPTH: usize = 8;

/// One event, still as text, and what its envelopes said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    /// `None`: the batch held nothing.
    pub(crate) text: Option<String>,
    pub(crate) stamps: Stamps,
}

/// What the envelopes of an event said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stamps {
    /// How it came.
    pub(crate) arrival: Arrival,
    /// Names this delivery of an event that does not name itself: the SNS `MessageId`, else the SQS one.
    /// Both stay the same however often the service tries again.
    pub(crate) delivery: Option<String>,
}

/// The events in a payload, in order, at least one.
///
/// The payload is opened one level at a time and what is inside stays text, so that an event which cannot be
/// parsed spoils no other.
pub(crate) fn open(payload: &str) -> Vec<Letter> {
    let mut letters = Vec::new();
    unfold(payload, &Stamps::default(), DEPTH, &mut letters);
    letters
}

/// An event in the envelope in which it comes once more, to see what became of its texts.
///
/// Whatever the event holds, SQS takes it: of what JSON allows, SQS refuses U+FFFE and U+FFFF.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
pub fn follow_up(event: &str) -> String {
    format!("{{\"followUp\":true,\"requestPayload\":{}}}", payload(event))
}

/// An event of which something is still owed, as Lambda's record says it of the event that a function was invoked with.
/// For one that the function has made itself. SQS takes it, whatever it holds.
pub fn owed(event: &str, function_arn: &str) -> String {
    let function = Value::from(function_arn);
    format!(
        "{{\"requestContext\":{{\"functionArn\":{function},\"condition\":\"RetriesExhausted\"}},\
         \"requestPayload\":{},\"responsePayload\":{{\"errorType\":\"AlertOwed\"}}}}",
        payload(event)
    )
}

fn payload(event: &str) -> String {
    let json = serde_json::from_str::<&RawValue>(event).map(|json| json.get().to_owned());
    let json = json.unwrap_or_else(|_| Value::from(event).to_string());
    json.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

/// What a text turns out to be.
enum Inside {
    /// No envelope: the event itself.
    Event,
    /// A record that has no body: taken for the event, so that it is not lost.
    Hollow(Stamps),
    /// A batch of none.
    Empty,
    /// An envelope, and what it holds.
    Texts(Vec<String>, Stamps),
}

fn unfold(text: &str, stamps: &Stamps, depth: usize, letters: &mut Vec<Letter>) {
    let text = text.trim();
    let inside = if depth == 0 { Inside::Event } else { look(&repair::surrogates(text), stamps) };
    let (text, stamps) = match inside {
        Inside::Event => (Some(text.to_owned()), stamps.clone()),
        Inside::Hollow(stamps) => (Some(text.to_owned()), stamps),
        Inside::Empty => (None, stamps.clone()),
        Inside::Texts(texts, stamps) => {
            return texts.iter().for_each(|text| unfold(text, &stamps, depth - 1, letters));
        }
    };
    letters.push(Letter { text, stamps });
}

type Object<'a> = BTreeMap<String, &'a RawValue>;

fn look(text: &str, stamps: &Stamps) -> Inside {
    if let Some(list) = list(text) {
        return all(&list, stamps);
    }
    // A target with an input transformer may send an event as a JSON string.
    if let Some(text) = string(text).filter(|text| text.trim_start().starts_with(['{', '['])) {
        return Inside::Texts(vec![text], stamps.clone());
    }
    let Ok(object) = serde_json::from_str::<Object<'_>>(text) else {
        return Inside::Event;
    };
    if let Some(list) = object.get("Records").and_then(|records| list(records.get())) {
        return all(&list, stamps);
    }
    if let Some(payload) = object.get("requestPayload").filter(|payload| payload.get() != "null") {
        return Inside::Texts(vec![payload.get().to_owned()], record(&object, stamps));
    }
    if field(&object, "Type").as_deref() == Some("Notification") {
        return notification(&object, stamps);
    }
    match field(&object, "eventSource").as_deref() {
        Some("aws:sqs") => message(&object, stamps),
        _ => match object.get("Sns").and_then(|sns| serde_json::from_str(sns.get()).ok()) {
            Some(sns) => notification(&sns, stamps),
            None => Inside::Event,
        },
    }
}

fn all(list: &[&RawValue], stamps: &Stamps) -> Inside {
    match list {
        [] => Inside::Empty,
        list => Inside::Texts(list.iter().map(|text| text.get().to_owned()).collect(), stamps.clone()),
    }
}

/// An SNS notification.
fn notification(object: &Object<'_>, stamps: &Stamps) -> Inside {
    let delivery = field(object, "MessageId").or_else(|| stamps.delivery.clone());
    let stamps = Stamps { delivery, ..stamps.clone() };
    content(object, "Message")
        .map_or_else(|| Inside::Hollow(stamps.clone()), |text| Inside::Texts(vec![text], stamps.clone()))
}

/// What the record of an invocation says: Lambda's of one that failed, ours of one that went well.
fn record(object: &Object<'_>, stamps: &Stamps) -> Stamps {
    let mut arrival = stamps.arrival.clone();
    if !arrival.is_told() {
        arrival.follow_up = arrival.message_id.is_some() && is_true(object, "followUp");
        let (context, answer) = (inner(object, "requestContext"), inner(object, "responsePayload"));
        let condition = context.as_ref().and_then(|context| field(context, "condition"));
        let error_type = answer.as_ref().and_then(|answer| field(answer, "errorType"));
        let answered = object.get("responsePayload").is_some_and(|answer| answer.get() != "null");
        arrival.failure = Failure::new(error_type.as_deref(), answered, condition.as_deref());
        let function = context.as_ref().and_then(|context| field(context, "functionArn"));
        arrival.meant_for = function.and_then(|function| arrival::name(&function));
    }
    // The queue's id is that of this record; the function got its payload without one.
    Stamps { arrival, delivery: None }
}

/// An SQS record.
fn message(object: &Object<'_>, stamps: &Stamps) -> Inside {
    let attributes = inner(object, "messageAttributes").unwrap_or_default();
    let attribute = |name: &str| inner(&attributes, name).and_then(|attribute| field(&attribute, "stringValue"));
    let rule = attribute("RULE_ARN");
    let arrival = if stamps.arrival.message_id.is_some() {
        stamps.arrival.clone()
    } else {
        received(object, rule.as_deref(), attribute("TARGET_ARN").as_deref())
    };
    // A rule would have given the function the event alone, so its dead letter is named like that.
    let own = arrival.message_id.clone().filter(|_| rule.is_none());
    let stamps = Stamps { delivery: stamps.delivery.clone().or(own), arrival };
    content(object, "body")
        .map_or_else(|| Inside::Hollow(stamps.clone()), |text| Inside::Texts(vec![text], stamps.clone()))
}

/// What SQS says of a message. A queue that gave it up is named by SQS itself; a rule is only named by who sent it.
fn received(object: &Object<'_>, rule: Option<&str>, target: Option<&str>) -> Arrival {
    let attributes = inner(object, "attributes").unwrap_or_default();
    let source = field(&attributes, "DeadLetterQueueSourceArn");
    let dead_letter = source.is_none() && rule.is_some();
    Arrival {
        message_id: field(object, "messageId"),
        receipt_handle: field(object, "receiptHandle"),
        queue: field(object, "eventSourceARN"),
        received: field(&attributes, "ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(0),
        meant_for: source.as_deref().or(target).or(rule).and_then(arrival::name),
        failure: dead_letter.then_some(Failure::NotStarted),
        follow_up: false,
    }
}

/// The text in a field; where somebody put the event itself there instead of its text, that one's.
fn content(object: &Object<'_>, name: &str) -> Option<String> {
    let json = object.get(name)?.get();
    string(json).or_else(|| json.starts_with(['{', '[']).then(|| json.to_owned()))
}

fn field(object: &Object<'_>, name: &str) -> Option<String> {
    string(object.get(name)?.get())
}

fn is_true(object: &Object<'_>, name: &str) -> bool {
    object.get(name).is_some_and(|json| json.get() == "true")
}

/// An object in a field.
fn inner<'a>(object: &Object<'a>, name: &str) -> Option<Object<'a>> {
    serde_json::from_str(object.get(name)?.get()).ok()
}

fn list(json: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(json).ok()
}

fn string(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests;
