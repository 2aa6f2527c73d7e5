//! The promise, with everything as it is deployed: through any single fault every alert reaches its operators, and none is
//! woken twice. Release binaries under the emulator, each an environment of its own; a sandbox of the providers; the ledger
//! in a table of `MiniStack`, and between the two a gate that can be shut and a tap that hears every call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests may, in their helpers too"
)]

mod crash;
mod cut;
mod freeze;
mod outage;
mod storm;
mod twins;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::{delivery, text};
use system_tests::{Account, Answer, Function, Gate, Stage, Table, Tap, corpus};
use tokio::time::sleep;

const REGION: &str = "us-east-1";
/// SOLAPI takes over where NHN does not deliver.
const ROUTES: &str = "[[routes]]\nnotify = [\"telegram\", [\"nhn\", \"solapi\"], \"mail\"]";
/// What is told of an alert that nothing has gone wrong with.
const TOLD: [&str; 4] = ["telegram accepted", "nhn accepted", "solapi skipped", "mail accepted"];
/// The same, when it comes again.
const TOLD_BEFORE: [&str; 4] = ["telegram duplicate", "nhn duplicate", "solapi skipped", "mail duplicate"];
const POSSIBLE_REPEAT: &str = "[중복일 수 있음]";

/// An account with the ledger's table, and providers.
struct World {
    stage: Stage,
    table: Table,
    /// Before DynamoDB.
    gate: Gate,
    /// Behind the gate.
    tap: Tap,
    account: Account,
}

impl World {
    async fn open() -> Self {
        let account = Account::open_plain();
        let tap = Tap::start(account.url()).await;
        let gate = Gate::before(tap.url()).await;
        let table = Table::make(&account, REGION, "ledger");
        Self { stage: Stage::open().await, table, gate, tap, account }
    }

    /// An environment of a function, warm, whose invocations may take this long. It ends them a second and a half before,
    /// and its leases one second after.
    async fn warm(&self, name: &str, seconds: u32) -> Function {
        let function = self.function(name, seconds, ROUTES);
        function.invoke(corpus::event("root-login/iam-user-success").bytes).await.report();
        function
    }

    fn function(&self, name: &str, seconds: u32, routes: &str) -> Function {
        let seconds = seconds.to_string();
        let mut environment = self.table.environment(&self.gate.url());
        environment.push(("AWS_LAMBDA_FUNCTION_TIMEOUT".to_owned(), seconds));
        let environment: Vec<_> = environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.stage.function_with(name, routes, &environment)
    }

    /// How many messages each channel has taken, and how many of them say that they may be repeats.
    fn told(&self) -> BTreeMap<String, (usize, usize)> {
        let told = Channel::ALL.into_iter().map(|channel| {
            let texts = self.stage.texts(channel);
            let marked = texts.iter().filter(|text| text.contains(POSSIBLE_REPEAT)).count();
            (channel.to_string(), (texts.len(), marked))
        });
        told.collect()
    }

    /// Every operator has it once.
    fn assert_told_once(&self) {
        self.assert_told([1, 0], [1, 0]);
    }

    /// Every phone has one text; Telegram and the mailbox have so many messages, so many of them marked as repeats.
    fn assert_told(&self, telegram: [usize; 2], mail: [usize; 2]) {
        let expected = [("telegram", telegram), ("nhn-sms", [1, 0]), ("solapi", [0, 0]), ("sns-email", mail)];
        let expected = expected.map(|(name, [all, marked])| (name.to_owned(), (all, marked)));
        assert_eq!(self.told(), expected.into());
    }

    /// Waits until a channel has taken a message.
    async fn wait_until_taken(&self, channel: Channel) {
        while self.stage.messages(channel).is_empty() {
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// How each channel stands in the table; nobody is at work on it any more.
    fn recorded(&self, answer: &Answer) -> BTreeMap<String, String> {
        let item = self.item(answer);
        assert!(item["lease_owner"].is_null(), "somebody is at it: {item:#}");
        let slots =
            item.as_object().unwrap().iter().filter_map(|(name, value)| Some((name.strip_prefix("to#")?, value)));
        let state = |value: &Value| value["M"]["state"]["S"].as_str().map_or_else(|| value.to_string(), str::to_owned);
        slots.map(|(slot, value)| (slot.split('/').next().unwrap().to_owned(), state(value))).collect()
    }

    /// Nothing is owed.
    fn assert_all_is_recorded(&self, answer: &Answer) {
        let expected = [("telegram", "accepted"), ("nhn", "accepted"), ("solapi", "skipped"), ("mail", "accepted")];
        let expected = expected.map(|(name, state)| (name.to_owned(), state.to_owned()));
        assert_eq!(self.recorded(answer), expected.into());
    }

    /// The record of an invocation's alert.
    fn item(&self, answer: &Answer) -> Value {
        let get = json!({ "TableName": self.table.name, "Key": key_of(&answer.report_of_either()) });
        self.account.aws(REGION, "dynamodb", "get_item", &get)["Item"].clone()
    }
}

fn key_of(report: &Value) -> Value {
    json!({ "pk": { "S": format!("alert#{}", text(&report["alerts"][0]["key"])) } })
}

/// Root has signed in: critical.
fn sign_in() -> Vec<u8> {
    corpus::event("root-login/success-without-mfa").bytes
}

/// Another sign-in.
fn another_sign_in() -> Vec<u8> {
    corpus::event("root-login/success-with-mfa").bytes
}

/// Whether the message that a channel was sent says that it may be a repeat.
fn says_repeat(answer: &Answer, channel: &str) -> bool {
    delivery(answer.report(), channel)["possible_repeat"] == true
}

fn seconds_between(earlier: Timestamp, later: Timestamp) -> f64 {
    later.duration_since(earlier).as_secs_f64()
}
