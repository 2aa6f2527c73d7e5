//! `bongsu guardrails`: what an account has already of the guardrails, and what a deployment of them is to be told.

mod analyzer;
mod budget;
mod monitor;
mod part;
mod recorder;
#[cfg(test)]
mod tests;
mod trail;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use aws::Operator;
use aws::survey::{Analyzer, Asked, Monitor, Recorder, Stack, Trail};
use notifier::http::Http;

use crate::args::Guardrails;
use part::{Finding, Wishes};

/// Where what an account has once is deployed: only there it is told of root sign-ins, and of its spending.
const HOME_OF_ALL: &str = "us-east-1";

/// What AWS says of one Region.
struct Survey {
    region: String,
    stack: Asked<Option<Stack>>,
    recorders: Asked<Vec<Recorder>>,
    channels: Asked<Vec<String>>,
    analyzers: Asked<Vec<Analyzer>>,
    /// What an account has once, asked only where that is deployed.
    once: Option<Once>,
}

struct Once {
    trails: Asked<Vec<Trail>>,
    monitors: Asked<Vec<Monitor>>,
    budgets: Asked<Vec<String>>,
}

pub(crate) async fn run(options: &Guardrails, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let operator = Operator::new(&options.region, Http::new().context("cannot start")?).await;
    let account = operator.account().await?;
    let survey = Box::pin(ask(&operator, &account, options)).await;
    let given: BTreeMap<_, _> = options.given.iter().cloned().collect();
    let findings = findings(&survey, &options.stack, &given);
    if options.parameters {
        return parameters(&findings, out, &mut std::io::stderr());
    }
    show(&format!("{}: account {account}, stack {}", options.region, options.stack), &findings, out)?;
    Ok(ExitCode::SUCCESS)
}

async fn ask(operator: &Operator, account: &str, options: &Guardrails) -> Survey {
    let once = async {
        if options.region != HOME_OF_ALL {
            return None;
        }
        let (trails, monitors, budgets) =
            tokio::join!(operator.trails(), operator.service_monitors(), operator.budgets(account));
        Some(Once { trails, monitors, budgets })
    };
    let (stack, recorders, channels, analyzers, once) = tokio::join!(
        operator.stack(&options.stack),
        operator.recorders(),
        operator.delivery_channels(),
        operator.analyzers(),
        once
    );
    Survey { region: options.region.clone(), stack, recorders, channels, analyzers, once }
}

/// What becomes of each part, in the order of the template.
fn findings(survey: &Survey, name: &str, given: &BTreeMap<String, String>) -> Vec<Finding> {
    let nothing = Stack::default();
    let (stack, unknown) = match &survey.stack {
        Ok(stack) => (stack.as_ref().unwrap_or(&nothing), None),
        Err(unasked) => (&nothing, Some(format!("what {name} has made: {unasked}"))),
    };
    let wishes = Wishes { given, stack, unknown };
    let mut findings = Vec::new();
    if let Some(once) = &survey.once {
        findings.push(trail::finding(&once.trails, &survey.region, &wishes));
    }
    let recorder = recorder::finding(survey, &wishes);
    let rules = recorder::rules(survey, &recorder, &wishes);
    findings.extend([recorder, rules]);
    findings.extend(analyzer::findings(&survey.analyzers, &wishes));
    if let Some(once) = &survey.once {
        findings.push(monitor::finding(&once.monitors, &wishes));
        findings.extend(budget::findings(&once.budgets, name, &wishes));
    }
    findings
}

/// A line for each part.
fn show(head: &str, findings: &[Finding], out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "{head}")?;
    for finding in findings {
        writeln!(out, "{finding}")?;
    }
    let parameters = overrides(findings);
    if findings.iter().any(|finding| finding.blocks) {
        writeln!(out, "It cannot be deployed like this: see above.")?;
    } else if parameters.is_empty() {
        writeln!(out, "A deployment needs no parameters for it.")?;
    } else {
        writeln!(out, "A deployment is to be given {parameters}")?;
    }
    Ok(())
}

/// Only what a deployment is to be given, or nothing and why not.
fn parameters(findings: &[Finding], out: &mut impl Write, err: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut blocks = findings.iter().filter(|finding| finding.blocks).peekable();
    if blocks.peek().is_some() {
        writeln!(err, "bongsu: this cannot be deployed yet:")?;
        for finding in blocks {
            writeln!(err, "{finding}")?;
        }
        return Ok(ExitCode::FAILURE);
    }
    let parameters = overrides(findings);
    if !parameters.is_empty() {
        writeln!(out, "{parameters}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn overrides(findings: &[Finding]) -> String {
    findings.iter().flat_map(|finding| &finding.overrides).map(String::as_str).collect::<Vec<_>>().join(" ")
}
