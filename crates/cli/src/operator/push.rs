//! `bongsu config push`: stores the configuration where the functions read it.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use aws::Operator;
use notifier::config::STACK_VARIABLES;
use notifier::http::Http;
use notifier::{Config, Variables};

use super::{confirmed, document};
use crate::args::Push;
use crate::configuration::ConfigFile;

/// What SSM takes. <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>
const MOST: usize = 8 * 1024;

pub(crate) async fn run(options: &Push, config: &ConfigFile, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let text = config.text()?;
    let variables = Variables::from_environment();
    Config::parse(&text, &variables.clone().with_stack_placeholders())?;
    let stays = |name: &str| STACK_VARIABLES.iter().any(|(stack, _)| *stack == name);
    let stored = document::with_variables(&text, |name| if stays(name) { None } else { variables.get(name) })?;
    if stored.len() > MOST {
        bail!("the configuration has {} bytes, and SSM takes {MOST}: shorten it, comments count too", stored.len());
    }
    let http = Http::new().context("cannot start")?;
    for region in &options.regions {
        let operator = Operator::new(region, http.clone()).await;
        let old = operator.read_parameter(&options.parameter).await?;
        let changes = document::changes(old.as_deref().unwrap_or_default(), &stored)?;
        if old.is_some() && changes.is_empty() {
            writeln!(out, "{region}: {} is up to date", options.parameter)?;
            continue;
        }
        writeln!(out, "{region}: {} {}", options.parameter, if old.is_some() { "changes:" } else { "is new:" })?;
        for change in changes {
            writeln!(out, "  {change}")?;
        }
        if !options.yes && !confirmed(&format!("{region}: store it?"), out)? {
            writeln!(out, "{region}: left as it was")?;
            continue;
        }
        operator.write_parameter(&options.parameter, &stored).await?;
        writeln!(out, "{region}: stored, {} of {MOST} bytes", stored.len())?;
    }
    Ok(ExitCode::SUCCESS)
}
