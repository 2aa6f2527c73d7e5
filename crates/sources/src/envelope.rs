//! Takes events out of what they arrive in: SNS and SQS batches, SNS notifications (in SQS bodies too), a list of
//! events, an `OnFailure` record. A rule's dead letter is the bare event in an SQS body.
//!
//! - <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>
//! - <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>
//! - <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>

use std::collections::BTreeMap;

use serde_json::value::RawValue;

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
    /// The `messageId` of the SQS record it came in.
    pub(crate) message_id: Option<String>,
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
        // The queue's id is that of this record; the function got its payload without one.
        return Inside::Texts(vec![payload.get().to_owned()], Stamps { delivery: None, ..stamps.clone() });
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

/// An SQS record.
fn message(object: &Object<'_>, stamps: &Stamps) -> Inside {
    let message_id = stamps.message_id.clone().or_else(|| field(object, "messageId"));
    let delivery = stamps.delivery.clone().or_else(|| message_id.clone());
    let stamps = Stamps { message_id, delivery };
    content(object, "body")
        .map_or_else(|| Inside::Hollow(stamps.clone()), |text| Inside::Texts(vec![text], stamps.clone()))
}

/// The text in a field; where somebody put the event itself there instead of its text, that one's.
fn content(object: &Object<'_>, name: &str) -> Option<String> {
    let json = object.get(name)?.get();
    string(json).or_else(|| json.starts_with(['{', '[']).then(|| json.to_owned()))
}

fn field(object: &Object<'_>, name: &str) -> Option<String> {
    string(object.get(name)?.get())
}

fn list(json: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(json).ok()
}

fn string(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(payload: &str) -> Vec<Option<String>> {
        open(payload).into_iter().map(|letter| letter.text).collect()
    }

    #[test]
    fn a_bare_event_stays_as_it_is() {
        for payload in ["", "prose", "{}", "7", "null", "\"prose\"", r#"{"source":"aws.signin"}"#, r#"{"Records":7}"#] {
            assert_eq!(texts(payload), [Some(payload.to_owned())]);
        }
    }

    #[test]
    fn a_batch_comes_apart_with_the_id_of_each_message() {
        let record = |id: &str, body: &str| json!({"eventSource": "aws:sqs", "messageId": id, "body": body});
        let letters = open(&json!({"Records": [record("1", "{\"a\":1}"), record("2", "broken {")]}).to_string());
        let read: Vec<_> =
            letters.iter().map(|letter| (letter.text.as_deref(), letter.stamps.message_id.as_deref())).collect();
        assert_eq!(read, [(Some("{\"a\":1}"), Some("1")), (Some("broken {"), Some("2"))]);
    }

    #[test]
    fn a_notification_in_a_queue_is_named_by_its_topic_and_answered_by_its_queue() {
        let body = json!({"Type": "Notification", "MessageId": "sns", "Message": "words"}).to_string();
        let letters =
            open(&json!({"Records": [{"eventSource": "aws:sqs", "messageId": "sqs", "body": body}]}).to_string());
        let stamps = Stamps { message_id: Some("sqs".to_owned()), delivery: Some("sns".to_owned()) };
        assert_eq!(letters, [Letter { text: Some("words".to_owned()), stamps }]);
    }

    #[test]
    fn a_record_without_a_body_is_not_lost() {
        let record = json!({"eventSource": "aws:sqs", "messageId": "1"}).to_string();
        let letters = open(&format!("{{\"Records\":[{record}]}}"));
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].text.as_deref(), Some(record.as_str()));
        assert_eq!(letters[0].stamps.message_id.as_deref(), Some("1"));
    }

    #[test]
    fn an_event_that_cannot_be_parsed_spoils_no_other_of_its_list() {
        let deep = "{\"a\":".to_owned() + &"[".repeat(200) + &"]".repeat(200) + "}";
        let list = format!("[{{\"n\":1e999}},{deep},{{\"s\":\"\\ud800\"}},{{\"good\":1}}]");
        let texts: Vec<_> = texts(&list).into_iter().flatten().collect();
        assert_eq!(texts, ["{\"n\":1e999}", deep.as_str(), "{\"s\":\"\\ufffd\"}", "{\"good\":1}"]);
    }

    #[test]
    fn an_empty_batch_is_one_letter_without_a_text() {
        for payload in ["[]", "{\"Records\":[]}"] {
            assert_eq!(texts(payload), [None]);
        }
    }

    #[test]
    fn envelopes_in_envelopes_end_somewhere() {
        let mut payload = "{}".to_owned();
        for _ in 0..100 {
            payload = format!("{{\"requestPayload\":{payload}}}");
        }
        assert_eq!(texts(&payload).len(), 1);
    }
}
