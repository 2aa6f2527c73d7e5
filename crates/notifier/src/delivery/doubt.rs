//! What may have been sent, and what a provider says when it is asked.

use jiff::Timestamp;

use super::ledger::{Entry, State};
use crate::provider::{Found, Recipient};

/// It may have been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Doubt {
    /// When the first attempt was made.
    pub(super) since: Timestamp,
    /// When the last one had ended.
    pub(super) last: Timestamp,
    pub(super) repeated: bool,
}

/// What a look-up has shown.
#[derive(Debug)]
pub(super) struct LookedUp {
    pub(super) found: Vec<Found>,
    /// Who is not found has it not; else it is too early to say.
    pub(super) certain: bool,
}

impl LookedUp {
    /// The message of a recipient, that there is none, or nothing that is certain.
    pub(super) fn of(&self, to: &Recipient) -> Option<Result<Option<String>, ()>> {
        let found = self.found.iter().find(|(other, _)| other == to).map(|(_, id)| Ok(id.clone()));
        found.or(self.certain.then_some(Err(())))
    }
}

/// What earlier invocations leave behind for a recipient who is owed the alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prior {
    /// Nothing was sent.
    Nothing,
    /// It may have been sent.
    Doubt(Doubt),
    /// It may have been sent, but the provider does not have it.
    Absent,
}

impl Prior {
    /// What the ledger says.
    pub(super) fn of(entry: Option<&Entry>) -> Self {
        entry.filter(|entry| entry.is_in_doubt()).map_or(Self::Nothing, |entry| {
            Self::Doubt(Doubt { since: entry.since, last: entry.at, repeated: entry.state == State::UncertainTwice })
        })
    }
}
