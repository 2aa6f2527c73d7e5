//! The way of an operator, from a clone to a message: the real `sam deploy` of both stacks into an AWS of the test's own,
//! which asks IAM at every call, then `bongsu config push` and `bongsu drill`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

mod alarms;
mod forwarder;
mod heartbeat;
mod lifecycle;
mod undelivered;
mod words;

use std::thread;
use std::time::Duration;

use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, Stage, both, corpus, repository};

use words::{Witness, preview, told};

/// A stack as `samconfig.toml` has it.
struct Stack {
    environment: &'static str,
    scope: &'static str,
    region: &'static str,
    sources: &'static [&'static str],
}

/// The sources whose events come through a queue.
const QUEUED: [&str; 5] =
    ["config-compliance", "access-analyzer", "cloudwatch-alarm", "account-activity", "security-finding"];
const GLOBAL: Stack = Stack {
    environment: "global",
    scope: "Scope=all",
    region: "us-east-1",
    sources: &[
        "root-login",
        "config-compliance",
        "access-analyzer",
        "cloudwatch-alarm",
        "account-activity",
        "security-finding",
        "health-event",
        "cost-anomaly",
        "budget",
        "credential-audit",
        "heartbeat",
    ],
};
const HOME: Stack = Stack {
    environment: "home",
    scope: "Scope=regional",
    region: "ap-northeast-2",
    sources: &[
        "config-compliance",
        "access-analyzer",
        "cloudwatch-alarm",
        "account-activity",
        "security-finding",
        "health-event",
    ],
};
const MAIL: &str = "OperatorEmail=ops@example.com";

#[tokio::test(flavor = "multi_thread")]
async fn every_drill_of_the_stack_for_all_reaches_every_channel_in_the_words_of_the_preview() {
    drill_every_source(&GLOBAL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_drill_of_the_stack_at_home_reaches_every_channel_in_the_words_of_the_preview() {
    drill_every_source(&HOME).await;
}

/// Each stack in an account of its own: `MiniStack` calls the roles of both the same, which AWS does not.
async fn drill_every_source(stack: &Stack) {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(stack.environment, &[stack.scope, MAIL]);
    push(&account, &stage, "/bongsu/config");
    let witness = Witness::of(&account, stack.region);
    for source in stack.sources {
        stage.sandbox.clear();
        drill(&account, source, stack.region);
        let event = witness.events.receive(1).remove(0);
        assert_eq!(told(&stage, &witness), preview(&account, &stage, &event), "{source}");
    }
    for source in stack.sources {
        // Each drill has started the function of its source and no other. That of account-activity meets two rules, so that
        // it comes twice, at once or one after the other, and is told once.
        let most = if *source == "account-activity" { 2 } else { 1 };
        assert!((1..=most).contains(&starts(&account, stack.region, source)), "{source}");
    }
    for source in QUEUED {
        // The report is in the log before the message is out of the queue.
        let queue = account.queue(stack.region, &format!("bongsu-{source}-events"));
        assert!(soon(10, || queue.unsettled() == 0), "{source}");
    }
    for queue in ["bongsu-undelivered-events", "bongsu-dead-letters"] {
        // A follow-up may just be on its way.
        let queue = account.queue(stack.region, queue);
        assert!(soon(10, || queue.waiting() == 0), "{}", queue.arn);
    }
    assert!(soon(90, || starts(&account, stack.region, "digest") > 0), "the digest comes every minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_not_the_root_users_starts_nothing() {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL]);
    push(&account, &stage, "/bongsu/config");
    let witness = Witness::of(&account, GLOBAL.region);
    for name in ["root-login/iam-user-success", "root-login/directory-login-failure"] {
        put(&account, GLOBAL.region, &drill_twin(name));
    }
    drill(&account, "root-login", GLOBAL.region);
    // The bus has had all three, and the function only the last one.
    assert_eq!(witness.events.receive(3).len(), 3);
    assert_eq!(starts(&account, GLOBAL.region, "root-login"), 1);
    assert_eq!(stage.texts(Channel::Telegram).len(), 1);
}

/// Stores the configuration of the fixture in both Regions, as an operator does.
fn push(account: &Account, stage: &Stage, parameter: &str) {
    push_from(&config(), account, stage, parameter);
}

fn push_from(config: &str, account: &Account, stage: &Stage, parameter: &str) {
    let push = ["--config", config, "config", "push", "--yes", "--parameter", parameter];
    let output = account.bongsu(&push, &variables(account, stage));
    let said = both(&output);
    assert!(output.status.success(), "{said}");
    for region in [GLOBAL.region, HOME.region] {
        assert!(said.contains(&format!("{region}: stored")), "{said}");
    }
    assert!(said.contains("channels.telegram.token = •••"), "{said}");
}

/// Holds a drill, as an operator does: it ends well when the function has reported it.
fn drill(account: &Account, source: &str, region: &str) {
    let output = account.bongsu(&["drill", source, "--region", region, "--wait", "30"], &[]);
    let said = both(&output);
    assert!(output.status.success(), "{said}\n{:#?}", account.log_of(region, &format!("bongsu-{source}")));
    for channel in ["telegram", "nhn", "solapi", "mail"] {
        assert!(said.contains(&format!("{channel}: accepted")), "{source} in {region}: {said}");
    }
}

fn config() -> String {
    repository().join("tests/fixtures/deployed.toml").to_str().unwrap().to_owned()
}

fn variables(account: &Account, stage: &Stage) -> Vec<(String, String)> {
    let mut variables = stage.variables();
    variables.push(("AWS_URL".to_owned(), account.url().to_owned()));
    variables
}

/// A sample event as somebody who is not AWS can put it on the bus.
fn drill_twin(name: &str) -> Value {
    let mut event: Value = serde_json::from_slice(&corpus::event(name).bytes).unwrap();
    event["source"] = json!(format!("drill.{}", text(&event["source"])));
    event
}

fn put(account: &Account, region: &str, event: &Value) {
    let entry = json!({
        "Source": event["source"], "DetailType": event["detail-type"], "Detail": event["detail"].to_string(),
    });
    let answer = account.aws(region, "events", "put_events", &json!({ "Entries": [entry] }));
    assert_eq!(answer["FailedEntryCount"], 0, "{answer}");
}

/// Whether something comes true within some seconds.
fn soon(seconds: u32, mut true_now: impl FnMut() -> bool) -> bool {
    (0..seconds * 5).any(|_| {
        let now = true_now();
        if !now {
            thread::sleep(Duration::from_millis(200));
        }
        now
    })
}

/// How often a function was invoked.
fn starts(account: &Account, region: &str, source: &str) -> usize {
    let log = account.log_of(region, &format!("bongsu-{source}"));
    log.iter().filter(|line| line.starts_with("START ")).count()
}
