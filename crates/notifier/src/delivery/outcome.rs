//! What became of a member of a group: for the report, and for the ledger.

use std::collections::HashMap;

use jiff::Timestamp;

use super::attempts::{Attempts, Ended};
use super::channel::Channel;
use super::ledger::{Entry, Slot, State};
use super::report::{Delivery, Outcome, RecipientReport};
use crate::clock;
use crate::provider::Recipient;

/// What the ledger keeps of a member's attempts.
pub(super) fn entries_of(member: &Channel, attempts: &Attempts, counted: bool, now: Timestamp) -> HashMap<Slot, Entry> {
    let entry = |(to, ended): &(Recipient, Ended)| {
        let (state, since, provider_id, error) = match ended {
            Ended::Accepted { provider_id } => (State::Accepted, now, provider_id.clone(), None),
            Ended::Failed { failure, doubt: Some(doubt) } => {
                let state = if doubt.repeated { State::UncertainTwice } else { State::Uncertain };
                (state, doubt.since, None, Some(failure.message.clone()))
            }
            Ended::Failed { failure, doubt: None } => {
                (State::NotSent(failure.kind.into()), now, None, Some(failure.message.clone()))
            }
            Ended::HeldBack(why) => (State::Suppressed, now, None, Some(why.clone())),
        };
        let at = if state == State::Suppressed { now } else { clock::now() };
        let entry = Entry { since, at, attempts: attempts.count, counted, provider_id, error, state };
        (Slot::new(&member.name, to.clone()), entry)
    };
    attempts.ended.iter().map(entry).collect()
}

/// What the report says of a member, earlier invocations included.
pub(super) fn delivery_of(member: &Channel, attempts: &Attempts, known: &HashMap<Slot, Entry>) -> Delivery {
    let ended: HashMap<_, _> = attempts.ended.iter().map(|(to, ended)| (to, ended)).collect();
    let line = |to: Recipient| {
        let known = known.get(&Slot::new(&member.name, to.clone()));
        let line = ended.get(&to).map_or_else(|| line_before(&to, known), |ended| line_now(&to, ended));
        (to.is_channel(), line)
    };
    let lines: Vec<_> = member.provider.recipients().into_iter().map(line).collect();
    let worst = lines.iter().map(|(_, line)| line).max_by_key(|line| line.outcome).cloned();
    let first_id = lines.iter().find_map(|(_, line)| line.provider_id.clone());
    Delivery {
        channel: member.name.clone(),
        outcome: worst.as_ref().map_or(Outcome::Skipped, |line| line.outcome),
        attempts: attempts.count,
        possible_repeat: attempts.repeated,
        provider_id: attempts.provider_id.clone().or(first_id),
        error: worst.and_then(|line| line.error),
        note: attempts.note.clone(),
        recipients: lines.into_iter().filter(|(channel, _)| !channel).map(|(_, line)| line).collect(),
    }
}

fn line_now(to: &Recipient, ended: &Ended) -> RecipientReport {
    match ended {
        Ended::Accepted { provider_id } => {
            RecipientReport { provider_id: provider_id.clone(), ..line(to, Outcome::Accepted) }
        }
        Ended::Failed { failure, .. } => {
            RecipientReport { error: Some(failure.message.clone()), ..line(to, failure.kind.into()) }
        }
        Ended::HeldBack(why) => RecipientReport { error: Some(why.clone()), ..line(to, Outcome::Suppressed) },
    }
}

fn line_before(to: &Recipient, known: Option<&Entry>) -> RecipientReport {
    match known {
        Some(entry) if entry.is_there() => line(to, Outcome::Duplicate),
        Some(Entry { state: State::Undelivered, error, .. }) => {
            RecipientReport { error: error.clone(), ..line(to, Outcome::Undelivered) }
        }
        Some(Entry { state: State::Suppressed, error, .. }) => {
            RecipientReport { error: error.clone(), ..line(to, Outcome::Suppressed) }
        }
        _ => line(to, Outcome::Skipped),
    }
}

fn line(to: &Recipient, outcome: Outcome) -> RecipientReport {
    RecipientReport { to: to.to_string(), outcome, provider_id: None, error: None }
}
