//! What the tests of this crate share.
#![allow(dead_code, reason = "each test file uses its own part of it")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use alert::{Alert, Fact, FactValue, Names, Policy};
use serde_json::Value;
use sources::{ItemOutcome, Reading};

/// The corpus.
pub(crate) fn events() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events")
}

/// One event of the corpus: `root-login/drill`.
pub(crate) fn event(name: &str) -> Vec<u8> {
    let path = events().join(name).with_extension("json");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One event of the corpus as JSON.
pub(crate) fn json(name: &str) -> Value {
    serde_json::from_slice(&event(name)).unwrap()
}

/// Every event of the corpus: its name and its bytes.
pub(crate) fn all_events() -> Vec<(String, Vec<u8>)> {
    let mut events: Vec<_> = std::fs::read_dir(events())
        .unwrap()
        .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .map(|path| {
            let name = path.strip_prefix(self::events()).unwrap().with_extension("").display().to_string();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    events.sort();
    events
}

/// What the operator of the corpus says: two Regions are used, and every new resource is told.
pub(crate) fn policy() -> Policy {
    let allowed = ["us-east-1", "ap-northeast-2"].map(str::to_owned);
    Policy { allowed_regions: Some(allowed.into()), new_resources: true, ..Policy::default() }
}

/// Reads as the command line does.
pub(crate) fn read(bytes: &[u8]) -> Reading {
    sources::read(bytes, sources::ALL, sources::UNKNOWN, &policy())
}

/// The alerts of a reading, those too that are told only as the end of something.
pub(crate) fn alerts(reading: &Reading) -> Vec<&Alert> {
    let mut alerts = Vec::new();
    for item in &reading.items {
        match &item.outcome {
            ItemOutcome::Alerts(of_item) => alerts.extend(of_item),
            ItemOutcome::IfFiring(alert, _) => alerts.push(alert),
            ItemOutcome::Ignored(_) => {}
        }
    }
    alerts
}

/// The only alert in these bytes.
pub(crate) fn only_alert(bytes: &[u8]) -> Alert {
    let reading = read(bytes);
    let alerts = alerts(&reading);
    assert_eq!(alerts.len(), 1, "{reading:#?}");
    alerts[0].clone()
}

/// A reading as people can review it.
pub(crate) fn told(reading: &Reading) -> String {
    let mut text = String::new();
    for item in &reading.items {
        if let Some(id) = &item.arrival.message_id {
            writeln!(text, "message {id}").unwrap();
        }
        match &item.outcome {
            ItemOutcome::Ignored(reason) => writeln!(text, "ignored: {reason}").unwrap(),
            ItemOutcome::Alerts(alerts) => alerts.iter().for_each(|alert| tell(&mut text, alert)),
            ItemOutcome::IfFiring(alert, reason) => {
                writeln!(text, "where nothing burns, ignored: {reason}").unwrap();
                tell(&mut text, alert);
            }
        }
        text.push('\n');
    }
    text
}

fn tell(text: &mut String, alert: &Alert) {
    let drill = if alert.drill { " DRILL" } else { "" };
    let (severity, status) = (alert.severity.as_str(), alert.status.as_str());
    writeln!(text, "{}: {severity} {status}{drill}", alert.source).unwrap();
    writeln!(text, "  {} | {}", alert.title.ko, alert.title.en).unwrap();
    writeln!(text, "  subject      {:?}", alert.subject).unwrap();
    writeln!(text, "  account      {:?}", alert.account).unwrap();
    writeln!(text, "  region       {:?}", alert.region).unwrap();
    writeln!(text, "  time         {:?}", alert.time).unwrap();
    for fact in &alert.facts {
        writeln!(text, "  {}", fact_line(fact)).unwrap();
    }
    writeln!(text, "  advice       {}\n               {}", alert.advice.ko, alert.advice.en).unwrap();
    for link in &alert.links {
        writeln!(text, "  link         {} | {}: {}", link.label.ko, link.label.en, link.url).unwrap();
    }
    writeln!(text, "  key          {}\n  fingerprint  {}", alert.key, alert.fingerprint).unwrap();
    writeln!(text, "  raw          {:?}…", alert.raw.chars().take(60).collect::<String>()).unwrap();
}

fn fact_line(fact: &Fact) -> String {
    let mark = if fact.brief { '*' } else { '-' };
    let value = match &fact.value {
        FactValue::Words(words) => format!("{} | {}", words.ko, words.en),
        FactValue::Foreign(value) => format!("{value:?}"),
        FactValue::Time(time) => format!("time {time}"),
        FactValue::Account(account) => format!("account {account:?}"),
        FactValue::Names(Names { what, unit, names }) => {
            format!("{} | {}: {} {} {names:?}", what.ko, what.en, names.len(), unit.ko)
        }
    };
    format!("{mark} {} | {}: {value}", fact.label.ko, fact.label.en)
}
