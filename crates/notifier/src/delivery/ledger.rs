//! Who has been told what. The trait is what delivery needs of it; the memory of this process is its simplest form.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use alert::AlertKey;
use async_trait::async_trait;
use jiff::Timestamp;

use crate::provider::Recipient;

/// One thing that is owed: a channel, and a recipient of it where the provider answers for each.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The channel's name.
    pub channel: String,
    /// The recipient.
    pub recipient: Recipient,
}

/// What is known of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The provider has taken it.
    Accepted {
        /// The provider's name for the message.
        provider_id: Option<String>,
    },
    /// It may have been sent.
    Uncertain {
        /// When the first attempt was made.
        since: Timestamp,
        /// Whether the one repeat that is allowed has been made.
        repeated: bool,
    },
}

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

/// Remembers across invocations. Slots that it knows nothing of are owed.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// What is known of an alert, before anything is sent.
    async fn begin(&self, key: &AlertKey) -> Result<HashMap<Slot, State>, LedgerError>;

    /// Records what providers said, after they said it.
    async fn finish(&self, key: &AlertKey, states: HashMap<Slot, State>) -> Result<(), LedgerError>;
}

/// Remembers while this process lives.
#[derive(Debug)]
pub struct MemoryLedger {
    capacity: usize,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<AlertKey, HashMap<Slot, State>>,
    /// The keys, the oldest first.
    order: VecDeque<AlertKey>,
}

impl MemoryLedger {
    /// Remembers the last `capacity` alerts: about 1 KB each.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, entries: Mutex::default() }
    }
}

impl Default for MemoryLedger {
    fn default() -> Self {
        Self::new(10_000)
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn begin(&self, key: &AlertKey) -> Result<HashMap<Slot, State>, LedgerError> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(entries.by_key.get(key).cloned().unwrap_or_default())
    }

    async fn finish(&self, key: &AlertKey, states: HashMap<Slot, State>) -> Result<(), LedgerError> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if !entries.by_key.contains_key(key) {
            entries.order.push_back(key.clone());
        }
        entries.by_key.entry(key.clone()).or_default().extend(states);
        while entries.order.len() > self.capacity {
            if let Some(oldest) = entries.order.pop_front() {
                entries.by_key.remove(&oldest);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> AlertKey {
        alert::Identity { source: "test", drill: false, account: None, region: None }.key(&[name])
    }

    fn accepted(channel: &str) -> HashMap<Slot, State> {
        let slot = Slot { channel: channel.to_owned(), recipient: Recipient::channel() };
        HashMap::from([(slot, State::Accepted { provider_id: None })])
    }

    #[tokio::test]
    async fn what_was_recorded_in_two_goes_is_remembered_together() {
        let ledger = MemoryLedger::default();
        ledger.finish(&key("a"), accepted("one")).await.unwrap();
        ledger.finish(&key("a"), accepted("two")).await.unwrap();
        assert_eq!(ledger.begin(&key("a")).await.unwrap().len(), 2);
        assert!(ledger.begin(&key("b")).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn the_oldest_alerts_are_forgotten_first() {
        let ledger = MemoryLedger::new(2);
        for name in ["a", "b", "c"] {
            ledger.finish(&key(name), accepted("one")).await.unwrap();
        }
        assert!(ledger.begin(&key("a")).await.unwrap().is_empty());
        assert!(!ledger.begin(&key("c")).await.unwrap().is_empty());
    }
}
