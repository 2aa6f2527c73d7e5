//! From bytes to alerts.

use alert::{Alert, Policy};
use serde_json::Value;

use crate::arrival::Arrival;
use crate::envelope::{self, Letter};
use crate::{Outcome, Reason, Source, UNKNOWN, raw, repair};

/// What a payload says.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// An SQS batch: failures are answered message by message.
    pub batch: bool,
    /// One item per record, in order; at least one.
    pub items: Vec<Item>,
}

/// One event of a payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The event itself, out of its envelopes, JSON where it is JSON. `None`: the batch held nothing.
    pub event: Option<String>,
    /// How it came.
    pub arrival: Arrival,
    /// What became of it.
    pub outcome: ItemOutcome,
}

/// What became of one event.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemOutcome {
    /// At least one alert.
    Alerts(Vec<Alert>),
    /// An alert that is told only where its fingerprint is known to be firing; else ignored, and this is why.
    IfFiring(Box<Alert>, Reason),
    /// Nobody has to hear of it.
    Ignored(Reason),
}

impl ItemOutcome {
    /// The alerts, the one that is told only as the end of something among them.
    pub fn alerts(&self) -> &[Alert] {
        match self {
            Self::Alerts(alerts) => alerts,
            Self::IfFiring(alert, _) => std::slice::from_ref(alert),
            Self::Ignored(_) => &[],
        }
    }

    /// The same, for whoever adds to them.
    pub fn alerts_mut(&mut self) -> &mut [Alert] {
        match self {
            Self::Alerts(alerts) => alerts,
            Self::IfFiring(alert, _) => std::slice::from_mut(alert),
            Self::Ignored(_) => &mut [],
        }
    }
}

/// Reads what a function or the command line got: unwraps envelopes, asks the sources in order, and makes a raw alert
/// of what none of them knows. Never fails and never panics, whatever the bytes are.
///
/// `fallback` is the slug of the raw alerts: a function passes its own, so that an unreadable event is routed like the
/// others of its source. Whoever reads for all of them passes [`UNKNOWN`]; then it is the slug of the function that the
/// event was for, where the envelopes say that, so that its key is the same as if that function had read it.
pub fn read(bytes: &[u8], sources: &[Source], fallback: &'static str, policy: &Policy) -> Reading {
    let letters = envelope::open(&repair::text(bytes));
    let batch = letters.iter().any(|letter| letter.stamps.arrival.message_id.is_some());
    Reading { batch, items: letters.into_iter().map(|letter| item(letter, sources, fallback, policy)).collect() }
}

fn item(letter: Letter, sources: &[Source], fallback: &'static str, policy: &Policy) -> Item {
    let Letter { text, stamps } = letter;
    let slug = stamps.arrival.slug().filter(|_| fallback == UNKNOWN).unwrap_or(fallback);
    let outcome = match &text {
        None => ItemOutcome::Ignored(Reason("the batch holds no record".to_owned())),
        Some(text) => judge(text, stamps.delivery.as_deref(), sources, slug, policy),
    };
    Item { event: text, arrival: stamps.arrival, outcome }
}

/// Prose (a budget's mail) reaches the sources as a JSON string. What one source has no use for may be another's.
fn judge(text: &str, delivery: Option<&str>, sources: &[Source], slug: &'static str, policy: &Policy) -> ItemOutcome {
    let event = repair::parse(text).unwrap_or_else(|| Value::from(text));
    let mut ignored = None;
    for source in sources {
        match (source.alerts)(&event, policy) {
            Outcome::Alerts(alerts) if !alerts.is_empty() => return ItemOutcome::Alerts(alerts),
            Outcome::IfFiring(alert, reason) => return ItemOutcome::IfFiring(alert, reason),
            Outcome::Ignored(reason) => ignored = ignored.or(Some(reason)),
            Outcome::Alerts(_) | Outcome::NotMine => {}
        }
    }
    let raw = || ItemOutcome::Alerts(vec![raw::alert(&event, delivery, slug)]);
    ignored.map_or_else(raw, ItemOutcome::Ignored)
}
