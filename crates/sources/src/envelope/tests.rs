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
        letters.iter().map(|letter| (letter.text.as_deref(), letter.stamps.arrival.message_id.as_deref())).collect();
    assert_eq!(read, [(Some("{\"a\":1}"), Some("1")), (Some("broken {"), Some("2"))]);
}

#[test]
fn a_notification_in_a_queue_is_named_by_its_topic_and_answered_by_its_queue() {
    let body = json!({"Type": "Notification", "MessageId": "sns", "Message": "words"}).to_string();
    let letters = open(&json!({"Records": [{"eventSource": "aws:sqs", "messageId": "sqs", "body": body}]}).to_string());
    let arrival = Arrival { message_id: Some("sqs".to_owned()), ..Arrival::default() };
    let stamps = Stamps { arrival, delivery: Some("sns".to_owned()) };
    assert_eq!(letters, [Letter { text: Some("words".to_owned()), stamps }]);
}

#[test]
fn a_record_without_a_body_is_not_lost() {
    let record = json!({"eventSource": "aws:sqs", "messageId": "1"}).to_string();
    let letters = open(&format!("{{\"Records\":[{record}]}}"));
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].text.as_deref(), Some(record.as_str()));
    assert_eq!(letters[0].stamps.arrival.message_id.as_deref(), Some("1"));
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
