//! Texts that were accepted: the event comes again, to see what became of them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use notifier::delivery::Outcome;

use super::ledger::Scripted;
use super::queue::{FOLLOW_UPS, Sqs};
use super::*;

fn variables<'a>(config: &'a str, sqs: &'a Sqs) -> [(&'a str, &'a str); 3] {
    [("BONGSU_CONFIG", config), ("BONGSU_FOLLOW_UPS", FOLLOW_UPS), ("AWS_ENDPOINT_URL_SQS", &sqs.url)]
}

#[tokio::test]
async fn an_event_that_was_texted_comes_again_after_a_minute_and_after_five() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(false).await);
    let handler = handler(&variables(&full_config(&sandbox), &sqs));
    for event in [EVENT, DRILL] {
        let output = invoke(&handler, event).await.unwrap();
        assert_eq!(output.report.alerts[0].deliveries[1].outcome, Outcome::Accepted);
    }
    let event = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let expected = [EVENT, DRILL].map(|text| json!({ "followUp": true, "requestPayload": event(text) }));
    let [real, drill] = expected;
    // Both messages of an event are sent at once, and arrive in any order.
    let mut sent = sqs.sent();
    sent.sort_by_key(|(_, delay)| *delay);
    assert_eq!(sent, [(real.clone(), 60), (drill.clone(), 60), (real, 300), (drill, 300)]);
}

#[tokio::test]
async fn a_repeat_a_lesser_alert_and_one_that_was_texted_to_nobody_are_not_followed_up() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(false).await);
    let free = config(&sandbox, demo::TELEGRAM_TOKEN);
    invoke(&handler(&variables(&free, &sqs)), EVENT).await.unwrap();
    let full = full_config(&sandbox);
    let alarm = function(Task::Source(&sources::cloudwatch_alarm::SOURCE), &variables(&full, &sqs));
    invoke(&alarm, include_str!("../../../../events/cloudwatch-alarm/metric-alarm.json")).await.unwrap();
    assert!(sqs.sent().is_empty());
    let handler = handler(&variables(&full, &sqs));
    for _ in 0..2 {
        invoke(&handler, EVENT).await.unwrap();
    }
    assert_eq!(sqs.sent().len(), 2, "those of the first time");
}

#[tokio::test]
async fn an_event_that_came_twice_in_a_batch_is_followed_up_once() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(false).await);
    let handler = handler(&variables(&full_config(&sandbox), &sqs));
    invoke(&handler, &batch(&[EVENT, EVENT])).await.unwrap();
    assert_eq!(sqs.sent().len(), 2);
}

#[tokio::test]
async fn an_event_that_is_too_long_is_delivered_and_not_followed_up() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(false).await);
    let handler = handler(&variables(&full_config(&sandbox), &sqs));
    let long = EVENT.replacen("Mozilla", &"x".repeat(250_000), 1);
    assert!(long.len() > 250_000);
    let output = invoke(&handler, &long).await.unwrap();
    assert_eq!(output.report.alerts[0].deliveries[1].outcome, Outcome::Accepted);
    assert!(sqs.sent().is_empty());
}

#[tokio::test]
async fn a_queue_that_refuses_changes_nothing() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(true).await);
    let handler = handler(&variables(&full_config(&sandbox), &sqs));
    assert!(!invoke(&handler, EVENT).await.unwrap().report.owed());
    assert_eq!(sqs.sent().len(), 2);
}

/// A root sign-in that was told, and the function that looks after its texts.
async fn told(sandbox: &Sandbox, sqs: &Sqs) -> (Handler, Arc<Scripted>) {
    let text = full_config(sandbox);
    let ledger = Arc::new(Scripted::default());
    let with_ledger = || Environment { ledger: ledger.clone(), ..environment(&variables(&text, sqs)) };
    invoke(&Handler::new(ROOT_LOGIN, Configuration::new(with_ledger())), EVENT).await.unwrap();
    (Handler::new(Task::Redeliver(sources::ALL), Configuration::new(with_ledger())), ledger)
}

#[tokio::test]
async fn a_follow_up_sends_nobody_anything_twice_and_is_done() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(false).await);
    let (handler, _) = told(&sandbox, &sqs).await;
    let output = invoke(&handler, &batch(&[&sqs.sent()[0].0.to_string()])).await.unwrap();
    assert!(output.report.alerts[0].deliveries.iter().all(|it| it.outcome == Outcome::Duplicate));
    assert!(failures(&output).is_empty());
    assert_eq!((sandbox.messages().len(), sqs.sent().len()), (3, 2));
}

#[tokio::test]
async fn a_follow_up_waits_for_a_ledger_that_is_down() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(false).await);
    let (handler, ledger) = told(&sandbox, &sqs).await;
    ledger.down.store(true, Ordering::Relaxed);
    let output = invoke(&handler, &batch(&[&sqs.sent()[0].0.to_string()])).await.unwrap();
    assert_eq!(failures(&output), ["m0"]);
    assert_eq!(sqs.asked("ChangeMessageVisibility").len(), 1);
    assert_eq!(sandbox.messages().len(), 3);
}

#[tokio::test]
async fn a_follow_up_of_what_the_ledger_does_not_know_tells_nobody() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(false).await);
    let handler = function(Task::Redeliver(sources::ALL), &variables(&full_config(&sandbox), &sqs));
    let output = invoke(&handler, &batch(&[&sources::follow_up(EVENT)])).await.unwrap();
    assert!(output.report.alerts.is_empty() && output.report.ignored[0].reason.contains("does not know"));
    assert!(failures(&output).is_empty() && sandbox.messages().is_empty());
}
