//! `bongsu`: try alerts, check the configuration, and play the providers, on any machine.

mod accounts;
mod args;
mod check;
mod configuration;
mod demo;
mod event;
mod inbox;
#[cfg(feature = "aws")]
mod operator;
mod preview;
mod route;
mod sandbox;
mod send;
mod table;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "bongsu: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = &arguments.config;
    let mut out = std::io::stdout();
    match arguments.command {
        Command::Demo(options) => demo::run(&options, &mut out).await,
        Command::Preview(options) => preview::run(&options, config, &mut out),
        Command::Route(options) => route::run(&options, config, &mut out),
        Command::Check => check::run(config, &mut out),
        Command::Send(options) => send::run(&options, config, &mut out).await,
        Command::Sandbox(options) => sandbox::run(&options, config, &mut out).await,
        #[cfg(feature = "aws")]
        Command::Config(args::Config::Push(options)) => operator::push::run(&options, config, &mut out).await,
        #[cfg(feature = "aws")]
        Command::Drill(options) => operator::drill::run(&options, config, &mut out).await,
        #[cfg(feature = "aws")]
        Command::Doctor(options) => operator::doctor::run(&options, config, &mut out).await,
        #[cfg(feature = "aws")]
        Command::History(options) => operator::history::run(&options, config, &mut out).await,
        #[cfg(feature = "aws")]
        Command::Guardrails(options) => operator::guardrails::run(&options, &mut out).await,
        #[cfg(feature = "aws")]
        Command::Redrive(options) => operator::redrive::run(&options, &mut out).await,
    }
}

/// `bongsu … | head` closes the pipe; that is no fault of ours or theirs.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
