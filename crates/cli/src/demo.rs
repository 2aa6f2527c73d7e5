//! `bongsu demo`: every sample event through the whole pipeline, and what phones would show.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::net::Ipv4Addr;
use std::process::ExitCode;

use alert::{Alert, Language};
use anyhow::{Context, bail};
use comfy_table::Table;
use notifier::delivery::AlertReport;
use notifier::provider::{Recipient, Settings};
use notifier::{Config, Variables};
use sandbox::{Message, Sandbox};

use crate::args::Demo;
use crate::inbox::{Inbox, Recipe, Samples};
use crate::{accounts, table};

pub(crate) async fn run(options: &Demo, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let asked = language(options.language.as_deref())?;
    let (sandbox, inbox) = open(options, asked).await?;
    if !options.once {
        writeln!(out, "The inbox, to look at in a browser: {}\n", sandbox.url())?;
        show_in_browser(&sandbox.url());
    }
    let everything = play_all(options, &sandbox, &inbox, asked.unwrap_or_default(), out).await;
    if options.once {
        return everything;
    }
    everything?;
    writeln!(
        out,
        "\nThe sandbox stays open at {0}, and {0}/api/messages has all that arrived. Ctrl-C ends it.",
        sandbox.url()
    )?;
    out.flush()?;
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    Ok(ExitCode::SUCCESS)
}

/// Plays every event, and shows what became of it.
async fn play_all(
    options: &Demo,
    sandbox: &Sandbox,
    inbox: &Inbox,
    language: Language,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let samples = Samples::read(options.events.as_deref())?;
    let channels = names(&Recipe::example(None).config(&sandbox.url(), language)?);
    let mut rows = table::new(
        &[
            &["event", "alert", "severity", "status"],
            channels.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
        ]
        .concat(),
    );
    let (mut owed, mut events) = (0, 0);
    for sample in samples.iter() {
        let before = sandbox.messages().len();
        let played = inbox.play(sample, |recipe, address| Ok(by_itself(recipe.config(address, language)?))).await?;
        for (alert, report) in played.alerts.iter().zip(&played.report.alerts) {
            rows.add_row(row(&sample.name, alert, report, &channels, language));
        }
        for reason in &played.ignored {
            rows.add_row([sample.name.clone(), format!("– {reason}")]);
        }
        owed += usize::from(played.report.owed());
        events += 1;
        show_messages(&sample.name, &sandbox.messages_from(before), out)?;
    }
    table::keep_names_whole(&mut rows);
    writeln!(out, "{rows}")?;
    let messages = sandbox.messages().len();
    writeln!(out, "{events} events, {messages} messages. What a dash says was not for people.")?;
    if owed > 0 {
        bail!("{owed} events were not delivered to everybody");
    }
    Ok(ExitCode::SUCCESS)
}

/// The sandbox and its inbox at the given port, or at any other where that is in use.
async fn open(options: &Demo, language: Option<Language>) -> anyhow::Result<(Sandbox, Inbox)> {
    let open = async |port| {
        let samples = Samples::read(options.events.as_deref())?;
        let address = (Ipv4Addr::LOCALHOST, port).into();
        Inbox::open(address, accounts::of(None), Recipe::example(language), samples).await
    };
    match open(options.port).await {
        Ok(opened) => Ok(opened),
        Err(_) => open(0).await,
    }
}

/// Every channel is owed everything, which is so where there are no routes: the example's failover group would leave its
/// second member nothing to show. That one gets a phone of its own, or each alert would seem to be told twice.
fn by_itself(mut config: Config) -> Config {
    config.routes.clear();
    for channel in &mut config.channels {
        if let Settings::Solapi(solapi) = &mut channel.settings {
            solapi.texting.to = vec![Recipient::number("01087654321")];
        }
    }
    config
}

fn language(asked: Option<&str>) -> anyhow::Result<Option<Language>> {
    match asked {
        None => Ok(None),
        Some("ko") => Ok(Some(Language::Ko)),
        Some("en") => Ok(Some(Language::En)),
        Some(other) => bail!("--language {other}: use ko or en"),
    }
}

/// Opens the page where a person looks on and there is a browser to open; who has none goes by the address.
fn show_in_browser(url: &str) {
    let variables = Variables::from_environment();
    let set = |name| variables.get(name).is_some_and(|value| !value.is_empty());
    // Without a screen, `xdg-open` would start a browser in the terminal.
    let screen = cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WSL_DISTRO_NAME");
    if screen && !set("CI") && std::io::stdout().is_terminal() {
        open::that_detached(url).ok();
    }
}

fn names(config: &Config) -> Vec<String> {
    config.channels.iter().map(|channel| channel.name.clone()).collect()
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
