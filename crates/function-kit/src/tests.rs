//! The handler as Lambda calls it, with the sandbox as the world and a stub of SSM.

mod ledger;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use notifier::Variables;
use notifier::clock;
use notifier::delivery::Outcome;
use sandbox::{Accounts, Sandbox};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::configuration::Configuration;
use crate::environment::Environment;
use crate::handler::Handler;
use crate::output::{InvocationError, Output};

const EVENT: &str = include_str!("../../../events/root-login/success-without-mfa.json");

async fn sandbox() -> Sandbox {
    Sandbox::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), Accounts::default()).await.unwrap()
}

fn config(sandbox: &Sandbox, token: &str) -> String {
    let (url, chat) = (sandbox.url(), sandbox::demo::TELEGRAM_CHAT);
    format!("[channels.tg]\ntype = \"telegram\"\ntoken = \"{token}\"\nchat_id = \"{chat}\"\nbase_url = \"{url}\"\n")
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Environment::new(Variables::new(variables)).unwrap()
}

fn handler(variables: &[(&str, &str)]) -> Handler {
    Handler::new(&sources::root_login::SOURCE, Configuration::new(environment(variables)))
}

async fn invoke(handler: &Handler, event: &str) -> Result<Output, InvocationError> {
    let mut context = Context::default();
    context.deadline = u64::try_from(clock::now().as_millisecond()).unwrap() + 30_000;
    handler.handle(LambdaEvent::new(RawValue::from_string(event.to_owned()).unwrap(), context)).await
}

/// What the stub of SSM gives: texts in turn, the last one for ever; `None` is a fault of SSM's.
type Script = Arc<Mutex<Vec<Option<String>>>>;

async fn ssm(answers: Vec<Option<String>>) -> (String, Script) {
    let script: Script = Arc::new(Mutex::new(answers));
    let router = axum::Router::new().route("/", post(get_parameter)).with_state(script.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, script)
}

async fn get_parameter(State(script): State<Script>) -> (StatusCode, Json<Value>) {
    let mut script = script.lock().unwrap();
    let answer = if script.len() > 1 { script.remove(0) } else { script[0].clone() };
    match answer {
        Some(text) => {
            (StatusCode::OK, Json(json!({ "Parameter": { "Name": "/bongsu", "Type": "SecureString", "Value": text } })))
        }
        None => (StatusCode::BAD_REQUEST, Json(json!({ "__type": "ParameterNotFound" }))),
    }
}

fn with_parameter(url: &str) -> Handler {
    handler(&parameter(url))
}

fn parameter(url: &str) -> [(&str, &str); 5] {
    [
        ("BONGSU_CONFIG_PARAMETER", "/bongsu"),
        ("AWS_ENDPOINT_URL_SSM", url),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ]
}

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
async fn the_configuration_comes_from_ssm_once() {
    let sandbox = sandbox().await;
    let text = config(&sandbox, sandbox::demo::TELEGRAM_TOKEN);
    let (url, script) = ssm(vec![Some(text), None]).await;
    let handler = with_parameter(&url);
    handler.start().await;
    invoke(&handler, EVENT).await.unwrap();
    assert_eq!(script.lock().unwrap().len(), 1, "asked once: a second question would have met the fault");
    assert_eq!(sandbox.messages().len(), 1);
}

#[tokio::test]
async fn when_a_refresh_fails_or_brings_faults_the_older_configuration_stays_in_use() {
    let sandbox = sandbox().await;
    let text = config(&sandbox, sandbox::demo::TELEGRAM_TOKEN);
    let (url, script) = ssm(vec![Some(text), None, Some("language = 1".to_owned()), None]).await;
    let configuration = Configuration::good_for_nothing(environment(&parameter(&url)));
    let handler = Handler::new(&sources::root_login::SOURCE, configuration);
    for place in 0..3 {
        invoke(&handler, &EVENT.replace("d73960ac", &format!("{place:08}"))).await.unwrap();
    }
    assert_eq!(script.lock().unwrap().len(), 1, "it was asked at every invocation");
    assert_eq!(sandbox.messages().len(), 3);
}

#[tokio::test]
async fn a_rotated_token_is_read_again_and_the_alert_arrives_in_the_same_invocation() {
    let sandbox = sandbox().await;
    let old = config(&sandbox, "1000000001:AA-a-token-that-was-revoked-today-0");
    let (url, _) = ssm(vec![Some(old), Some(config(&sandbox, sandbox::demo::TELEGRAM_TOKEN))]).await;
    let handler = with_parameter(&url);
    let output = invoke(&handler, EVENT).await.unwrap();
    assert_eq!(output.report.alerts[0].deliveries[0].outcome, Outcome::Accepted);
    assert!(output.report.notices.is_empty());
    let next = invoke(&handler, &EVENT.replace("d73960ac", "00000000")).await.unwrap();
    assert_eq!(next.report.alerts[0].deliveries[0].attempts, 1, "the next invocation starts with the new token");
    assert_eq!(sandbox.messages().len(), 2);
}

#[tokio::test]
async fn a_parameter_that_is_missing_is_an_error_that_says_what_to_do() {
    let (url, _) = ssm(vec![None]).await;
    let error = Diagnostic::from(invoke(&with_parameter(&url), EVENT).await.unwrap_err());
    assert_eq!(error.error_type, "ConfigurationError");
    assert!(
        error.error_message.contains("/bongsu") && error.error_message.contains("config push"),
        "{}",
        error.error_message
    );
}

#[tokio::test]
async fn without_any_configuration_the_invocation_is_an_error_not_a_crash() {
    let error = Diagnostic::from(invoke(&handler(&[]), EVENT).await.unwrap_err());
    assert!(error.error_message.contains("BONGSU_CONFIG_PARAMETER"), "{}", error.error_message);
}

#[tokio::test]
async fn all_faults_of_a_configuration_stand_in_the_error() {
    let error =
        invoke(&handler(&[("BONGSU_CONFIG", "language = \"jp\"\n[channels.x]\ntype = \"pigeon\"")]), EVENT).await;
    let message = Diagnostic::from(error.unwrap_err()).error_message;
    assert!(message.contains("line 1: language") && message.contains("line 3: channels.x.type"), "{message}");
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

/// An SQS batch of the given bodies, `m0`, `m1` and so on.
fn batch(bodies: &[&str]) -> String {
    let record = |(index, body): (usize, &&str)| json!({ "messageId": format!("m{index}"), "eventSource": "aws:sqs", "body": body });
    json!({ "Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>() }).to_string()
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
    let mut context = Context::default();
    context.deadline = u64::try_from(clock::now().as_millisecond()).unwrap() + 3_500;
    let started = clock::instant();
    let event = LambdaEvent::new(RawValue::from_string(EVENT.to_owned()).unwrap(), context);
    let error = Diagnostic::from(handler.handle(event).await.unwrap_err());
    assert!(started.elapsed() < Duration::from_millis(3_500));
    assert!(error.error_message.contains("tg uncertain"), "{}", error.error_message);
}
