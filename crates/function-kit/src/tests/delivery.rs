//! One source's function.

use std::time::Duration;

use lambda_runtime::Diagnostic;
use notifier::delivery::Outcome;

use super::*;

#[tokio::test]
async fn an_event_is_delivered_and_reported() {
    let sandbox = sandbox().await;
    let handler = handler(&[("BONGSU_CONFIG", &config(&sandbox, sandbox::demo::TELEGRAM_TOKEN))]);
    let output = invoke(&handler, EVENT).await.unwrap();
    assert_eq!(output.report.alerts[0].deliveries[0].outcome, Outcome::Accepted);
    assert!(output.batch_item_failures.is_none());
    assert_eq!(sandbox.messages().len(), 1);
}

#[tokio::test]
async fn an_alert_that_no_channel_took_is_an_error_that_holds_the_report() {
    let sandbox = sandbox().await;
    sandbox.inject("telegram=unauthorized".parse().unwrap());
    let handler = handler(&[("BONGSU_CONFIG", &config(&sandbox, sandbox::demo::TELEGRAM_TOKEN))]);
    let error = Diagnostic::from(invoke(&handler, EVENT).await.unwrap_err());
    assert_eq!(error.error_type, "AlertOwed");
    assert!(error.error_message.contains("tg unauthorized"), "{}", error.error_message);
    assert!(error.error_message.contains("\"deliveries\""), "{}", error.error_message);
    assert!(!error.error_message.contains(sandbox::demo::TELEGRAM_TOKEN));
}

#[tokio::test]
async fn of_a_batch_only_the_messages_that_are_owed_come_again() {
    let sandbox = sandbox().await;
    let handler = handler(&[("BONGSU_CONFIG", &config(&sandbox, sandbox::demo::TELEGRAM_TOKEN))]);
    let other = EVENT.replace("d73960ac", "00000000");
    invoke(&handler, EVENT).await.unwrap();
    sandbox.inject("telegram=unauthorized".parse().unwrap());
    let output = invoke(&handler, &batch(&[EVENT, &other, "{\"source\":\"aws.signin\",\"detail-type\":\"AWS Console Sign In via CloudTrail\",\"detail\":{\"eventName\":\"CheckMfa\"}}"])).await.unwrap();
    let failures = output.batch_item_failures.unwrap();
    assert_eq!(failures.iter().map(|failure| failure.item_identifier.as_str()).collect::<Vec<_>>(), ["m1"]);
    assert_eq!(output.report.ignored.len(), 1);
}

#[tokio::test]
async fn a_batch_without_failures_says_so_to_sqs() {
    let sandbox = sandbox().await;
    let handler = handler(&[("BONGSU_CONFIG", &config(&sandbox, sandbox::demo::TELEGRAM_TOKEN))]);
    let output = invoke(&handler, &batch(&[EVENT])).await.unwrap();
    assert_eq!(serde_json::to_value(output).unwrap()["batchItemFailures"], json!([]));
}

#[tokio::test]
async fn the_report_is_out_before_the_deadline_however_silent_a_channel_is() {
    let sandbox = sandbox().await;
    sandbox.inject("telegram=timeout".parse().unwrap());
    let handler = handler(&[("BONGSU_CONFIG", &config(&sandbox, sandbox::demo::TELEGRAM_TOKEN))]);
    let started = clock::instant();
    let error = Diagnostic::from(invoke_for(&handler, EVENT, 3_500).await.unwrap_err());
    assert!(started.elapsed() < Duration::from_millis(3_500));
    assert!(error.error_message.contains("tg uncertain"), "{}", error.error_message);
}
