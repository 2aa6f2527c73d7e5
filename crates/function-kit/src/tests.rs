//! The handler as Lambda calls it, with the sandbox as the world and stubs of SSM and SQS.

mod audit;
mod configuration;
mod delivery;
mod digest;
mod follow_ups;
mod heartbeat;
mod iam;
mod ledger;
mod metrics;
mod own_alarms;
mod queue;
mod redelivery;
mod table;

use std::net::{Ipv4Addr, SocketAddr};

use lambda_runtime::{Context, LambdaEvent};
use notifier::{Variables, clock};
use sandbox::{Accounts, Channel, Sandbox, demo};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::configuration::Configuration;
use crate::environment::Environment;
use crate::handler::Handler;
use crate::output::{InvocationError, Output};
use crate::task::Task;

const EVENT: &str = include_str!("../../../events/root-login/success-without-mfa.json");
const DRILL: &str = include_str!("../../../events/root-login/drill.json");
const ROOT_LOGIN: Task = Task::Source(&sources::root_login::SOURCE);
const PLACE: &str = "us-east-1:111122223333";

async fn sandbox() -> Sandbox {
    Sandbox::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), Accounts::default()).await.unwrap()
}

/// One channel, which costs nothing.
fn config(sandbox: &Sandbox, token: &str) -> String {
    let (url, chat) = (sandbox.url(), demo::TELEGRAM_CHAT);
    format!("[channels.tg]\ntype = \"telegram\"\ntoken = \"{token}\"\nchat_id = \"{chat}\"\nbase_url = \"{url}\"\n")
}

/// The same, a paid one and mail.
fn full_config(sandbox: &Sandbox) -> String {
    let (url, topic) = (sandbox.url(), demo::TOPIC_ARN);
    let (app, secret, from) = (demo::NHN_APP_KEY, demo::NHN_SECRET_KEY, demo::NHN_SENDER);
    let free = config(sandbox, demo::TELEGRAM_TOKEN);
    format!(
        "{free}[channels.sms]\ntype = \"nhn-sms\"\napp_key = \"{app}\"\nsecret_key = \"{secret}\"\nfrom = \"{from}\"\n\
         to = [\"01087654321\"]\nbase_url = \"{url}\"\n\
         [channels.mail]\ntype = \"sns-email\"\ntopic_arn = \"{topic}\"\nbase_url = \"{url}\"\n"
    )
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let credentials =
        [("AWS_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    let variables = credentials.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Environment::new(Variables::new(variables)).unwrap()
}

fn function(task: Task, variables: &[(&str, &str)]) -> Handler {
    Handler::new(task, Configuration::new(environment(variables)))
}

fn handler(variables: &[(&str, &str)]) -> Handler {
    function(ROOT_LOGIN, variables)
}

async fn invoke(handler: &Handler, event: &str) -> Result<Output, InvocationError> {
    invoke_for(handler, event, 30_000).await
}

/// Lambda gives the function so many milliseconds.
async fn invoke_for(handler: &Handler, event: &str, milliseconds: u64) -> Result<Output, InvocationError> {
    let mut context = Context::default();
    context.deadline = u64::try_from(clock::now().as_millisecond()).unwrap() + milliseconds;
    let event = RawValue::from_string(event.to_owned()).unwrap();
    let answer = handler.handle(LambdaEvent::new(event, context)).await;
    // As the function itself does, before it asks for its next event.
    handler.afterwards.end().await;
    answer
}

/// An SQS batch of the given bodies, `m0`, `m1` and so on.
fn batch(bodies: &[&str]) -> String {
    let record = |(index, body): (usize, &&str)| message(&format!("m{index}"), body);
    json!({ "Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>() }).to_string()
}

/// A message that was received once.
fn message(id: &str, body: &str) -> Value {
    json!({
        "messageId": id, "receiptHandle": format!("receipt of {id}"), "eventSource": "aws:sqs", "body": body,
        "eventSourceARN": format!("arn:aws:sqs:{PLACE}:bongsu-undelivered-events"),
        "attributes": { "ApproximateReceiveCount": "1" }, "messageAttributes": {},
    })
}

/// The texts that one provider's readers have.
fn texts(sandbox: &Sandbox, channel: Channel) -> Vec<String> {
    let messages = sandbox.messages().into_iter().filter(|message| message.channel == channel);
    messages.map(|message| message.text).collect()
}

/// The messages that come again.
fn failures(output: &Output) -> Vec<&str> {
    output.failures().iter().map(|failure| failure.item_identifier.as_str()).collect()
}
