//! `bongsu redrive`: dead letters come back on their way, and none is lost.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, Tap, both};

const REGION: &str = "us-east-1";
const FROM: &str = "bongsu-dead-letters";
const TO: &str = "bongsu-undelivered-events";

#[test]
fn every_dead_letter_is_moved_with_its_body_and_attributes() {
    let account = Account::open_plain();
    make_queues(&account);
    let sent: BTreeSet<_> =
        (0..23).map(|number| put(&account, &format!("{{\"event\":{number},\"이름\":\"<&>\"}}"))).collect();

    let asked = account.bongsu(&["redrive"], &[]);
    assert!(asked.status.success(), "{}", both(&asked));
    let said = both(&asked);
    assert!(
        said.contains("us-east-1: move about 23 messages from bongsu-dead-letters to bongsu-undelivered-events?"),
        "{said}"
    );
    assert!(said.contains("left as it was"), "{said}");
    assert_eq!(account.queue(REGION, FROM).waiting(), 23);

    let moved = account.bongsu(&["redrive", "--yes"], &[]);
    assert!(moved.status.success() && both(&moved).contains("us-east-1: 23 messages moved"), "{}", both(&moved));
    assert_eq!(arrived(&account), sent);
    assert_eq!(left(&account), 0);
    let again = account.bongsu(&["redrive", "--yes"], &[]);
    assert!(both(&again).contains("us-east-1: no messages moved"), "{}", both(&again));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_the_other_queue_does_not_take_stays_and_is_not_deleted() {
    let account = Account::open_plain();
    let tap = Tap::start(account.url()).await;
    make_queues(&account);
    put(&account, "{}");
    tap.refuse("SendMessage", json!({ "__type": "com.amazonaws.sqs#AccessDeniedException", "message": "not you" }));
    let through_tap = [("AWS_ENDPOINT_URL".to_owned(), tap.url().to_owned())];
    let output = account.bongsu(&["redrive", "--yes"], &through_tap);
    let said = both(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("no messages moved") && said.contains("cannot move a dead letter"), "{said}");
    assert_eq!(tap.heard(), ["GetQueueUrl", "GetQueueUrl", "GetQueueAttributes", "ReceiveMessage", "SendMessage"]);
    assert_eq!((left(&account), account.queue(REGION, TO).waiting()), (1, 0));
}

#[test]
fn without_the_stack_it_says_that_its_queues_are_not_there() {
    let account = Account::open_plain();
    let output = account.bongsu(&["redrive", "--yes", "--stack", "nothing"], &[]);
    let said = both(&output);
    assert!(output.status.code() == Some(1) && said.contains("cannot find the stack's queues in us-east-1"), "{said}");
}

fn make_queues(account: &Account) {
    for name in [FROM, TO] {
        account.new_queue(REGION, name);
    }
}

fn url(account: &Account, name: &str) -> Value {
    account.aws(REGION, "sqs", "get_queue_url", &json!({ "QueueName": name }))["QueueUrl"].clone()
}

/// Sends a dead letter as EventBridge does; gives back its body and an attribute of its own.
fn put(account: &Account, body: &str) -> (String, String) {
    let error = format!("no permission for {body}");
    let attributes = json!({
        "RULE_ARN": { "DataType": "String", "StringValue": "arn:aws:events:us-east-1:111122223333:rule/bongsu-root-login" },
        "ERROR_MESSAGE": { "DataType": "String", "StringValue": error },
        "RETRY_ATTEMPTS": { "DataType": "Number", "StringValue": "185" },
    });
    let message = json!({ "QueueUrl": url(account, FROM), "MessageBody": body, "MessageAttributes": attributes });
    account.aws(REGION, "sqs", "send_message", &message);
    (body.to_owned(), error)
}

fn arrived(account: &Account) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    let ask = json!({ "QueueUrl": url(account, TO), "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"] });
    loop {
        let answer = account.aws(REGION, "sqs", "receive_message", &ask);
        let Some(messages) = answer["Messages"].as_array() else { return all };
        for message in messages {
            let attributes = &message["MessageAttributes"];
            assert_eq!(attributes["RETRY_ATTEMPTS"], json!({ "DataType": "Number", "StringValue": "185" }));
            assert_eq!(attributes.as_object().unwrap().len(), 3);
            let error = text(&attributes["ERROR_MESSAGE"]["StringValue"]).to_owned();
            assert!(all.insert((text(&message["Body"]).to_owned(), error)), "twice: {message}");
        }
    }
}

/// What is left of the dead letters, hidden or not.
fn left(account: &Account) -> usize {
    let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    let ask = json!({ "QueueUrl": url(account, FROM), "AttributeNames": names });
    let answer = account.aws(REGION, "sqs", "get_queue_attributes", &ask);
    names.iter().map(|name| text(&answer["Attributes"][*name]).parse::<usize>().unwrap()).sum()
}
