//! Which rules an event starts, by two evaluators that know nothing of each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use quamina::Quamina;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use sources::ItemOutcome;
use system_tests::{corpus, python};

use crate::stack::{Stack, source_of};

/// An event of the corpus as EventBridge would get it, and its twin: a drill of it, or what it is a drill of.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    /// `root-login/drill.json`
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) twin: String,
}

impl Sample {
    /// The folder of the event, which is the slug of its source.
    pub(crate) fn folder(&self) -> &str {
        self.name.split_once('/').unwrap().0
    }

    /// What shall become of it, by the source itself.
    pub(crate) fn fate(&self) -> Fate {
        let source = sources::ALL.iter().find(|source| source.slug == self.folder());
        match source {
            Some(source) if is_told(source, &self.text) => Fate::Told,
            Some(_) if !NEVER_STARTED.contains(&self.name.as_str()) => Fate::Ignored,
            _ => Fate::NeverStarted,
        }
    }
}

/// What shall become of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is an alert, so its function has to start.
    Told,
    /// The function may start and find that nobody has to hear of it.
    Ignored,
    /// No function starts.
    NeverStarted,
}

/// Whether the source makes an alert of it, not merely of something that it cannot read.
fn is_told(source: &sources::Source, text: &str) -> bool {
    outcomes(source, text).iter().flat_map(ItemOutcome::alerts).any(|alert| alert.source == source.slug)
}

/// Whether the source knows what it is: an alert, or nothing to tell.
fn is_known(source: &sources::Source, text: &str) -> bool {
    let ignored = |outcome: &ItemOutcome| matches!(outcome, ItemOutcome::Ignored(_));
    is_told(source, text) || outcomes(source, text).iter().any(ignored)
}

fn outcomes(source: &sources::Source, text: &str) -> Vec<ItemOutcome> {
    let reading = sources::read(text.as_bytes(), std::slice::from_ref(source), "nobody", &corpus::policy());
    reading.items.into_iter().map(|item| item.outcome).collect()
}

/// Every event of the corpus that has the form of EventBridge's. The others reach functions by another way, or are none.
pub(crate) fn samples() -> Vec<Sample> {
    corpus::all().into_iter().filter_map(|event| sample(event.name, &String::from_utf8(event.bytes).ok()?)).collect()
}

fn sample(name: String, text: &str) -> Option<Sample> {
    let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).ok()?;
    fields.get("detail-type")?;
    let source: String = serde_json::from_str(fields.get("source")?.get()).ok()?;
    if fields["detail-type"].get() == "\"Scheduled Event\"" || source.starts_with("bongsu.") {
        // No pattern brings what comes by a schedule, or what a function makes for itself.
        return None;
    }
    // What a function makes for itself has no twin on the bus.
    let real = source.strip_prefix("drill.").filter(|real| !real.starts_with("bongsu."));
    let twin = match real {
        Some(real) => real.to_owned(),
        None if source.starts_with("drill.") => source,
        None => format!("drill.{source}"),
    };
    fields.insert("source".to_owned(), serde_json::value::to_raw_value(&twin).unwrap());
    Some(Sample { name, text: text.to_owned(), twin: serde_json::to_string(&fields).unwrap() })
}

/// Events that a source would ignore, and that shall not even start its function; they may be for another one.
const NEVER_STARTED: [&str; 8] = [
    "access-analyzer/access-preview.json",
    "cloudwatch-alarm/configuration-change.json",
    "config-compliance/config-item-change.json",
    "root-login/assumed-role.json",
    "root-login/check-mfa.json",
    "root-login/directory-login-failure.json",
    "root-login/iam-user-success.json",
    "root-login/identity-center-authentication.json",
];

/// The events, and twins, that start what they should not, or do not start what they should.
pub(crate) fn misled(stack: &Stack) -> Vec<String> {
    misled_of(stack, &samples())
}

/// Those among these.
pub(crate) fn misled_of(stack: &Stack, samples: &[Sample]) -> Vec<String> {
    let twin = |name: &str| format!("twin of {name}");
    let both = |it: &Sample| [(it.name.clone(), it.text.clone()), (twin(&it.name), it.twin.clone())];
    let started = started(stack, &samples.iter().flat_map(both).collect());
    let mut misled = Vec::new();
    for sample in samples {
        let (rules, twins) = (&started[&sample.name], &started[&twin(&sample.name)]);
        let started: BTreeSet<_> = rules.iter().map(|rule| source_of(rule)).collect();
        let tellers: BTreeSet<_> =
            sources::ALL.iter().filter(|it| is_told(it, &sample.text)).map(|it| it.slug).collect();
        // What nobody tells may start whoever can say why.
        let may_start = |source: &sources::Source| {
            let never = source.slug == sample.folder() && sample.fate() == Fate::NeverStarted;
            // Of its own that it cannot read it makes a raw alert.
            !never && (source.slug == sample.folder() || is_known(source, &sample.text))
        };
        let right = if tellers.is_empty() {
            sources::ALL.iter().all(|it| !started.contains(it.slug) || may_start(it))
        } else {
            started == tellers
        };
        if !right {
            misled.push(format!("{} starts {rules:?}", sample.name));
        }
        if rules != twins {
            misled.push(format!("{} starts {rules:?}, its twin {twins:?}", sample.name));
        }
    }
    misled
}

/// The rules that each event starts, by the event's name, in the opinion of the crate `quamina` and of Python's `moto`.
///
/// # Panics
/// They do not agree.
pub(crate) fn started(stack: &Stack, events: &BTreeMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let patterns = stack.patterns();
    let quamina = by_quamina(&patterns, events);
    let moto = by_moto(&patterns, events);
    for (name, rules) in &quamina {
        assert_eq!(rules, &moto[name], "quamina and moto do not agree on {name}");
    }
    quamina
}

fn by_quamina(patterns: &[(String, Value)], events: &BTreeMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let mut quamina = Quamina::new();
    for (rule, pattern) in patterns {
        quamina.add_pattern(rule.clone(), &pattern.to_string()).unwrap();
    }
    let ask = |(name, text): (&String, &String)| {
        let mut rules = quamina.matches_for_event(text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        rules.sort();
        (name.clone(), rules)
    };
    events.iter().map(ask).collect()
}

/// How often `moto` was asked: tests run side by side.
static ASKED: AtomicUsize = AtomicUsize::new(0);

fn by_moto(patterns: &[(String, Value)], events: &BTreeMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let patterns: BTreeMap<_, _> = patterns.iter().cloned().collect();
    let question = json!({ "patterns": patterns, "events": events }).to_string();
    let name = format!("event-patterns-{}-{}.json", std::process::id(), ASKED.fetch_add(1, Ordering::Relaxed));
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, question).unwrap();
    let output = python("event_patterns.py", &[file.to_str().unwrap()]);
    std::fs::remove_file(&file).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
