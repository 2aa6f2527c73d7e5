//! The function `redeliver`: what others could not deliver, late and once.

use lambda_runtime::Diagnostic;
use notifier::delivery::Outcome;

use super::queue::Sqs;
use super::*;

fn on_failure(event: &str, error_type: &str) -> String {
    let arn = format!("arn:aws:lambda:{PLACE}:function:bongsu-root-login:$LATEST");
    let context = json!({ "functionArn": arn, "condition": "RetriesExhausted", "approximateInvokeCount": 3 });
    format!(
        "{{\"requestContext\":{context},\"requestPayload\":{event},\"responsePayload\":{{\"errorType\":\"{error_type}\"}}}}"
    )
}

fn dead_letter(event: &str) -> Value {
    let mut message = message("m0", event);
    let rule = format!("arn:aws:events:{PLACE}:rule/bongsu-root-login");
    message["messageAttributes"]["RULE_ARN"] = json!({ "stringValue": rule, "dataType": "String" });
    message
}

fn given_up(event: &str) -> Value {
    let mut message = message("m0", event);
    let queue = format!("arn:aws:sqs:{PLACE}:bongsu-root-login-events");
    message["attributes"]["DeadLetterQueueSourceArn"] = json!(queue);
    message
}

fn records(messages: &[Value]) -> String {
    json!({ "Records": messages }).to_string()
}

#[tokio::test]
async fn every_shape_is_told_late_with_its_reason_and_once() {
    let shapes = [
        (message("m0", &on_failure(DRILL, "ConfigurationError")), "함수에 설정이 없었습니다"),
        (message("m0", &on_failure(DRILL, "AlertOwed")), "채널 전송이 실패했습니다"),
        (message("m0", &on_failure(DRILL, "Sandbox.Timedout")), "함수가 도중에 멈췄습니다"),
        (dead_letter(DRILL), "함수가 시작되지 못했습니다"),
        (given_up(DRILL), "앞선 전송이 실패했습니다"),
    ];
    for (shape, reason) in shapes {
        let sandbox = sandbox().await;
        let handler = function(Task::Redeliver(sources::ALL), &[("BONGSU_CONFIG", &full_config(&sandbox))]);
        for outcome in [Outcome::Accepted, Outcome::Duplicate] {
            let output = invoke(&handler, &records(std::slice::from_ref(&shape))).await.unwrap();
            let outcomes: Vec<_> = output.report.alerts[0].deliveries.iter().map(|it| it.outcome).collect();
            assert_eq!(outcomes, [outcome; 3], "{reason}");
            assert!(failures(&output).is_empty() && output.batch_item_failures.is_some(), "{reason}");
        }
        let telegram = texts(&sandbox, Channel::Telegram);
        assert_eq!(telegram.len(), 1, "{reason}");
        assert!(telegram[0].contains(reason) && telegram[0].starts_with("[훈련]"), "{reason}: {telegram:?}");
        let sms = texts(&sandbox, Channel::NhnSms);
        assert!(sms.len() == 1 && sms[0].contains(" 늦음]"), "{reason}: {sms:?}");
    }
}

#[tokio::test]
async fn an_event_that_its_function_has_told_in_part_is_told_only_to_the_others() {
    let sandbox = sandbox().await;
    let environment = environment(&[("BONGSU_CONFIG", &full_config(&sandbox))]);
    let ledger = environment.ledger.clone();
    sandbox.inject("telegram=429".parse().unwrap());
    invoke_for(&Handler::new(ROOT_LOGIN, Configuration::new(environment)), EVENT, 2_500).await.unwrap_err();
    sandbox.heal();
    let environment = Environment { ledger, ..self::environment(&[("BONGSU_CONFIG", &full_config(&sandbox))]) };
    let handler = Handler::new(Task::Redeliver(sources::ALL), Configuration::new(environment));
    invoke(&handler, &batch(&[&on_failure(EVENT, "AlertOwed")])).await.unwrap();
    for channel in [Channel::Telegram, Channel::NhnSms, Channel::SnsEmail] {
        let of_alert = |text: &&String| text.contains("203.0.113.24");
        assert_eq!(texts(&sandbox, channel).iter().filter(of_alert).count(), 1, "{channel}");
    }
}

#[tokio::test]
async fn an_event_that_no_source_knows_is_told_like_the_others_of_its_function() {
    let sandbox = sandbox().await;
    let handler =
        function(Task::Redeliver(sources::ALL), &[("BONGSU_CONFIG", &config(&sandbox, demo::TELEGRAM_TOKEN))]);
    let event = include_str!("../../../../events/unknown/own-application.json");
    let output = invoke(&handler, &batch(&[&on_failure(event, "AlertOwed")])).await.unwrap();
    assert_eq!(output.report.alerts[0].source, "root-login");
    assert_eq!(texts(&sandbox, Channel::Telegram).len(), 1);
}

#[tokio::test]
async fn of_a_mixed_batch_only_what_is_still_owed_comes_again_and_sooner_than_its_queue_says() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(false).await);
    let variables = [("BONGSU_CONFIG", &*config(&sandbox, demo::TELEGRAM_TOKEN)), ("AWS_ENDPOINT_URL_SQS", &*sqs.url)];
    let handler = function(Task::Redeliver(sources::ALL), &variables);
    invoke(&handler, &batch(&[EVENT])).await.unwrap();
    sandbox.inject("telegram=unauthorized".parse().unwrap());
    let mut owed = message("owed", &on_failure(&EVENT.replace("d73960ac", "00000000"), "AlertOwed"));
    owed["attributes"]["ApproximateReceiveCount"] = json!("3");
    let known = message("known", &on_failure(EVENT, "AlertOwed"));
    let ignored = message("ignored", include_str!("../../../../events/root-login/iam-user-success.json"));
    let output = invoke(&handler, &records(&[known, owed, ignored])).await.unwrap();
    assert_eq!(failures(&output), ["owed"]);
    assert_eq!(output.report.ignored.len(), 1);
    let waits = sqs.asked("ChangeMessageVisibility");
    let expected = json!({
        "QueueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/bongsu-undelivered-events",
        "ReceiptHandle": "receipt of owed", "VisibilityTimeout": 120,
    });
    assert_eq!(waits, [expected]);
}

#[tokio::test]
async fn without_a_configuration_all_of_the_batch_comes_again_soon() {
    let sqs = Sqs::start(false).await;
    let handler = function(Task::Redeliver(sources::ALL), &[("AWS_ENDPOINT_URL_SQS", &sqs.url)]);
    let error = Diagnostic::from(invoke(&handler, &batch(&[EVENT, DRILL])).await.unwrap_err());
    assert_eq!(error.error_type, "ConfigurationError");
    let waits: Vec<_> = sqs.asked("ChangeMessageVisibility").iter().map(|it| it["VisibilityTimeout"].clone()).collect();
    assert_eq!(waits, [30, 30]);
}

#[tokio::test]
async fn a_queue_that_cannot_be_asked_changes_nothing() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(true).await);
    let variables = [("BONGSU_CONFIG", &*config(&sandbox, demo::TELEGRAM_TOKEN)), ("AWS_ENDPOINT_URL_SQS", &*sqs.url)];
    sandbox.inject("telegram=unauthorized".parse().unwrap());
    let output = invoke(&function(Task::Redeliver(sources::ALL), &variables), &batch(&[EVENT])).await.unwrap();
    assert_eq!(failures(&output), ["m0"]);
    assert_eq!(sqs.asked("ChangeMessageVisibility").len(), 1);
}

#[tokio::test]
async fn a_source_leaves_the_wait_to_its_queue() {
    let (sandbox, sqs) = (sandbox().await, Sqs::start(false).await);
    let variables = [("BONGSU_CONFIG", &*config(&sandbox, demo::TELEGRAM_TOKEN)), ("AWS_ENDPOINT_URL_SQS", &*sqs.url)];
    sandbox.inject("telegram=unauthorized".parse().unwrap());
    let output = invoke(&handler(&variables), &batch(&[EVENT])).await.unwrap();
    assert_eq!(failures(&output), ["m0"]);
    assert!(sqs.asked("ChangeMessageVisibility").is_empty());
}

#[tokio::test]
async fn a_digest_that_failed_is_nothing_to_tell() {
    let sandbox = sandbox().await;
    let handler =
        function(Task::Redeliver(sources::ALL), &[("BONGSU_CONFIG", &config(&sandbox, demo::TELEGRAM_TOKEN))]);
    let schedule = include_str!("../../../../events/unknown/scheduled-event.json");
    let record = on_failure(schedule, "LedgerError").replace("bongsu-root-login", "bongsu-digest");
    let output = invoke(&handler, &batch(&[&record])).await.unwrap();
    assert!(output.report.ignored[0].reason.contains("digest") && failures(&output).is_empty());
    assert!(sandbox.messages().is_empty());
}
