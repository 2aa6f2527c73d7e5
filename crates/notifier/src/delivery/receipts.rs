//! Accepted is not delivered: what became of paid texts at the carrier.

use std::collections::HashMap;

use alert::{Alert, Severity};
use futures::future::join_all;
use jiff::Timestamp;
use tokio::time::Instant;

use super::channel::Channel;
use super::ledger::{Entry, Slot, State};
use crate::clock;
use crate::provider::Receipt;

/// Whether texts of this alert were accepted of which it is not known what became of them.
pub(super) fn are_missing(alert: &Alert, known: &HashMap<Slot, Entry>, channels: &[Channel]) -> bool {
    pending(alert, known, channels).next().is_some()
}

/// Asks the providers. Returns what has become known: on the phone, or failed at the carrier, so that the next member of
/// the group takes over.
pub(super) async fn ask(
    alert: &Alert,
    known: &HashMap<Slot, Entry>,
    channels: &[Channel],
    deadline: Instant,
) -> HashMap<Slot, Entry> {
    let mut questions = Vec::new();
    for (channel, slot, entry) in pending(alert, known, channels) {
        questions.push(async move {
            let id = entry.provider_id.as_deref().unwrap_or_default();
            let receipt = channel.receipt(&slot.recipient, id, entry.since, deadline).await?;
            Some((slot.clone(), settled(entry.clone(), receipt, clock::now())?))
        });
    }
    join_all(questions).await.into_iter().flatten().collect()
}

/// Critical alerts are worth a second look.
fn pending<'a>(
    alert: &Alert,
    known: &'a HashMap<Slot, Entry>,
    channels: &'a [Channel],
) -> impl Iterator<Item = (&'a Channel, &'a Slot, &'a Entry)> {
    let critical = alert.severity == Severity::Critical;
    let accepted = known.iter().filter(move |(_, entry)| critical && entry.state == State::Accepted);
    accepted.filter_map(|(slot, entry)| {
        let channel = channels.iter().find(|channel| channel.name == slot.channel && channel.provider.is_paid())?;
        Some((channel, slot, entry)).filter(|_| entry.provider_id.is_some())
    })
}

/// `None` while the carrier is at it.
fn settled(entry: Entry, receipt: Receipt, at: Timestamp) -> Option<Entry> {
    match receipt {
        Receipt::Pending => None,
        Receipt::Delivered => Some(Entry { state: State::Delivered, at, ..entry }),
        Receipt::Failed(why) => Some(Entry { state: State::Undelivered, at, error: Some(why), ..entry }),
    }
}
