//! The Lambda glue that every function shares: start-up, envelopes in, report out.
//!
//! A function is one line: `function_kit::run(&sources::root_login::SOURCE)`.

mod configuration;
mod environment;
mod handler;
mod logs;
mod output;

#[cfg(test)]
mod tests;

use std::time::Duration;

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::value::RawValue;
use sources::Source;

use configuration::Configuration;
use environment::Environment;
use handler::Handler;

/// How long the start may take before the first event is asked for. What is not ready then is done with the event.
const START_UP: Duration = Duration::from_secs(3);

/// Runs the function of one source until Lambda ends the process.
///
/// # Errors
/// Lambda's own interface cannot be reached. A configuration with faults is an error of each invocation instead, so
/// that no event is lost by it.
pub async fn run(source: &'static Source) -> Result<(), lambda_runtime::Error> {
    logs::start();
    let handler = Handler::new(source, Configuration::new(Environment::from_process()?));
    // A timeout is no fault here: the first event asks for the configuration again.
    let _ = tokio::time::timeout(START_UP, handler.start()).await;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Box<RawValue>>| handler.handle(event))).await
}
