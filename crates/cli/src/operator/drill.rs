//! `bongsu drill`: an alarm that is not one, through the deployed stack, and what became of it.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use aws::Operator;
use aws::drill::Occasion;
use notifier::clock;
use notifier::http::Http;
use serde_json::Value;

use crate::args::Drill;
use crate::configuration::ConfigFile;
use crate::event;

/// What a function logs when it has no configuration and so no report.
const FAILED: &str = "must be invoked again";

pub(crate) async fn run(options: &Drill, config: &ConfigFile, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let operator = Operator::new(&options.region, Http::new().context("cannot start")?).await;
    let account = operator.account().await?;
    let now = clock::now();
    let name = uuid::Uuid::new_v4().to_string();
    let event = fresh(options, Occasion { account: &account, region: &options.region, now, name: &name })?;
    let reading = sources::read(
        event.to_string().as_bytes(),
        sources::ALL,
        sources::UNKNOWN,
        &config.load_without_secrets()?.policy,
    );
    let alert = event::alerts(&reading).into_iter().next().context("nobody would be told of this event")?;
    if alert.source != options.source {
        bail!("this is no event of {}, but of {}", options.source, alert.source);
    }
    operator.put_event(&event).await?;
    writeln!(out, "The drill #{} is on the event bus of {account} in {}.", alert.key.short_id(), options.region)?;

    let function = format!("{}-{}", options.stack, options.source);
    let group = format!("/aws/lambda/{function}");
    let patience = Duration::from_secs(options.wait);
    let line = operator.wait_for_log(&group, alert.key.digest(), now, patience).await?;
    let Some(line) = line else {
        if let Some(failure) = operator.wait_for_log(&group, FAILED, now, Duration::ZERO).await? {
            writeln!(out, "The function failed; its log says:\n{failure}")?;
            return Ok(ExitCode::FAILURE);
        }
        writeln!(out, "No report came within {} s. Look, in this order:", options.wait)?;
        writeln!(out, "  1. EventBridge, {}: is the rule of {function} there and enabled?", options.region)?;
        writeln!(out, "  2. Lambda, {function}: was it invoked, and did it fail? Its log is {group}.")?;
        writeln!(
            out,
            "  3. SQS: is the event in the queue of undelivered events or in the dead-letter queue of {}?",
            options.stack
        )?;
        return Ok(ExitCode::FAILURE);
    };
    show(&line, out)
}

/// The drill that is put on the bus.
fn fresh(options: &Drill, occasion: Occasion<'_>) -> anyhow::Result<Value> {
    if !aws::drill::sources().contains(&options.source.as_str()) {
        bail!("{} has no drill: use one of {}", options.source, aws::drill::sources().join(", "));
    }
    let read =
        |path: &PathBuf| std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    let sample = options.event.as_ref().map(read).transpose()?;
    aws::drill::event(&options.source, sample.as_deref(), occasion)
        .context("this is not as EventBridge sends events: it needs source, detail-type, account and region")
}

/// The report in a line of the log; an invocation that failed has it in its error.
fn show(line: &str, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let log: Value = serde_json::from_str(line).unwrap_or_default();
    let report = log.get("report").and_then(Value::as_str);
    let report: Option<Value> = report.and_then(|report| serde_json::from_str(report).ok());
    let Some(report) = report else {
        writeln!(out, "The function failed; its log says:\n{line}")?;
        return Ok(ExitCode::FAILURE);
    };
    for alert in report.get("alerts").and_then(Value::as_array).into_iter().flatten() {
        for delivery in alert.get("deliveries").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| delivery.get(key).and_then(Value::as_str).unwrap_or_default();
            writeln!(out, "  {}: {} {}", text("channel"), text("outcome"), text("error"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert_of(source: &str, at: &str, name: &str) -> alert::Alert {
        let occasion = Occasion { account: "444455556666", region: "eu-west-1", now: at.parse().unwrap(), name };
        let event = aws::drill::event(source, None, occasion).unwrap();
        let reading =
            sources::read(event.to_string().as_bytes(), sources::ALL, sources::UNKNOWN, &alert::Policy::default());
        event::alerts(&reading).remove(0)
    }

    #[test]
    fn every_source_has_a_drill_that_it_reads_as_one() {
        for source in sources::ALL {
            let alert = alert_of(source.slug, "2026-11-22T01:02:03Z", "one");
            assert_eq!(alert.source, source.slug);
            assert!(alert.drill);
            assert_eq!(alert.account.as_deref(), Some("444455556666"));
        }
    }

    #[test]
    fn two_drills_are_two_alerts() {
        for source in sources::ALL {
            let one = alert_of(source.slug, "2026-11-22T01:02:03Z", "one");
            let two = alert_of(source.slug, "2026-11-22T01:02:04Z", "two");
            assert_ne!(one.key, two.key, "{}", source.slug);
        }
    }

    #[test]
    fn a_log_line_with_a_report_shows_each_channel() {
        let line = r#"{"message":"done","report":"{\"alerts\":[{\"deliveries\":[{\"channel\":\"tg\",\"outcome\":\"accepted\"}]}]}"}"#;
        let mut out = Vec::new();
        show(line, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap().trim(), "tg: accepted");
    }
}
