//! `bongsu sandbox`: the emulated providers alone.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use notifier::{Config, Variables};
use sandbox::Fault;

use crate::accounts;
use crate::args;
use crate::configuration::ConfigFile;
use crate::inbox::{Inbox, Recipe, Samples};

pub(crate) async fn run(
    options: &args::Sandbox,
    config: &ConfigFile,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let known = known(config, out)?;
    let faults: Vec<_> =
        options.faults.iter().map(|text| fault(text, known.as_ref())).collect::<anyhow::Result<_>>()?;
    let recipe = match &known {
        Some(known) => Recipe::of(config.text()?, variables(), known.wording.language),
        None => Recipe::example(None),
    };
    let (address, accounts) = ((options.listen, options.port).into(), accounts::of(known.as_ref()));
    // Whoever has only the binary can paste events.
    let samples = Samples::read(None).unwrap_or_default();
    let (sandbox, _inbox) = Inbox::open(address, accounts, recipe, samples).await?;
    for fault in faults {
        sandbox.inject(fault);
    }
    let url = sandbox.url();
    writeln!(out, "Telegram, NHN Cloud SMS, SOLAPI and SNS at {url}: give your channels base_url = \"{url}\"")?;
    writeln!(out, "What arrived, to look at in a browser: {url}; for programs: {url}/api/messages")?;
    if known.is_none() {
        writeln!(out, "They know the accounts of bongsu.example.toml with:")?;
        for (name, value) in accounts::DEMO_VARIABLES {
            writeln!(out, "  export {name}='{value}'")?;
        }
    }
    out.flush()?;
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    Ok(ExitCode::SUCCESS)
}

/// What the operator's environment says; what only a stack knows may be anything.
fn variables() -> Variables {
    Variables::from_environment().with_stack_placeholders()
}

/// The configuration whose accounts the sandbox knows besides the example's. One that was not asked for by name and
/// cannot be used, for want of its secrets perhaps, is left out.
fn known(config: &ConfigFile, out: &mut impl Write) -> anyhow::Result<Option<Config>> {
    if !config.is_given() {
        return Ok(None);
    }
    match Config::parse(&config.text()?, &variables()) {
        Ok(config) => Ok(Some(config)),
        Err(faults) if config.is_named() => Err(faults.into()),
        Err(faults) => {
            writeln!(out, "{} is left out: {faults}", config.path().display())?;
            Ok(None)
        }
    }
}

/// A fault's channel may be called by its name in the configuration.
fn fault(text: &str, config: Option<&Config>) -> anyhow::Result<Fault> {
    let (name, kind) =
        text.split_once('=').ok_or_else(|| anyhow!("--fault {text}: say CHANNEL=KIND, such as telegram=429"))?;
    let channels = config.map(|config| config.channels.as_slice()).unwrap_or_default();
    let named = channels.iter().find(|channel| channel.name == name).map(|channel| channel.settings.type_name());
    let example =
        [("telegram-ops", "telegram"), ("sms-nhn", "nhn-sms"), ("sms-solapi", "solapi"), ("mail", "sns-email")];
    let of_example = example.iter().find(|(example, _)| *example == name).map(|(_, kind)| *kind);
    let name = named.or(of_example).unwrap_or(name);
    format!("{name}={kind}").parse().with_context(|| format!("--fault {text}"))
}
