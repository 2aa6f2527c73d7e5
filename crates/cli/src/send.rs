//! `bongsu send`: delivers an event from this machine.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use notifier::delivery::{Ignored, Invocation, MemoryLedger, Report};
use notifier::http::Http;
use notifier::provider::Clients;
use notifier::{Notifier, clock};

use crate::args::Send;
use crate::configuration::ConfigFile;
use crate::{event, table};

/// As long as a function has.
const TIME: Duration = Duration::from_secs(28);

pub(crate) async fn run(options: &Send, config: &ConfigFile, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let config = if options.dry_run { config.load_without_secrets()? } else { config.load()? };
    let reading = event::read(&options.event.event, &config.policy)?;
    if options.dry_run {
        return crate::route::show(&reading, &config, options.event.json, out);
    }
    let alerts = event::alerts(&reading);
    let http = Http::new().context("cannot start")?;
    let clients = Clients { credentials: credentials(&http).await, http };
    let notifier = Notifier::new(config, &clients, Arc::new(MemoryLedger::default()));
    let mut report = notifier.deliver(&alerts, Invocation::until(clock::instant() + TIME)).await;
    report.ignored = event::ignored(&reading).into_iter().map(|reason| Ignored { reason }).collect();
    show(&report, options.event.json, out)?;
    Ok(if report.owed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn show(report: &Report, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(report)?)?;
        return Ok(());
    }
    if !report.alerts.is_empty() {
        writeln!(out, "{}", table::deliveries(report))?;
    }
    for ignored in &report.ignored {
        writeln!(out, "ignored: {}", ignored.reason)?;
    }
    Ok(())
}

#[cfg(feature = "aws")]
async fn credentials(http: &Http) -> Option<aws_credential_types::provider::SharedCredentialsProvider> {
    // Where a topic is says its ARN: this Region is asked nothing.
    aws::Operator::new("us-east-1", http.clone()).await.credentials()
}

/// Without the feature `aws` only the environment gives credentials.
#[cfg(not(feature = "aws"))]
#[expect(clippy::unused_async, reason = "it is asked as the chain of profiles is")]
async fn credentials(_: &Http) -> Option<aws_credential_types::provider::SharedCredentialsProvider> {
    let variables = notifier::Variables::from_environment();
    let (key, secret) = (variables.get("AWS_ACCESS_KEY_ID")?, variables.get("AWS_SECRET_ACCESS_KEY")?);
    let session = variables.get("AWS_SESSION_TOKEN").map(str::to_owned);
    let credentials = aws_credential_types::Credentials::new(key, secret, session, None, "environment");
    Some(aws_credential_types::provider::SharedCredentialsProvider::new(credentials))
}
