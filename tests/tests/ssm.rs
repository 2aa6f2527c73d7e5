//! The configuration in SSM: fetched once, and told about when it cannot be had. A release binary under the Lambda
//! Runtime Interface Emulator.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use sandbox::{Channel, demo};
use system_tests::json::{delivery, outcomes};
use system_tests::{Function, Ssm, SsmReply, Stage, corpus};

const TO_TELEGRAM: &str = "[[routes]]\nnotify = [\"telegram\"]";

/// A function that reads its configuration from this SSM. What the stack provides stands in its environment.
fn function(ssm: &Ssm) -> Function {
    let mut environment = ssm.environment();
    environment.push(("ALERT_TOPIC_ARN".to_owned(), demo::TOPIC_ARN.to_owned()));
    Function::start("root-login", &environment)
}

fn sign_in() -> Vec<u8> {
    corpus::event("root-login/success-without-mfa").bytes
}

#[tokio::test]
async fn a_warm_environment_fetches_its_configuration_once() {
    let stage = Stage::open().await;
    let ssm = Ssm::start(SsmReply::Value(stage.pushed("[[routes]]\nnotify = [\"telegram\", \"mail\"]"))).await;
    let function = function(&ssm);
    for event in ["success-without-mfa", "failure", "success-with-mfa"] {
        let answer = function.invoke(corpus::event(&format!("root-login/{event}")).bytes).await;
        assert_eq!(outcomes(answer.report()), ["telegram accepted", "mail accepted"]);
    }
    assert_eq!(ssm.asked(), 1);
}

#[tokio::test]
async fn a_parameter_that_is_missing_or_forbidden_is_named_with_what_to_do() {
    for (code, advice) in [("ParameterNotFound", "bongsu config push"), ("AccessDeniedException", "ssm:GetParameter")] {
        let ssm = Ssm::start(SsmReply::Refusal(code)).await;
        let answer = function(&ssm).invoke(sign_in()).await;
        let (kind, message) = answer.error();
        assert_eq!(kind, "ConfigurationError");
        assert!(message.contains(Ssm::PARAMETER) && message.contains(advice), "{code}: {message}");
    }
}

#[tokio::test]
async fn an_ssm_that_throttles_is_told_of_in_one_line_and_the_same_environment_goes_on_when_it_is_well_again() {
    let stage = Stage::open().await;
    let ssm = Ssm::start(SsmReply::Refusal("ThrottlingException")).await;
    let function = function(&ssm);
    let answer = function.invoke(sign_in()).await;
    let (kind, message) = answer.error();
    assert_eq!(kind, "ConfigurationError");
    assert!(message.contains(Ssm::PARAMETER) && message.contains("SSM is throttling"), "{message}");
    assert_eq!(function.logged(Ssm::PARAMETER).await.len(), 1, "{}", function.log());
    assert_eq!(function.lines("\"level\":"), function.lines(message), "{}", function.log());
    // Twice at the start of the environment and twice with the event: what has too much to do is not asked on and on.
    assert!(ssm.asked() <= 4, "{}", ssm.asked());

    ssm.set(SsmReply::Value(stage.pushed(TO_TELEGRAM)));
    assert_eq!(outcomes(function.invoke(sign_in()).await.report()), ["telegram accepted"]);
    assert_eq!(function.lines(Ssm::PARAMETER).len(), 1, "{}", function.log());
}

#[tokio::test]
async fn without_ssm_the_invocation_fails_and_names_the_parameter() {
    let ssm = Ssm::start(SsmReply::Silence).await;
    let function = function(&ssm);
    ssm.stop().await;
    let answer = function.invoke(sign_in()).await;
    let (kind, message) = answer.error();
    assert_eq!(kind, "ConfigurationError");
    assert!(message.contains(Ssm::PARAMETER) && message.contains("SSM does not answer"), "{message}");
    function.logged(Ssm::PARAMETER).await;
}

#[tokio::test]
async fn an_ssm_that_does_not_answer_makes_an_error_in_time_and_the_next_invocation_tries_again() {
    let stage = Stage::open().await;
    let ssm = Ssm::start(SsmReply::Silence).await;
    let function = function(&ssm);
    let answer = function.invoke(sign_in()).await;
    let (kind, message) = answer.error();
    assert_eq!(kind, "ConfigurationError");
    assert!(message.contains(Ssm::PARAMETER) && message.contains("2500 ms"), "{message}");
    // Once at the start of the environment, and once with the event.
    assert!((2.5..7.0).contains(&answer.took.as_secs_f64()), "{:?}", answer.took);

    ssm.set(SsmReply::Value(stage.pushed(TO_TELEGRAM)));
    assert_eq!(outcomes(function.invoke(sign_in()).await.report()), ["telegram accepted"]);
}

#[tokio::test]
async fn a_parameter_with_faults_is_an_error_until_it_is_mended() {
    let stage = Stage::open().await;
    let ssm = Ssm::start(SsmReply::Value("[channels.telegram]\ntype = \"telegramm\"".to_owned())).await;
    let function = function(&ssm);
    let answer = function.invoke(sign_in()).await;
    assert!(answer.error().1.contains("line 2: channels.telegram.type: "), "{:#}", answer.body);

    ssm.set(SsmReply::Value(stage.pushed(TO_TELEGRAM)));
    assert_eq!(outcomes(function.invoke(sign_in()).await.report()), ["telegram accepted"]);
}

#[tokio::test]
async fn a_token_that_was_rotated_is_read_again_and_the_alert_arrives() {
    let stage = Stage::open().await;
    let old =
        stage.pushed(TO_TELEGRAM).replace(demo::TELEGRAM_TOKEN, "1000000001:AAthe-token-of-before-it-was-rotated-00");
    let ssm = Ssm::start(SsmReply::Value(old)).await;
    let function = function(&ssm);
    let answer = function.invoke(sign_in()).await;
    assert_eq!(answer.error().0, "AlertOwed");

    ssm.set(SsmReply::Value(stage.pushed(TO_TELEGRAM)));
    let answer = function.invoke(sign_in()).await;
    assert_eq!(delivery(answer.report(), "telegram")["outcome"], "accepted");
    assert_eq!(stage.messages(Channel::Telegram).len(), 1);
}
