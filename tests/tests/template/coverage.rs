//! `docs/coverage.md` says what is told of, by which way it comes, and who is called. Its table is made from the events, the
//! template, the sources and `bongsu.example.toml`, so that it cannot say what is not so. `make coverage` writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use alert::{Alert, Severity, Status};
use notifier::{Config, Variables, route};
use serde_json::Value;
use system_tests::{corpus, repository};

use crate::events::{Sample, samples, started};
use crate::guardrails;
use crate::stack::Stack;

const BEGIN: &str = "<!-- written by make coverage: begin -->\n";
const END: &str = "<!-- written by make coverage: end -->\n";

/// The title of what no source can read.
pub(crate) const UNREADABLE: &str = "Received an event that we cannot read";

/// What is the same for people: source, how bad, whether it burns, title.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Signal {
    source: usize,
    severity: std::cmp::Reverse<Severity>,
    status: &'static str,
    title: [&'static str; 2],
}

/// A line of the table.
#[derive(Debug, Default)]
struct Row {
    detectors: BTreeSet<&'static str>,
    rules: BTreeSet<String>,
    called: BTreeSet<String>,
    events: BTreeSet<String>,
    /// Those that can be put on an event bus, of which each has a drill.
    drills: BTreeSet<String>,
}

#[test]
fn the_table_of_what_is_told_is_as_the_events_the_template_and_the_sources_have_it() {
    let (rows, ignored) = rows();
    let path = repository().join("docs/coverage.md");
    let document = fs::read_to_string(&path).unwrap();
    let expected = between(&document, [BEGIN, END], &table(&rows, &ignored));
    let expected = between(&expected, [guardrails::BEGIN, guardrails::END], &guardrails::table());
    let writes = Variables::from_environment().get("BONGSU_WRITE").is_some();
    if writes {
        fs::write(&path, &expected).unwrap();
    }
    assert!(document == expected || writes, "run `make coverage`, and read what it changes");
}

/// The document with another text between two marks.
fn between(document: &str, [begin, end]: [&str; 2], text: &str) -> String {
    let parts = document.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let (before, after) = parts.unwrap_or_else(|| panic!("docs/coverage.md has no marks {begin}{end}"));
    format!("{before}{begin}{text}{end}{after}")
}

#[test]
fn each_signal_has_an_event_with_its_snapshot_and_a_drill() {
    let (rows, _) = rows();
    let sources: BTreeSet<_> = rows.keys().map(|signal| signal.source).collect();
    assert_eq!(sources.len(), sources::ALL.len(), "a source has no row");
    let rules: BTreeSet<_> = rows.values().flat_map(|row| &row.rules).collect();
    for (rule, _) in Stack::ours().patterns() {
        assert!(rules.contains(&rule), "{rule} has no row");
    }
    let samples: BTreeMap<_, _> = samples().into_iter().map(|sample| (sample.name.clone(), sample)).collect();
    for (signal, row) in &rows {
        for event in &row.events {
            assert!(snapshot(event).exists(), "{event} has no snapshot");
        }
        let own = own_drill(signal);
        let drill = row.drills.first().unwrap_or(&own);
        let told = alerts(&drill_of(&samples[drill]));
        let is_it = |alert: &Alert| alert.drill && (*drill == own || Signal::of(alert).as_ref() == Some(signal));
        assert!(told.iter().any(is_it), "{drill}: its drill tells something else: {told:#?}");
    }
}

impl Signal {
    /// `None` where the alert is only of something that could not be read.
    fn of(alert: &Alert) -> Option<Self> {
        if alert.title.en == UNREADABLE {
            return None;
        }
        Some(Self {
            source: sources::ALL.iter().position(|source| source.slug == alert.source)?,
            severity: std::cmp::Reverse(alert.severity),
            status: alert.status.as_str(),
            title: [alert.title.ko, alert.title.en],
        })
    }
}

/// The table, and the events of which nobody is told, with the reason.
fn rows() -> (BTreeMap<Signal, Row>, BTreeMap<String, String>) {
    let rules_of = rules();
    let (mut rows, mut ignored) = (BTreeMap::<Signal, Row>::new(), BTreeMap::new());
    for event in corpus::all() {
        let reading = sources::read(&event.bytes, sources::ALL, sources::UNKNOWN, &corpus::policy());
        for item in &reading.items {
            if let sources::ItemOutcome::Ignored(reason) = &item.outcome {
                ignored.insert(event.name.clone(), reason.to_string());
            }
            for alert in item.outcome.alerts() {
                let Some(signal) = Signal::of(alert) else { continue };
                let row = rows.entry(signal).or_default();
                let inner: Value =
                    item.event.as_deref().and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
                row.detectors.insert(detector(&inner, alert.source));
                row.called.insert(called(alert));
                row.events.insert(event.name.clone());
                let rules = rules_of.get(&event.name).cloned().unwrap_or_default();
                if !rules.is_empty() {
                    row.drills.insert(event.name.clone());
                }
                row.rules.extend(rules);
            }
        }
    }
    (rows, ignored)
}

/// The rules that each event starts.
pub(crate) fn rules() -> BTreeMap<String, Vec<String>> {
    let events = samples().into_iter().map(|sample| (sample.name, sample.text)).collect();
    started(&Stack::ours(), &events)
}

/// The drill of the source, which stands in where none of the events came by an event bus.
fn own_drill(signal: &Signal) -> String {
    format!("{}/drill.json", sources::ALL[signal.source].slug)
}

/// The event as a drill.
fn drill_of(sample: &Sample) -> String {
    let source: Value = serde_json::from_str(&sample.text).unwrap();
    let is_drill = source["source"].as_str().is_some_and(|it| it.starts_with("drill."));
    if is_drill { sample.text.clone() } else { sample.twin.clone() }
}

pub(crate) fn alerts(event: &str) -> Vec<Alert> {
    let reading = sources::read(event.as_bytes(), sources::ALL, sources::UNKNOWN, &corpus::policy());
    reading.items.iter().flat_map(|item| item.outcome.alerts().to_vec()).collect()
}

fn snapshot(event: &str) -> PathBuf {
    let name = event.trim_end_matches(".json").replace('/', "__");
    repository().join(format!("crates/sources/tests/snapshots/corpus__told@{name}.snap"))
}

/// Who notices it first.
fn detector(event: &Value, slug: &str) -> &'static str {
    let text = |key: &str| event[key].as_str().unwrap_or_default();
    match (text("source").trim_start_matches("drill."), slug) {
        (_, "root-login") | ("aws.signin", _) => "CloudTrail (sign-ins)",
        (_, "account-activity") if text("detail-type").ends_with("via CloudTrail") => "CloudTrail",
        ("aws.config", _) | (_, "config-compliance") => "AWS Config",
        (_, "access-analyzer") => "IAM Access Analyzer",
        (_, "cloudwatch-alarm") => "CloudWatch alarm",
        (_, "cost-anomaly") => "Cost Anomaly Detection",
        (_, "budget") => "AWS Budgets",
        (_, "credential-audit") => "IAM credential report",
        (_, "heartbeat") => "bongsu itself",
        ("aws.guardduty", _) => "GuardDuty",
        (_, "security-finding") => "Security Hub",
        (_, "health-event") => "AWS Health",
        _ => panic!("who notices this? {event}"),
    }
}

/// The channels of the example that are told.
fn called(alert: &Alert) -> String {
    let text = fs::read_to_string(repository().join("bongsu.example.toml")).unwrap();
    let config = Config::parse(&text, &Variables::new([]).with_invented_values()).unwrap();
    let free = alert.free_only || alert.status == Status::Resolved;
    let is_told = |name: &String| {
        let channel = config.channels.iter().find(|channel| channel.name == *name).unwrap();
        !free || channel.settings.tells_resolved()
    };
    let groups = route::route(alert, &config).groups.into_iter();
    let groups = groups.map(|group| group.into_iter().filter(is_told).collect::<Vec<_>>().join(" → "));
    groups.filter(|group| !group.is_empty()).collect::<Vec<_>>().join(", ")
}

fn table(rows: &BTreeMap<Signal, Row>, ignored: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    for (index, source) in sources::ALL.iter().enumerate() {
        let of_source: Vec<_> = rows.iter().filter(|(signal, _)| signal.source == index).collect();
        writeln!(text, "\n### {}\n", source.slug).unwrap();
        writeln!(text, "| signal | noticed by | rule | severity | called | events and snapshots | drill |").unwrap();
        writeln!(text, "|---|---|---|---|---|---|---|").unwrap();
        for (signal, row) in of_source {
            line(&mut text, signal, row);
        }
    }
    writeln!(text, "\n### Nobody is told\n\n| event | because it is |\n|---|---|").unwrap();
    for (event, reason) in ignored {
        writeln!(text, "| {} | {} |", link(event), reason.replace('|', "\\|")).unwrap();
    }
    text.push('\n');
    text
}

fn line(text: &mut String, signal: &Signal, row: &Row) {
    let Signal { severity, status, title: [ko, en], .. } = signal;
    let join = |names: &mut dyn Iterator<Item = &str>| names.collect::<Vec<_>>().join(", ");
    let (detectors, called) =
        (join(&mut row.detectors.iter().copied()), join(&mut row.called.iter().map(String::as_str)));
    let rules: Vec<_> = row.rules.iter().map(|rule| format!("`{rule}`")).collect();
    let events: Vec<_> = row.events.iter().map(|event| link(event)).collect();
    let drill = drill(row.drills.first().unwrap_or(&own_drill(signal)));
    let status = if *status == "notice" { String::new() } else { format!(", {status}") };
    writeln!(
        text,
        "| {ko} · {en} | {detectors} | {} | {}{status} | {called} | {} | {drill} |",
        rules.join(" "),
        severity.0.as_str(),
        events.join(" ")
    )
    .unwrap();
}

/// An event, and what is told of it.
pub(crate) fn link(event: &str) -> String {
    let (_, case) = event.trim_end_matches(".json").split_once('/').unwrap();
    let snapshot = snapshot(event);
    let snapshot = snapshot.strip_prefix(repository()).unwrap().display();
    format!("[{case}](../events/{event}) [¶](../{snapshot})")
}

fn drill(event: &str) -> String {
    let (source, case) = event.split_once('/').unwrap();
    let event = if case == "drill.json" { String::new() } else { format!(" --event events/{event}") };
    format!("`bongsu drill {source}{event}`")
}
