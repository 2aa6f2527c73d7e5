//! What holds an alert back from a channel: a digest tells it instead.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout};

use super::channel::Channel;
use super::ledger::{Budget, Class, Entry, Ledger, LedgerError, Limit, Slot, Standing, State};
use crate::clock;

/// How long a count may hold an alert up.
const COUNT_ASKED: Duration = Duration::from_millis(300);

/// Decides for one alert.
#[derive(Clone, Copy)]
pub(super) struct Throttling<'a> {
    /// `None` where the ledger is out of reach or has no digests: then nothing is held back, since nothing could be told of
    /// it later.
    pub(super) ledger: Option<&'a dyn Ledger>,
    /// `None` where the alert is never held back.
    pub(super) class: Option<Class>,
    pub(super) standing: Standing,
    pub(super) now: Timestamp,
    pub(super) deadline: Instant,
}

/// What a channel does with an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It sends it; whether it was taken from a budget.
    Send { counted: bool },
    /// It does not, and this is why.
    HoldBack(String),
}

impl Throttling<'_> {
    /// Whether a channel sends the alert. It is taken from the channel's budget once, however often it is delivered.
    pub(super) async fn verdict(&self, channel: &Channel, known: &HashMap<Slot, Entry>) -> Verdict {
        let earlier = || known.iter().filter(|(slot, _)| slot.channel == channel.name).map(|(_, entry)| entry);
        let counted = earlier().any(|entry| entry.counted);
        let Some(ledger) = self.ledger else { return Verdict::Send { counted } };
        if let Some(entry) = earlier().find(|entry| entry.state == State::Suppressed) {
            return Verdict::HoldBack(entry.error.clone().unwrap_or_default());
        }
        // What may have been sent already is not held back: a digest would hide the doubt.
        let in_doubt = earlier().any(Entry::is_in_doubt);
        let Some(class) = self.class.filter(|_| !in_doubt) else { return Verdict::Send { counted } };
        match self.standing {
            Standing::Restless(changes) => {
                return Verdict::HoldBack(format!("the same thing {changes} times within the hour or the day"));
            }
            Standing::Stale => return Verdict::HoldBack("an older state: it burns again since".to_owned()),
            Standing::News | Standing::Over(_) => {}
        }
        if counted {
            return Verdict::Send { counted };
        }
        let budget = Budget::of(&channel.name, class, channel.limit, self.now);
        let time = COUNT_ASKED.min(self.deadline.saturating_duration_since(clock::instant()));
        let answer = timeout(time, ledger.count(&budget)).await;
        match answer.unwrap_or_else(|_| Err(LedgerError::slow())) {
            Ok(count) if count > channel.limit.count => Verdict::HoldBack(over(channel.limit)),
            Ok(_) => Verdict::Send { counted: true },
            Err(error) => {
                tracing::warn!(channel = channel.name, %error, "sent without a look at the channel's limit");
                Verdict::Send { counted: false }
            }
        }
    }
}

fn over(limit: Limit) -> String {
    format!("over the channel's limit of {} in {}", limit.count, length(limit.per))
}

/// `5m`, `1h`, `1d`.
fn length(time: SignedDuration) -> String {
    match (time.as_mins(), time.as_hours()) {
        (_, hours) if hours % 24 == 0 && hours > 0 => format!("{}d", hours / 24),
        (minutes, hours) if minutes % 60 == 0 && hours > 0 => format!("{hours}h"),
        (minutes, _) => format!("{minutes}m"),
    }
}
