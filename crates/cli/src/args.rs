//! The command line.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::configuration::ConfigFile;

/// An alert router for AWS accounts.
#[derive(Parser)]
#[command(name = "bongsu", version)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Play every sample event through the whole pipeline into emulated providers, and show what phones would show
    Demo(Demo),
    /// Show the alerts that an event makes, and all their texts
    Preview(Event),
    /// Show which route an event takes, and which channels are owed it
    Route(Event),
    /// Check the configuration, and name every fault
    Check,
    /// Deliver an event for real, from this machine
    Send(Send),
    /// Run the emulated providers alone
    Sandbox(Sandbox),
    /// Keep the configuration where the functions read it
    #[cfg(feature = "aws")]
    #[command(subcommand)]
    Config(Config),
    /// Put a drill on the account's event bus, and wait for the report of it
    #[cfg(feature = "aws")]
    Drill(Drill),
    /// See whether everything works, from the trail to the phone, without sending anything
    #[cfg(feature = "aws")]
    Doctor(Doctor),
    /// Show the alerts of the last days, and who has got them
    #[cfg(feature = "aws")]
    History(History),
    /// Bring events that could not start a function back on their way
    #[cfg(feature = "aws")]
    Redrive(Redrive),
    /// Show what an account has already of the guardrails, and what a deployment of them will create
    #[cfg(feature = "aws")]
    Guardrails(Guardrails),
}

#[cfg(feature = "aws")]
#[derive(Subcommand)]
pub(crate) enum Config {
    /// Check the configuration, show what changes, and store it in SSM
    Push(Push),
}

#[cfg(feature = "aws")]
#[derive(Args)]
pub(crate) struct Push {
    /// Regions to store it in: where the stacks are
    #[arg(long = "region", value_name = "REGION", default_values = ["us-east-1", "ap-northeast-2"])]
    pub(crate) regions: Vec<String>,
    /// Name of the SSM parameter
    #[arg(long, default_value = "/bongsu/config")]
    pub(crate) parameter: String,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[cfg(feature = "aws")]
#[derive(Args)]
pub(crate) struct Drill {
    /// Source to try: root-login, account-activity, … (a wrong one lists them all)
    pub(crate) source: String,
    /// Event to make the drill of, instead of the source's own: events/account-activity/trail-stopped.json
    #[arg(long)]
    pub(crate) event: Option<PathBuf>,
    /// Region whose stack is tried
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,
    /// Name of the stack
    #[arg(long, default_value = "bongsu")]
    pub(crate) stack: String,
    /// Seconds to wait for the report
    #[arg(long, default_value_t = 90)]
    pub(crate) wait: u64,
}

#[cfg(feature = "aws")]
#[derive(Args)]
pub(crate) struct Doctor {
    /// Regions of the stacks, the one that is told of root sign-ins first
    #[arg(long = "region", value_name = "REGION", default_values = ["us-east-1", "ap-northeast-2"])]
    pub(crate) regions: Vec<String>,
    /// Name of the stacks
    #[arg(long, default_value = "bongsu")]
    pub(crate) stack: String,
    /// Send a test message, marked as a drill, through each channel, too
    #[arg(long)]
    pub(crate) send: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(feature = "aws")]
#[derive(Args)]
pub(crate) struct History {
    /// From when on: 24h, 7d, 2026-11-24, or 2026-11-24T09:00:00+09:00
    #[arg(long, default_value = "7d")]
    pub(crate) since: String,
    /// Only what somebody has not got
    #[arg(long)]
    pub(crate) undelivered: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Region whose stack is asked
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,
    /// Name of the stack
    #[arg(long, default_value = "bongsu")]
    pub(crate) stack: String,
    /// Name of the ledger's table [default: the newest that the stack has made]
    #[arg(long)]
    pub(crate) table: Option<String>,
}

#[cfg(feature = "aws")]
#[derive(Args)]
pub(crate) struct Redrive {
    /// Region of the stack
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,
    /// Name of the stack
    #[arg(long, default_value = "bongsu")]
    pub(crate) stack: String,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[cfg(feature = "aws")]
#[derive(Args)]
pub(crate) struct Guardrails {
    /// Region to ask: us-east-1 for all guardrails, any other for those that each Region has of its own
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,
    /// Name of the stack of the guardrails
    #[arg(long, default_value = "bongsu-guardrails")]
    pub(crate) stack: String,
    /// Print only the parameters that a deployment needs for it (`Recorder=none`); fail where something could not be asked
    #[arg(long)]
    pub(crate) parameters: bool,
    /// Parameters that the deployment is given anyway, such as UnusedAccess=create
    #[arg(value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) given: Vec<(String, String)>,
}

#[cfg(feature = "aws")]
fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("use NAME=VALUE")?;
    Ok((name.to_owned(), value.trim_matches('"').to_owned()))
}

#[derive(Args)]
pub(crate) struct Demo {
    /// End when everything is played, instead of keeping the sandbox open
    #[arg(long)]
    pub(crate) once: bool,
    /// Port of the sandbox; another one is taken where it is in use
    #[arg(long, default_value_t = 8025)]
    pub(crate) port: u16,
    /// Folder of the events [default: events, in the project]
    #[arg(long)]
    pub(crate) events: Option<PathBuf>,
    /// Language of the texts: ko or en
    #[arg(long)]
    pub(crate) language: Option<String>,
}

#[derive(Args)]
pub(crate) struct Event {
    /// File with the event; `-` reads standard input
    pub(crate) event: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Send {
    #[command(flatten)]
    pub(crate) event: Event,
    /// Show what would go where, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args)]
pub(crate) struct Sandbox {
    /// Address of this machine to listen at. Containers find it at that of Docker's bridge, 172.17.0.1
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST.into())]
    pub(crate) listen: IpAddr,
    /// Port to listen on; 0 finds a free one
    #[arg(long, default_value_t = 8025)]
    pub(crate) port: u16,
    /// Break a channel: `sms-nhn=500:2` fails the next two sends. The channel is a name in the configuration or a type;
    /// the kind is timeout, reset-after-write, 500, 429, unauthorized, garbage, slow, refuse or, for texts, carrier
    #[arg(long = "fault", value_name = "CHANNEL=KIND[:N]")]
    pub(crate) faults: Vec<String>,
}
