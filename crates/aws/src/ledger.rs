//! The ledger in a DynamoDB table: who has been told what, remembered across invocations and environments.
//!
//! A new alert costs two calls, [`begin`](Ledger::begin) and [`finish`](Ledger::finish); one more where what is known of
//! its thing is not the plain case; one for each budget that it is taken from; one to take over a claim.

mod begin;
mod conflict;
mod finish;
pub(crate) mod item;
mod step;
mod take_over;
mod value;
pub(crate) mod words;

use alert::AlertKey;
use async_trait::async_trait;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;
use notifier::delivery::{Begun, Budget, Claim, Entry, Finished, Fire, Ledger, LedgerError, Record, State, Track};
use notifier::http::Http;
use notifier::{Variables, clock};

use crate::sdk;
use item::Item;
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
    client: Client,
}

impl DynamoLedger {
    /// The ledger in a table in the Region of this environment.
    pub fn new(table: &str, variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        let settings = sdk::settings("DYNAMODB", variables, credentials, http);
        // The alert goes out without a ledger sooner than a second try would answer.
        let config = aws_sdk_dynamodb::config::Builder::from(&settings).retry_config(RetryConfig::disabled()).build();
        Self { table: table.to_owned(), client: Client::from_conf(config) }
    }

    /// Opens a connection, so that the first alert need not wait for it. Fails silently: the alert itself will tell.
    /// It asks for an item that is never there, since a call also makes the SDK ready, which a bare connection does not.
    pub async fn open(&self) {
        let nothing = self.client.get_item().table_name(&self.table).key(item::PK, item::text("nothing"));
        let _ = nothing.send().await;
    }

    async fn get(&self, key: AttributeValue) -> Result<Option<Item>, LedgerError> {
        let get = self.client.get_item().table_name(&self.table).key(item::PK, key).consistent_read(true);
        Ok(get.send().await.map_err(|error| explain(&error))?.item)
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
        let update = self.client.update_item().table_name(&self.table).key(item::PK, item::of_budget(budget));
        let update = update.update_expression(change.expression());
        let update = update.set_expression_attribute_names(change.words.names());
        let update = update.set_expression_attribute_values(change.words.values());
        let update = update.return_values(ReturnValue::UpdatedNew);
        let answer = update.send().await.map_err(|error| explain(&error))?;
        item::used(&answer.attributes.unwrap_or_default())
    }

    async fn suppressed(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Record>, LedgerError> {
        let mut words = Words::default();
        let held_back = words.compare(item::SUPPRESSED, "=", item::text(item::YES));
        let lately = words.compare(item::SUPPRESSED_AT, ">=", item::millis(from));
        let query = self.client.query().table_name(&self.table).index_name(INDEX).limit(PAGE);
        let query = query.key_condition_expression(format!("{held_back} AND {lately}"));
        let query = query.set_expression_attribute_names(words.names()).set_expression_attribute_values(words.values());
        let held_back = |entry: &Entry| entry.state == State::Suppressed && (from..until).contains(&entry.at);
        let mut pages = query.into_paginator().send();
        let mut records = Vec::new();
        while let Some(page) = pages.next().await {
            for item in page.map_err(|error| explain(&error))?.items() {
                match item::record(item, clock::now()) {
                    Ok(record) => records.extend(record.filter(|record| record.entries.values().any(held_back))),
                    // It must not keep the others from being told.
                    Err(error) => tracing::warn!(%error, "left out of a digest"),
                }
            }
        }
        Ok(records)
    }
}

/// What DynamoDB said, for whoever reads the log.
fn explain<E: ProvideErrorMetadata>(error: &SdkError<E>) -> LedgerError {
    LedgerError(match error {
        SdkError::ServiceError(answer) => match answer.err().code() {
            Some("ResourceNotFoundException") => "there is no such table in this Region".to_owned(),
            Some("AccessDeniedException") => {
                "this role may not use it (dynamodb:GetItem, PutItem, UpdateItem, and Query on its index)".to_owned()
            }
            code => format!("DynamoDB said {}", code.unwrap_or("nothing that we know")),
        },
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => "DynamoDB does not answer".to_owned(),
        _ => "the request or its answer is broken".to_owned(),
    })
}
