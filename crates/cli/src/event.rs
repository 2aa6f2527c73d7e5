//! The event that a command is about.

use std::io::Read;
use std::path::Path;

use alert::{Alert, Policy};
use anyhow::Context;
use sources::{ItemOutcome, Reading};

/// Reads an event, and judges it by what the operator says, from a file, or from standard input where the path is `-`.
pub(crate) fn read(path: &Path, policy: &Policy) -> anyhow::Result<Reading> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
    } else {
        bytes = std::fs::read(path).with_context(|| format!("cannot read the event {}", path.display()))?;
    }
    Ok(judged(&bytes, policy))
}

/// What an event says, judged by what the operator says.
pub(crate) fn judged(bytes: &[u8], policy: &Policy) -> Reading {
    sources::read(bytes, sources::ALL, sources::UNKNOWN, policy)
}

/// The alerts of an event.
pub(crate) fn alerts(reading: &Reading) -> Vec<Alert> {
    let alerts = reading.items.iter().filter_map(|item| match &item.outcome {
        ItemOutcome::Alerts(alerts) => Some(alerts.clone()),
        // Only a ledger knows whether it is the end of anything.
        ItemOutcome::IfFiring(..) | ItemOutcome::Ignored(_) => None,
    });
    alerts.flatten().collect()
}

/// Why the rest made none.
pub(crate) fn ignored(reading: &Reading) -> Vec<String> {
    let reasons = reading.items.iter().filter_map(|item| match &item.outcome {
        ItemOutcome::Alerts(_) => None,
        ItemOutcome::IfFiring(_, reason) | ItemOutcome::Ignored(reason) => Some(reason.to_string()),
    });
    reasons.collect()
}
