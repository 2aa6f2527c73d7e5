//! How many calls the ledger in DynamoDB costs, and that it asks again where two calls meet.

use std::sync::Arc;

use alert::Status;
use notifier::delivery::{Budget, Class, Finished, Invocation, Ledger, Limit, Outcome, State};
use notifier::http::Http;
use notifier::provider::Clients;
use notifier::{Notifier, clock};
use serde_json::{Value, json};
use system_tests::{Account, Stage, Table, Tap};

use super::fires::track;
use super::{REGION, alert, begin_new, claim, finish, later, now, read, slot};
use jiff::{SignedDuration, Timestamp};
use notifier::delivery::Claim;

const ONE_TRANSACTION: [&str; 1] = ["TransactWriteItems"];

#[tokio::test(flavor = "multi_thread")]
async fn what_the_ledger_in_dynamodb_costs() {
    let account = Account::open_plain();
    let tap = Tap::start(account.url()).await;
    let ledger = Table::make(&account, REGION, "ledger").ledger(tap.url());
    everything_is_one_call_in_the_plain_case(&ledger, &tap).await;
    a_thing_of_which_something_else_is_known_costs_one_more(&ledger, &tap).await;
    a_call_that_meets_a_transaction_is_made_again(&ledger, &tap).await;
    an_alert_costs_two_calls_and_one_for_each_budget(Arc::new(ledger.clone()), &tap).await;
    no_item_has_the_event_in_it(&account);
}

async fn everything_is_one_call_in_the_plain_case(ledger: &dyn Ledger, tap: &Tap) {
    let claim_of = claim("plain", "me");
    begin_new(ledger, &claim_of).await;
    assert_eq!(tap.heard(), ["PutItem"]);
    ledger.begin(&claim("plain", "twin")).await.unwrap();
    assert_eq!(tap.heard(), ["PutItem"]);
    let seen = read(ledger, "plain").await;
    assert_eq!(tap.heard(), ["GetItem"]);
    let next = claim("plain", "next");
    ledger.take_over(&next, &seen).await.unwrap();
    assert_eq!(tap.heard(), ["UpdateItem"]);
    finish(ledger, &next, [(slot("telegram", ""), State::Suppressed), (slot("sms-nhn", "1"), State::Accepted)]).await;
    assert_eq!(tap.heard(), ["UpdateItem"]);
    // One who lost the claim has nothing to add, or something.
    finish(ledger, &claim_of, [(slot("telegram", ""), State::NotSent(Outcome::Unavailable))]).await;
    assert_eq!(tap.heard(), ["UpdateItem"]);
    finish(ledger, &claim_of, [(slot("telegram", ""), State::Accepted)]).await;
    assert_eq!(tap.heard(), ["UpdateItem"; 2]);
    let limit = Limit { per: SignedDuration::from_mins(5), count: 1 };
    ledger.count(&Budget::of("telegram", Class::Normal, limit, now())).await.unwrap();
    assert_eq!(tap.heard(), ["UpdateItem"]);
    ledger.suppressed(later(now(), -60), later(now(), 60)).await.unwrap();
    assert_eq!(tap.heard(), ["Query"]);
}

/// A claim by an alert of its own.
fn about(name: &str, status: Status, at: Timestamp, only_if_firing: bool) -> Claim {
    let track = notifier::delivery::Track { only_if_firing, ..track("thing", status, at) };
    Claim { track: Some(track), ..claim(name, "me") }
}

async fn a_thing_of_which_something_else_is_known_costs_one_more(ledger: &dyn Ledger, tap: &Tap) {
    let hour = now().as_second() / 3_600;
    let at = |hours: i64, minutes: i64| Timestamp::from_second((hour + hours) * 3_600 + minutes * 60).unwrap();
    let end_of_nothing = about("thing-0", Status::Resolved, at(0, 0), true);
    ledger.begin(&end_of_nothing).await.unwrap();
    assert_eq!(tap.heard(), ONE_TRANSACTION, "the end of nothing");
    let plain = [
        ("it burns for the first time", about("thing-1", Status::Firing, at(0, 1), false)),
        ("it is over within the hour", about("thing-2", Status::Resolved, at(0, 2), false)),
        ("it burns in another hour", about("thing-3", Status::Firing, at(1, 1), false)),
        ("it is over within that hour", about("thing-4", Status::Resolved, at(1, 2), true)),
    ];
    for (what, claim) in &plain {
        begin_new(ledger, claim).await;
        assert_eq!(tap.heard(), ONE_TRANSACTION, "{what}");
        ledger.begin(claim).await.unwrap();
        assert_eq!(tap.heard(), ONE_TRANSACTION, "{what}, and is known");
    }
    let otherwise = [
        ("it burns again within the hour", about("thing-5", Status::Firing, at(1, 3), false)),
        ("an older state comes late", about("thing-6", Status::Resolved, at(1, 0), false)),
        ("it is over in another hour", about("thing-7", Status::Resolved, at(2, 0), false)),
    ];
    for (what, claim) in &otherwise {
        ledger.begin(claim).await.unwrap();
        assert_eq!(tap.heard(), ["TransactWriteItems"; 2], "{what}");
    }
    ledger.fire(otherwise[0].1.track.as_ref().unwrap()).await.unwrap();
    assert_eq!(tap.heard(), ["GetItem"]);
}

async fn a_call_that_meets_a_transaction_is_made_again(ledger: &dyn Ledger, tap: &Tap) {
    let code = |code: &str| json!({ "Code": code });
    let cancelled = |codes: [&str; 2]| {
        let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
        json!({ "__type": kind, "Message": "Transaction cancelled", "CancellationReasons": codes.map(code) })
    };
    let conflict = || {
        let kind = "com.amazonaws.dynamodb.v20120810#TransactionConflictException";
        json!({ "__type": kind, "message": "Transaction is ongoing for the item" })
    };
    tap.refuse("TransactWriteItems", cancelled(["TransactionConflict", "None"]));
    tap.refuse("TransactWriteItems", cancelled(["None", "TransactionConflict"]));
    let mut one = about("meets", Status::Firing, now(), false);
    one.track = Some(track("meets", Status::Firing, now()));
    begin_new(ledger, &one).await;
    assert_eq!(tap.heard(), ["TransactWriteItems"; 3]);
    tap.refuse("UpdateItem", conflict());
    tap.refuse("UpdateItem", conflict());
    let finished = Finished { claim: one, entries: [].into() };
    ledger.finish(&finished).await.unwrap();
    assert_eq!(tap.heard(), ["UpdateItem"; 3]);

    // Any other refusal is told at once.
    let refusal = json!({ "__type": "com.amazon.coral.service#AccessDeniedException", "Message": "no" });
    tap.refuse("UpdateItem", refusal);
    let error = ledger.finish(&finished).await.unwrap_err().to_string();
    assert!(error.contains("this role may not use it"), "{error}");
    assert_eq!(tap.heard(), ["UpdateItem"]);
}

async fn an_alert_costs_two_calls_and_one_for_each_budget(ledger: Arc<dyn Ledger>, tap: &Tap) {
    let stage = Stage::open().await;
    let http = Http::new().unwrap();
    let credentials = aws_credential_types::Credentials::new("AKIDTESTS", "secret", None, None, "test");
    let credentials = aws_credential_types::provider::SharedCredentialsProvider::new(credentials);
    let config = stage.config("[[routes]]\nnotify = [\"telegram\", [\"nhn\", \"solapi\"], \"mail\"]");
    let notifier = Notifier::new(config, &Clients { http, credentials: Some(credentials) }, ledger);
    let deliver = async || {
        let invocation = Invocation::until(clock::instant() + std::time::Duration::from_secs(20));
        notifier.deliver(&[alert("delivered")], invocation).await
    };
    let report = serde_json::to_value(deliver().await).unwrap();
    assert_eq!(system_tests::json::outcomes(&report)[0], "telegram accepted", "{report:#}");
    // Three channels send; the fourth is not needed.
    assert_eq!(tap.heard(), ["TransactWriteItems", "UpdateItem", "UpdateItem", "UpdateItem", "UpdateItem"]);
    deliver().await;
    assert_eq!(tap.heard(), ONE_TRANSACTION, "the same event again");
    assert_eq!(stage.sandbox.messages().len(), 3);
}

fn no_item_has_the_event_in_it(account: &Account) {
    let items: Value = account.aws(REGION, "dynamodb", "scan", &json!({ "TableName": "ledger" }));
    let items = items["Items"].as_array().unwrap();
    assert!(items.len() > 10);
    assert!(items.iter().all(|item| !item.to_string().contains("secret")), "{items:#?}");
    assert!(items.iter().all(|item| item["expires_at"]["N"].is_string()), "{items:#?}");
}
