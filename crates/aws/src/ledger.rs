//! The ledger in a DynamoDB table: who has been told what, remembered across invocations and environments.
//!
//! A new alert costs two calls, [`begin`](Ledger::begin) and [`finish`](Ledger::finish); one more where what is known of
//! its thing is not the plain case; one for each budget that it is taken from; one to take over a claim.

mod begin;
mod call;
mod conflict;
mod finish;
pub(crate) mod item;
mod step;
mod take_over;
mod value;
mod words;

use alert::AlertKey;
use async_trait::async_trait;
use aws_credential_types::provider::SharedCredentialsProvider;
use jiff::Timestamp;
use notifier::aws::{CallError, JsonClient};
use notifier::delivery::{Begun, Budget, Claim, Entry, Finished, Fire, Ledger, LedgerError, Record, State, Track};
use notifier::http::Http;
use notifier::{Variables, clock};
use serde_json::Value;

use call::Call;
use item::Item;
use value::text;
use words::{Change, Words};

/// The index of what was held back.
const INDEX: &str = "suppressed";
/// How many items a page has at the most: our HTTP client reads no answer of over 1 MB.
pub(crate) const PAGE: i32 = 100;

/// A ledger in a table whose key is `pk` and whose index `suppressed` has the keys `suppressed` and
/// `suppressed_at`. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct DynamoLedger {
    table: String,
    client: JsonClient,
}

impl DynamoLedger {
    /// The ledger in a table in the Region of this environment.
    pub fn new(table: &str, variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        // The alert goes out without a ledger sooner than a second try would answer.
        Self { table: table.to_owned(), client: JsonClient::dynamodb(variables, credentials, http).once() }
    }

    /// Opens a connection, so that the first alert need not wait for it. Nothing is asked. Fails silently: the alert itself
    /// will tell.
    pub async fn open(&self) {
        self.client.open().await;
    }

    async fn call(&self, action: &str, call: Call) -> Result<Value, LedgerError> {
        self.client.call(action, &call.into()).await.map_err(|error| explain(&error))
    }

    async fn get(&self, key: Value) -> Result<Option<Item>, LedgerError> {
        let answer = self.call("GetItem", Call::on(&self.table).key(key).with("ConsistentRead", true)).await?;
        Ok(answer.get("Item").and_then(Value::as_object).cloned())
    }
}

#[async_trait]
impl Ledger for DynamoLedger {
    async fn begin(&self, claim: &Claim) -> Result<Begun, LedgerError> {
        match &claim.track {
            Some(track) => self.claim_and_judge(claim, track).await,
            None => self.claim(claim).await,
        }
    }

    async fn take_over(&self, claim: &Claim, seen: &Record) -> Result<Option<Record>, LedgerError> {
        take_over::take_over(self, claim, seen).await
    }

    async fn read(&self, key: &AlertKey) -> Result<Option<Record>, LedgerError> {
        let item = self.get(item::of_alert(key)).await?;
        Ok(item.map(|item| item::record(&item, clock::now())).transpose()?.flatten())
    }

    async fn fire(&self, track: &Track) -> Result<Option<Fire>, LedgerError> {
        let item = self.get(item::of_fire(track)).await?;
        Ok(item.map(|item| item::fire(&item, clock::now())).transpose()?.flatten())
    }

    async fn finish(&self, finished: &Finished) -> Result<(), LedgerError> {
        self.record(finished).await
    }

    async fn count(&self, budget: &Budget) -> Result<u32, LedgerError> {
        let mut change = Change::default();
        change.set(item::EXPIRES_AT, item::end_of_budget(budget));
        change.add_one(item::USED);
        let update = Call::on(&self.table).key(item::of_budget(budget)).change(&change);
        let answer = self.call("UpdateItem", update.with("ReturnValues", "UPDATED_NEW")).await?;
        item::used(answer.get("Attributes").and_then(Value::as_object).unwrap_or(&Item::new()))
    }

    async fn suppressed(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Record>, LedgerError> {
        let mut words = Words::default();
        let held_back = words.compare(item::SUPPRESSED, "=", text(item::YES));
        let lately = words.compare(item::SUPPRESSED_AT, ">=", item::millis(from));
        let condition = format!("{held_back} AND {lately}");
        let held_back = |entry: &Entry| entry.state == State::Suppressed && (from..until).contains(&entry.at);
        let mut records = Vec::new();
        let mut last_key = None;
        loop {
            let query = Call::on(&self.table).with("IndexName", INDEX).with("Limit", PAGE);
            let query = query.with("KeyConditionExpression", condition.as_str()).words(&words);
            let query = last_key.into_iter().fold(query, |query, key: Value| query.with("ExclusiveStartKey", key));
            let mut page = self.call("Query", query).await?;
            let items = page.get("Items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            for item in items.iter().filter_map(Value::as_object) {
                match item::record(item, clock::now()) {
                    Ok(record) => records.extend(record.filter(|record| record.entries.values().any(held_back))),
                    // It must not keep the others from being told.
                    Err(error) => tracing::warn!(%error, "left out of a digest"),
                }
            }
            last_key = page.get_mut("LastEvaluatedKey").map(Value::take).filter(Value::is_object);
            if last_key.is_none() {
                return Ok(records);
            }
        }
    }
}

/// What DynamoDB calls a condition that is not met.
const CONDITION_FAILED: &str = "ConditionalCheckFailedException";

/// The item that did not meet a condition, where DynamoDB was asked to tell it and there is one.
fn old_item(error: &CallError) -> Option<&Item> {
    error.refusal()?.body.get("Item")?.as_object()
}

/// What DynamoDB said, for whoever reads the log.
fn explain(error: &CallError) -> LedgerError {
    LedgerError(match error.code() {
        Some("ResourceNotFoundException") => "there is no such table in this Region".to_owned(),
        Some("AccessDeniedException") => {
            "this role may not use it (dynamodb:GetItem, PutItem, UpdateItem, and Query on its index)".to_owned()
        }
        _ => error.to_string(),
    })
}
