//! What every ledger must do, tried with the one in memory and with the one in DynamoDB; and what the second one costs. Its
//! table is in a `MiniStack` that asks IAM at every call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

mod calls;
mod contract;
mod fires;
mod history;

use std::collections::{BTreeSet, HashMap};

use alert::{Alert, Identity, Severity, Status, Text, Throttle};
use jiff::{SignedDuration, Timestamp};
use notifier::clock;
use notifier::delivery::{Begun, Claim, Entry, Finished, Ledger, MemoryLedger, Record, Slot, Standing, State, Summary};
use notifier::provider::Recipient;
use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, Table, Tap, objections_of_the_aws_sdk};

const REGION: &str = "us-east-1";

#[tokio::test]
async fn the_ledger_in_memory_keeps_the_contract() {
    let ledger = MemoryLedger::default();
    contract::keeps(&ledger).await;
    fires::keeps(&ledger).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_in_dynamodb_keeps_the_contract_with_the_rights_of_a_function() {
    let account = Account::open_plain();
    let (table, tap) = (Table::make(&account, REGION, "ledger"), Tap::start(account.url()).await);
    let ledger = table.ledger(tap.url());
    contract::keeps(&ledger).await;
    fires::keeps(&ledger).await;
    what_is_over_counts_as_absent(&ledger).await;
    what_was_held_back_may_take_pages(&ledger, &tap).await;
    all_is_asked_as_the_aws_sdk_asks(&table, &tap);
}

/// DynamoDB deletes items some days after their time.
async fn what_is_over_counts_as_absent(ledger: &dyn Ledger) {
    let over = |name: &str, owner: &str| {
        let mut claim = claim(name, owner);
        claim.forget_at = later(claim.now, -10);
        claim.track = Some(fires::track(name, Status::Firing, claim.now));
        claim
    };
    begin_new(ledger, &over("over", "one")).await;
    assert_eq!(ledger.read(&over("over", "").key).await.unwrap(), None);
    assert_eq!(ledger.fire(&fires::track("over", Status::Firing, clock::now())).await.unwrap(), None);
    begin_new(ledger, &Claim { forget_at: claim("over", "").forget_at, ..over("over", "two") }).await;
    assert_eq!(read(ledger, "over").await.lease.unwrap().owner, "two");

    // One that was never claimed, over one that is over, of which nothing stays.
    begin_new(ledger, &over("over-2", "one")).await;
    let slot = Slot::new("mail", Recipient::channel());
    finish(ledger, &claim("over-2", "two"), [(slot.clone(), State::Accepted)]).await;
    let record = read(ledger, "over-2").await;
    assert!(record.entries[&slot].is_there() && record.lease.is_none(), "{record:?}");
}

async fn what_was_held_back_may_take_pages(ledger: &dyn Ledger, tap: &Tap) {
    let key = json!({ "pk": { "S": "alert#one" }, "suppressed": { "S": "yes" }, "suppressed_at": { "N": "1" } });
    tap.answer("Query", json!({ "Items": [], "Count": 0, "LastEvaluatedKey": key }));
    tap.answer("Query", json!({ "Items": [{ "pk": { "S": "of somebody else" } }] }));
    assert_eq!(ledger.suppressed(now(), now()).await.unwrap(), []);
    let second: Value = serde_json::from_str(text(&tap.requests().last().unwrap()["body"])).unwrap();
    assert_eq!(second["ExclusiveStartKey"], key);
}

fn all_is_asked_as_the_aws_sdk_asks(table: &Table, tap: &Tap) {
    let calls: BTreeSet<_> = tap.heard().into_iter().collect();
    assert_eq!(Vec::from_iter(calls), ["GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"]);
    assert_eq!(objections_of_the_aws_sdk(table.credentials(), &tap.requests()), [""; 0]);
}

/// An alert of its own for each name.
fn alert(name: &str) -> Alert {
    let (account, region) = (Some("111122223333"), Some(REGION));
    let identity = Identity { source: "cloudwatch-alarm", drill: false, account, region };
    Alert {
        source: "cloudwatch-alarm",
        severity: Severity::High,
        status: Status::Firing,
        drill: false,
        key: identity.key(&[name]),
        fingerprint: identity.fingerprint(&[name]),
        throttle: Throttle::Count,
        free_only: false,
        only_if_firing: false,
        mailed_by: None,
        title: Text::new("알람이 울렸습니다", "An alarm rings"),
        subject: Some(format!("디스크 {name}")),
        account: account.map(str::to_owned),
        region: region.map(str::to_owned),
        time: None,
        facts: Vec::new(),
        advice: Text::same("-"),
        links: Vec::new(),
        raw: "{\"secret\":\"event\"}".to_owned(),
    }
}

/// A claim on it, about nothing that goes on.
fn claim(name: &str, owner: &str) -> Claim {
    let (alert, now) = (alert(name), now());
    Claim {
        key: alert.key.clone(),
        owner: owner.to_owned(),
        now,
        lease_until: later(now, 30),
        forget_at: later(now, 86_400),
        summary: Summary::new(&alert, "request-1"),
        slots: vec![slot("telegram", ""), slot("sms-nhn", "01087654321")],
        track: None,
    }
}

fn slot(channel: &str, number: &str) -> Slot {
    Slot::new(channel, Recipient::number(number))
}

/// Times are stored in milliseconds.
fn now() -> Timestamp {
    Timestamp::from_millisecond(clock::now().as_millisecond()).unwrap()
}

fn later(time: Timestamp, seconds: i64) -> Timestamp {
    time + SignedDuration::from_secs(seconds)
}

async fn begin_new(ledger: &dyn Ledger, claim: &Claim) {
    assert_eq!(ledger.begin(claim).await.unwrap(), Begun::New(Standing::News), "{}", claim.key);
}

async fn read(ledger: &dyn Ledger, name: &str) -> Record {
    ledger.read(&claim(name, "").key).await.unwrap().unwrap()
}

/// Finishes with these states.
async fn finish<const N: usize>(ledger: &dyn Ledger, claim: &Claim, states: [(Slot, State); N]) {
    let entries: HashMap<_, _> = states.map(|(slot, state)| (slot, Entry::new(state, claim.now))).into();
    ledger.finish(&Finished { claim: claim.clone(), entries }).await.unwrap();
}
