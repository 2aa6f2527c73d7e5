//! Who has been told what. The trait is what delivery needs of it; the memory of this process is its simplest form.
//!
//! An alert has one record. Whoever delivers it claims it first ([`Ledger::begin`]), with a lease that ends a little after
//! the invocation must have ended, and writes down what became of each slot afterwards ([`Ledger::finish`]). So a second
//! invocation can tell a twin that is at work (a lease that lives) from one that was killed (a lease that is over and
//! claims without a result), and no message is sent twice or forgotten in between.

mod budget;
mod entry;
mod fire;
mod memory;

use std::collections::HashMap;

use alert::AlertKey;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(super) use budget::start_of_window;
pub use budget::{Budget, Class, Limit};
pub use entry::{Entry, Slot, State, Summary};
pub use fire::{Fire, Standing, Track, judge};
pub use memory::MemoryLedger;

/// The ledger cannot be asked. Never a reason not to send.
#[derive(Debug, thiserror::Error)]
#[error("the ledger cannot be reached: {0}")]
pub struct LedgerError(pub String);

impl LedgerError {
    /// It did not answer in time.
    pub(super) fn slow() -> Self {
        Self("no answer in time".to_owned())
    }
}

/// Somebody sets out to deliver an alert.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The alert.
    pub key: AlertKey,
    /// Names this invocation, and no other that ever was.
    pub owner: String,
    /// The time of day.
    pub now: Timestamp,
    /// When this invocation has ended for certain.
    pub lease_until: Timestamp,
    /// When nobody will ask for it any more.
    pub forget_at: Timestamp,
    /// The alert in short, for the history and for digests.
    pub summary: Summary,
    /// Everybody who may be sent it.
    pub slots: Vec<Slot>,
    /// What it says of a thing that can burn and go out, or that repeats itself.
    pub track: Option<Track>,
}

impl Claim {
    /// What is claimed of an alert of which this is known: every slot that may be sent to now. Without a result it may
    /// have been sent, then.
    pub fn claimed(&self, known: &HashMap<Slot, Entry>) -> HashMap<Slot, Entry> {
        let mut claimed = HashMap::new();
        for slot in &self.slots {
            let entry = match known.get(slot) {
                None => Entry::new(State::Claimed, self.now),
                Some(entry) if matches!(entry.state, State::NotSent(_) | State::Skipped) => {
                    Entry { state: State::Claimed, since: self.now, at: self.now, ..entry.clone() }
                }
                Some(_) => continue,
            };
            claimed.insert(slot.clone(), entry);
        }
        claimed
    }
}

/// Who is at work on an alert, and until when at the most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The invocation.
    pub owner: String,
    /// When it has ended for certain.
    pub until: Timestamp,
}

/// What is known of an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The alert.
    pub key: AlertKey,
    /// The alert in short.
    pub summary: Summary,
    /// When it was first claimed.
    pub first_at: Timestamp,
    /// Who is at work on it; nobody after [`Ledger::finish`].
    pub lease: Option<Lease>,
    /// What became of it, for everybody.
    pub entries: HashMap<Slot, Entry>,
}

/// How a claim ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// Nobody had it before: it is ours.
    New(Standing),
    /// It is known, and stays as it was.
    Known(Box<Record>),
    /// It was to be told only as the end of something, and nothing of the kind burns. Nothing was written.
    NotFiring,
}

/// What became of an alert in one invocation.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The claim that it began with.
    pub claim: Claim,
    /// What became of it, for everybody that this invocation was about.
    pub entries: HashMap<Slot, Entry>,
}

/// Remembers across invocations.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Whether a digest can read what was held back. Where none can, nothing is held back.
    fn has_digests(&self) -> bool {
        true
    }

    /// Claims an alert that nobody has claimed before: one write, which changes nothing where it is known.
    async fn begin(&self, claim: &Claim) -> Result<Begun, LedgerError>;

    /// Claims an alert from whoever had it, `seen` being the record that was read: one write, which makes the lease ours and
    /// the slots of [`Claim::claimed`] claims, on condition that the lease is still the one that was seen. Returns the
    /// record as it was before; `None` where somebody was quicker.
    async fn take_over(&self, claim: &Claim, seen: &Record) -> Result<Option<Record>, LedgerError>;

    /// What is known of an alert.
    async fn read(&self, key: &AlertKey) -> Result<Option<Record>, LedgerError>;

    /// What is known of the thing that an alert is about.
    async fn fire(&self, track: &Track) -> Result<Option<Fire>, LedgerError>;

    /// Records what became of an alert, after it did. One write, which ends the lease.
    ///
    /// An alert that was never claimed gets a record too. Where somebody else has taken the claim over meanwhile, or had
    /// it all along, only what is there ([`Entry::is_there`]) is added: they know better about the rest.
    async fn finish(&self, finished: &Finished) -> Result<(), LedgerError>;

    /// Takes one from a budget, and says how many were taken with it.
    async fn count(&self, budget: &Budget) -> Result<u32, LedgerError>;

    /// The alerts of which something was held back from `from` on and before `until`.
    async fn suppressed(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Record>, LedgerError>;
}
