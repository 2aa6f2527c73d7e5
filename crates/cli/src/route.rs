//! `bongsu route`: which route an event takes.

use std::io::Write;
use std::process::ExitCode;

use alert::Alert;
use notifier::Config;
use notifier::route::{Owed, route};
use serde_json::{Value, json};
use sources::Reading;

use crate::args::Event;
use crate::configuration::ConfigFile;
use crate::event;

pub(crate) fn run(options: &Event, config: &ConfigFile, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let config = config.load_without_secrets()?;
    show(&event::read(&options.event, &config.policy)?, &config, options.json, out)
}

/// Shows where each alert of an event would go.
pub(crate) fn show(reading: &Reading, config: &Config, json: bool, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let alerts: Vec<_> = event::alerts(reading).into_iter().map(|alert| (route(&alert, config), alert)).collect();
    let ignored = event::ignored(reading);
    if json {
        let alerts: Vec<_> = alerts.iter().map(|(owed, alert)| as_json(alert, owed)).collect();
        let ignored: Vec<_> = ignored.iter().map(|reason| json!({ "reason": reason })).collect();
        writeln!(out, "{:#}", json!({ "alerts": alerts, "ignored": ignored }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for (owed, alert) in &alerts {
        writeln!(out, "{}", alert.title.get(config.wording.language))?;
        writeln!(out, "  {} · {} · {}", alert.source, alert.severity.as_str(), alert.status.as_str())?;
        writeln!(out, "  {}", matched(owed))?;
        writeln!(out, "  notify: {}", groups(owed, config, alert))?;
    }
    for reason in ignored {
        writeln!(out, "ignored: {reason}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(alert: &Alert, owed: &Owed) -> Value {
    let routes: Vec<_> = owed.routes.iter().map(|index| index + 1).collect();
    json!({ "key": alert.key, "source": alert.source, "severity": alert.severity, "status": alert.status, "title": alert.title, "routes": routes, "notify": owed.groups })
}

fn matched(owed: &Owed) -> String {
    let numbers: Vec<_> = owed.routes.iter().map(|index| format!("#{}", index + 1)).collect();
    if numbers.is_empty() {
        "no route matches: every channel is owed it".to_owned()
    } else {
        format!("route {}", numbers.join(", "))
    }
}

/// `telegram-ops, sms-nhn → sms-solapi, mail`
fn groups(owed: &Owed, config: &Config, alert: &Alert) -> String {
    let name = |name: &String| {
        let channel = config.channels.iter().find(|channel| channel.name == *name);
        let silent = alert.status == alert::Status::Resolved && channel.is_some_and(|it| !it.settings.tells_resolved());
        if silent { format!("{name} (not told what is resolved)") } else { name.clone() }
    };
    let group = |group: &Vec<String>| group.iter().map(name).collect::<Vec<_>>().join(" → ");
    owed.groups.iter().map(group).collect::<Vec<_>>().join(", ")
}
