//! `bongsu demo`: every sample event through the whole pipeline, and what phones would show.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use alert::{Alert, Language};
use anyhow::{Context, bail};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use comfy_table::Table;
use notifier::config::Route;
use notifier::delivery::{AlertReport, Invocation, MemoryLedger};
use notifier::http::Http;
use notifier::provider::Clients;
use notifier::{Config, Notifier, Variables, clock};
use sandbox::{Message, Sandbox};

use crate::accounts::DEMO_VARIABLES;
use crate::args::Demo;
use crate::configuration::EXAMPLE;
use crate::{accounts, event, table};

/// No event of the demo takes longer than a function may.
const TIME: Duration = Duration::from_secs(28);

pub(crate) async fn run(options: &Demo, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let folder = options.events.clone().unwrap_or_else(|| PathBuf::from(EVENTS));
    let files = event_files(&folder)?;
    let sandbox = start_sandbox(options.port).await?;
    let config = config(options.language.as_deref(), &sandbox.url())?;
    let (language, channels) = (config.wording.language, names(&config));
    let policy = config.policy.clone();
    let notifier = notifier(config)?;
    let mut rows = table::new(
        &[
            &["event", "alert", "severity", "status"],
            channels.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
        ]
        .concat(),
    );
    let mut owed = 0;
    for file in &files {
        let before = sandbox.messages().len();
        let reading = event::read(file, &policy)?;
        let alerts = event::alerts(&reading);
        let report = notifier.deliver(&alerts, Invocation::until(clock::instant() + TIME)).await;
        let name = file.strip_prefix(&folder).unwrap_or(file).display().to_string();
        for (alert, report) in alerts.iter().zip(&report.alerts) {
            rows.add_row(row(&name, alert, report, &channels, language));
        }
        for reason in event::ignored(&reading) {
            rows.add_row([name.clone(), format!("– {reason}")]);
        }
        owed += usize::from(report.owed());
        show_messages(&name, sandbox.messages().get(before..).unwrap_or_default(), out)?;
    }
    table::keep_names_whole(&mut rows);
    writeln!(out, "{rows}")?;
    writeln!(
        out,
        "{} events, {} messages. What a dash says was not for people.",
        files.len(),
        sandbox.messages().len()
    )?;
    if owed > 0 {
        bail!("{owed} events were not delivered to everybody");
    }
    if !options.once {
        writeln!(
            out,
            "\nThe sandbox stays open at {0}: {0}/api/messages has all that arrived. Ctrl-C ends it.",
            sandbox.url()
        )?;
        out.flush()?;
        tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The project's own events, where the command runs elsewhere.
const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events");

/// Every event in the folder.
fn event_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder);
        let entries = entries
            .with_context(|| format!("cannot read the events in {} (name them with --events)", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The sandbox at the given port, or at any other where that is in use.
async fn start_sandbox(port: u16) -> anyhow::Result<Sandbox> {
    let address = |port| (Ipv4Addr::LOCALHOST, port).into();
    match Sandbox::start(address(port), accounts::of(None)).await {
        Ok(sandbox) => Ok(sandbox),
        Err(_) => Ok(Sandbox::start(address(0), accounts::of(None)).await?),
    }
}

/// The example configuration with the sandbox's accounts. Every channel is owed everything: the example's failover group
/// would leave its second member nothing to show.
fn config(language: Option<&str>, sandbox: &str) -> anyhow::Result<Config> {
    let variables = DEMO_VARIABLES.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut config = Config::parse(EXAMPLE, &Variables::new(variables))?;
    for channel in &mut config.channels {
        channel.settings.set_address(sandbox);
    }
    let alone = config.channels.iter().map(|channel| vec![channel.name.clone()]).collect();
    config.routes = vec![Route { notify: alone, ..Route::default() }];
    match language {
        None => {}
        Some("ko") => config.wording.language = Language::Ko,
        Some("en") => config.wording.language = Language::En,
        Some(other) => bail!("--language {other}: use ko or en"),
    }
    Ok(config)
}

fn names(config: &Config) -> Vec<String> {
    config.channels.iter().map(|channel| channel.name.clone()).collect()
}

/// The sandbox takes any credentials; real ones have no place in a demo. The ledger forgets at once: many samples are the
/// same occurrence in another wrapping, and each is to be seen.
fn notifier(config: Config) -> anyhow::Result<Notifier> {
    let credentials = SharedCredentialsProvider::new(Credentials::new("AKIDDEMO", "demo", None, None, "demo"));
    let clients = Clients { http: Http::new().context("cannot start")?, credentials: Some(credentials) };
    Ok(Notifier::new(config, &clients, Arc::new(MemoryLedger::new(0))))
}

fn row(event: &str, alert: &Alert, report: &AlertReport, channels: &[String], language: Language) -> Vec<String> {
    let outcomes: BTreeMap<_, _> =
        report.deliveries.iter().map(|delivery| (&delivery.channel, delivery.outcome.as_str())).collect();
    let drill = if alert.drill { " (drill)" } else { "" };
    let mut row = vec![
        event.to_owned(),
        format!("{}{drill}", alert.title.get(language)),
        alert.severity.as_str().to_owned(),
        alert.status.as_str().to_owned(),
    ];
    row.extend(channels.iter().map(|channel| (*outcomes.get(channel).unwrap_or(&"·")).to_owned()));
    row
}

/// What the phones show now.
fn show_messages(event: &str, messages: &[Message], out: &mut impl Write) -> anyhow::Result<()> {
    for message in messages {
        let channel = message.channel.to_string();
        let head = match (&message.subject, message.bytes) {
            (Some(subject), _) => format!("{channel} · {subject}"),
            (None, Some(bytes)) => format!("{channel} · {} · {bytes} of 90 bytes", message.to),
            (None, None) => channel,
        };
        let mut screen: Table = table::new(&[&format!("{event} · {head}")]);
        screen.add_row([shortened(&message.text)]);
        writeln!(out, "{screen}")?;
    }
    Ok(())
}

/// Emails end with the whole event, which is not what a phone shows first.
fn shortened(text: &str) -> String {
    const LINES: usize = 24;
    let lines: Vec<_> = text.lines().collect();
    let rest = lines.len().saturating_sub(LINES);
    let shown = lines.iter().take(LINES).copied().collect::<Vec<_>>().join("\n");
    if rest == 0 { shown } else { format!("{shown}\n… {rest} more lines") }
}
