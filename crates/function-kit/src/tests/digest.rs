//! The function `digest`: what was held back, once a minute.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use lambda_runtime::Diagnostic;

use super::ledger::Scripted;
use super::*;

const ALARM: &str = include_str!("../../../../events/cloudwatch-alarm/metric-alarm.json");

fn digest(config: &str, ledger: &Arc<Scripted>) -> Handler {
    let environment = Environment { ledger: ledger.clone(), ..environment(&[("BONGSU_CONFIG", config)]) };
    Handler::new(Task::Digest, Configuration::new(environment))
}

#[tokio::test]
async fn whatever_the_schedule_says_what_was_held_back_is_told_once() {
    let (sandbox, ledger) = (sandbox().await, Arc::new(Scripted::default()));
    let handler = digest(&config(&sandbox, demo::TELEGRAM_TOKEN), &ledger);
    ledger.hold_back(ALARM, "tg");
    for payload in ["{}", "null", "\"now\"", "{\"Records\":[]}", EVENT] {
        let output = invoke(&handler, payload).await.unwrap();
        assert_eq!(output.report.alerts.len(), 1, "{payload}");
    }
    let texts = texts(&sandbox, Channel::Telegram);
    assert_eq!(texts.len(), 1);
    assert!(texts[0].contains("1건 더"), "{texts:?}");
}

#[tokio::test]
async fn where_nothing_was_held_back_nothing_is_told() {
    let (sandbox, ledger) = (sandbox().await, Arc::new(Scripted::default()));
    let output = invoke(&digest(&config(&sandbox, demo::TELEGRAM_TOKEN), &ledger), "{}").await.unwrap();
    assert_eq!(serde_json::to_value(output).unwrap(), json!({ "alerts": [], "ignored": [] }));
    assert!(sandbox.messages().is_empty());
}

#[tokio::test]
async fn a_digest_that_is_owed_is_an_error_and_the_next_minute_tells_it() {
    let (sandbox, ledger) = (sandbox().await, Arc::new(Scripted::default()));
    let handler = digest(&config(&sandbox, demo::TELEGRAM_TOKEN), &ledger);
    ledger.hold_back(ALARM, "tg");
    sandbox.inject("telegram=unauthorized".parse().unwrap());
    let error = Diagnostic::from(invoke(&handler, "{}").await.unwrap_err());
    assert_eq!(error.error_type, "AlertOwed");
    sandbox.heal();
    invoke(&handler, "{}").await.unwrap();
    assert_eq!(sandbox.messages().len(), 1);
}

#[tokio::test]
async fn a_ledger_that_cannot_be_asked_is_an_error_that_says_so() {
    let (sandbox, ledger) = (sandbox().await, Arc::new(Scripted::default()));
    ledger.down.store(true, Ordering::Relaxed);
    let handler = digest(&config(&sandbox, demo::TELEGRAM_TOKEN), &ledger);
    let error = Diagnostic::from(invoke(&handler, "{}").await.unwrap_err());
    assert_eq!(error.error_type, "LedgerError");
    assert!(error.error_message.contains("held back cannot be told now"), "{}", error.error_message);
}
