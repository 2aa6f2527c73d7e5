//! The Lambda glue that every function shares: start-up, envelopes in, report out.
//!
//! A function is one line: `function_kit::run(&sources::root_login::SOURCE)`.

mod audit;
mod configuration;
mod digest;
mod environment;
mod follow_ups;
mod handler;
mod heartbeat;
mod logs;
mod metrics;
mod output;
mod own_alarms;
mod plan;
mod redelivery;
mod rehearsal;
mod stack;
mod task;
mod times;

#[cfg(test)]
mod tests;

use std::time::Duration;

use lambda_runtime::tower::util::ThenLayer;
use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use serde_json::value::RawValue;
use sources::Source;

use configuration::Configuration;
use environment::Environment;
use handler::Handler;
use task::Task;

/// How long the start may take before the first event is asked for. What is not ready then is done with the event.
const START_UP: Duration = Duration::from_secs(3);

/// Runs the function of one source until Lambda ends the process.
///
/// # Errors
/// Lambda's own interface cannot be reached. A configuration with faults is an error of each invocation instead, so
/// that no event is lost by it.
pub async fn run(source: &'static Source) -> Result<(), lambda_runtime::Error> {
    serve(Task::Source(source)).await
}

/// Runs the function that tells what other Regions and accounts forward, of all sources, until Lambda ends the process.
///
/// # Errors
/// As [`run`].
pub async fn forwarded() -> Result<(), lambda_runtime::Error> {
    serve(Task::Forwarded(sources::ALL)).await
}

/// Runs the function that delivers, from the queues of what was not delivered, the events of all sources, until Lambda
/// ends the process. What it cannot deliver either stays in its queue.
///
/// # Errors
/// As [`run`].
pub async fn redeliver() -> Result<(), lambda_runtime::Error> {
    serve(Task::Redeliver(sources::ALL)).await
}

/// Runs the function that tells once a minute what channels have held back, until Lambda ends the process.
///
/// # Errors
/// As [`run`].
pub async fn digest() -> Result<(), lambda_runtime::Error> {
    serve(Task::Digest).await
}

/// Runs the function that looks at the passwords and access keys of the account, on a schedule, until Lambda ends the
/// process.
///
/// # Errors
/// As [`run`].
pub async fn audit_credentials() -> Result<(), lambda_runtime::Error> {
    serve(Task::Audit(audit::fetch)).await
}

/// Runs the function that looks once an hour whether bongsu itself works, until Lambda ends the process.
///
/// # Errors
/// As [`run`].
pub async fn heartbeat() -> Result<(), lambda_runtime::Error> {
    serve(Task::Heartbeat(heartbeat::Ask { examine: heartbeat::examine, count: heartbeat::count })).await
}

async fn serve(task: Task) -> Result<(), lambda_runtime::Error> {
    logs::start();
    let handler = Handler::new(task, Configuration::new(Environment::from_process()?));
    // A timeout is no fault here: the first event asks for the configuration again.
    let _ = tokio::time::timeout(START_UP, handler.start()).await;
    // Lambda has its answer as soon as everybody has the alert, and gives nothing else to do before what is left is done:
    // it does not freeze a process that has not asked for its next event.
    // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
    let afterwards = |answered| async {
        handler.afterwards.end().await;
        answered
    };
    Runtime::new(service_fn(|event: LambdaEvent<Box<RawValue>>| handler.handle(event)))
        .layer(ThenLayer::new(afterwards))
        .run()
        .await
}
