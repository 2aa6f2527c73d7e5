//! `bongsu check`: every fault of the configuration.

use std::io::Write;
use std::process::ExitCode;

use notifier::{Config, Variables};

use crate::configuration::ConfigFile;

pub(crate) fn run(config: &ConfigFile, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let variables = Variables::from_environment().with_stack_placeholders();
    let path = config.path();
    match Config::parse(&config.text()?, &variables) {
        Ok(config) => {
            let (channels, routes) = (config.channels.len(), config.routes.len());
            writeln!(out, "{}: no fault in {channels} channels and {routes} routes", path.display())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            writeln!(out, "{}: {faults}", path.display())?;
            Ok(ExitCode::FAILURE)
        }
    }
}
