use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use alert::AlertKey;
use async_trait::async_trait;
use jiff::Timestamp;

use super::{Begun, Budget, Claim, Entry, Finished, Fire, Lease, Ledger, LedgerError, Record, State, Track, judge};

/// Remembers while this process lives: for runs without a table, and beside a table that is out of reach.
///
/// No other process reads it, and so no digest: what is held back would be lost, and nothing is.
#[derive(Debug)]
pub struct MemoryLedger {
    capacity: usize,
    digests: bool,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    records: HashMap<AlertKey, Record>,
    /// The keys, the oldest first.
    order: VecDeque<AlertKey>,
    fires: HashMap<String, Fire>,
    budgets: HashMap<Budget, u32>,
}

impl MemoryLedger {
    /// Remembers the last `capacity` alerts: about 2 KB each. With 0 it remembers nothing at all.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, digests: false, memory: Mutex::default() }
    }

    /// The same for a process that tells digests itself.
    #[must_use]
    pub fn with_digests(self) -> Self {
        Self { digests: true, ..self }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryLedger {
    fn default() -> Self {
        Self::new(10_000)
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    fn has_digests(&self) -> bool {
        self.digests
    }

    async fn begin(&self, claim: &Claim) -> Result<Begun, LedgerError> {
        Ok(self.memory().begin(claim, self.capacity))
    }

    async fn take_over(&self, claim: &Claim, seen: &Record) -> Result<Option<Record>, LedgerError> {
        let mut memory = self.memory();
        let Some(record) = memory.records.get_mut(&claim.key) else { return Ok(None) };
        if record.lease != seen.lease {
            return Ok(None);
        }
        let before = record.clone();
        record.lease = Some(lease(claim));
        record.entries.extend(claim.claimed(&before.entries));
        Ok(Some(before))
    }

    async fn read(&self, key: &AlertKey) -> Result<Option<Record>, LedgerError> {
        Ok(self.memory().records.get(key).cloned())
    }

    async fn fire(&self, track: &Track) -> Result<Option<Fire>, LedgerError> {
        Ok(self.memory().fires.get(track.fingerprint.as_str()).cloned())
    }

    async fn finish(&self, finished: &Finished) -> Result<(), LedgerError> {
        let Finished { claim, entries } = finished;
        let mut memory = self.memory();
        let fresh = memory.insert(claim, self.capacity);
        if let Some(record) = memory.records.get_mut(&claim.key) {
            let ours = fresh || record.lease.as_ref().is_some_and(|lease| lease.owner == claim.owner);
            let known = entries.iter().filter(|(_, entry)| ours || entry.is_there());
            record.entries.extend(known.map(|(slot, entry)| (slot.clone(), entry.clone())));
            if ours {
                record.lease = None;
            }
        }
        Ok(())
    }

    async fn count(&self, budget: &Budget) -> Result<u32, LedgerError> {
        if self.capacity == 0 {
            return Ok(1);
        }
        let mut memory = self.memory();
        memory.budgets.retain(|other, _| other.channel != budget.channel || other.until > budget.from);
        let count = memory.budgets.entry(budget.clone()).or_default();
        *count += 1;
        Ok(*count)
    }

    async fn suppressed(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Record>, LedgerError> {
        let held_back = |entry: &Entry| entry.state == State::Suppressed && (from..until).contains(&entry.at);
        let memory = self.memory();
        let found = memory.records.values().filter(|record| record.entries.values().any(held_back));
        Ok(found.cloned().collect())
    }
}

impl Memory {
    fn begin(&mut self, claim: &Claim, capacity: usize) -> Begun {
        if let Some(record) = self.records.get(&claim.key) {
            return Begun::Known(Box::new(record.clone()));
        }
        let mut standing = super::Standing::News;
        if let Some(track) = &claim.track {
            let name = track.fingerprint.as_str();
            let Some((fire, judged)) = judge(self.fires.get(name), track) else { return Begun::NotFiring };
            standing = judged;
            if capacity > 0 {
                self.fires.insert(name.to_owned(), fire);
            }
        }
        self.insert(claim, capacity);
        if let Some(record) = self.records.get_mut(&claim.key) {
            record.lease = Some(lease(claim));
        }
        Begun::New(standing)
    }

    /// Makes room for an alert that is not there yet; everybody who is owed it is claimed. Says whether it was not there.
    fn insert(&mut self, claim: &Claim, capacity: usize) -> bool {
        let Claim { key, summary, now, .. } = claim;
        if self.records.contains_key(key) || capacity == 0 {
            return false;
        }
        let entries = claim.claimed(&HashMap::new());
        let (key, summary) = (key.clone(), summary.clone());
        self.order.push_back(key.clone());
        self.records.insert(key.clone(), Record { key, summary, first_at: *now, lease: None, entries });
        while self.order.len() > capacity {
            if let Some(record) = self.order.pop_front().and_then(|oldest| self.records.remove(&oldest)) {
                self.fires.remove(&record.summary.fingerprint);
            }
        }
        true
    }
}

fn lease(claim: &Claim) -> Lease {
    Lease { owner: claim.owner.clone(), until: claim.lease_until }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::ledger::{Class, Limit, Slot, Summary};
    use crate::provider::Recipient;
    use crate::testing::alert;

    fn claim(name: &str, owner: &str) -> Claim {
        let alert = alert(name);
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        Claim {
            key: alert.key.clone(),
            owner: owner.to_owned(),
            now,
            lease_until: now,
            forget_at: now,
            summary: Summary::new(&alert, "request"),
            slots: vec![Slot::new("one", Recipient::channel()), Slot::new("two", Recipient::number("010"))],
            track: None,
        }
    }

    async fn accept(ledger: &MemoryLedger, name: &str, channel: &str) {
        let claim = claim(name, "me");
        let entry = Entry::new(State::Accepted, claim.now);
        let entries = HashMap::from([(Slot::new(channel, Recipient::channel()), entry)]);
        ledger.finish(&Finished { claim, entries }).await.unwrap();
    }

    #[tokio::test]
    async fn an_alert_is_claimed_once_and_the_second_is_shown_the_claims_of_the_first() {
        let ledger = MemoryLedger::default();
        assert!(matches!(ledger.begin(&claim("a", "me")).await.unwrap(), Begun::New(_)));
        let Begun::Known(record) = ledger.begin(&claim("a", "you")).await.unwrap() else { panic!() };
        assert_eq!(record.lease.unwrap().owner, "me");
        assert!(record.entries.len() == 2 && record.entries.values().all(Entry::is_in_doubt));
    }

    #[tokio::test]
    async fn only_one_takes_over_a_lease_and_the_old_owner_does_not_end_the_new_one() {
        let ledger = MemoryLedger::default();
        ledger.begin(&claim("a", "dead")).await.unwrap();
        let seen = ledger.read(&claim("a", "").key).await.unwrap().unwrap();
        assert!(ledger.take_over(&claim("a", "me"), &seen).await.unwrap().is_some());
        assert!(ledger.take_over(&claim("a", "you"), &seen).await.unwrap().is_none());
        let late = Finished { claim: claim("a", "dead"), entries: HashMap::new() };
        ledger.finish(&late).await.unwrap();
        assert_eq!(ledger.read(&late.claim.key).await.unwrap().unwrap().lease.unwrap().owner, "me");
    }

    #[tokio::test]
    async fn what_was_recorded_in_two_goes_is_remembered_together_claimed_or_not() {
        let ledger = MemoryLedger::default();
        accept(&ledger, "a", "one").await;
        // Not theirs any more, but what is there is there.
        accept(&ledger, "a", "three").await;
        let record = ledger.read(&claim("a", "").key).await.unwrap().unwrap();
        assert_eq!(record.entries.values().filter(|entry| entry.is_there()).count(), 2);
    }

    #[tokio::test]
    async fn the_oldest_alerts_are_forgotten_first() {
        let ledger = MemoryLedger::new(2);
        for name in ["a", "b", "c"] {
            accept(&ledger, name, "one").await;
        }
        assert!(ledger.read(&claim("a", "").key).await.unwrap().is_none());
        assert!(ledger.read(&claim("c", "").key).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_budget_counts_up_and_starts_anew_in_the_next_window() {
        let ledger = MemoryLedger::default();
        let limit = Limit { per: jiff::SignedDuration::from_mins(1), count: 2 };
        let budget = |second| Budget::of("tg", Class::Normal, limit, Timestamp::from_second(second).unwrap());
        assert_eq!(ledger.count(&budget(0)).await.unwrap(), 1);
        assert_eq!(ledger.count(&budget(59)).await.unwrap(), 2);
        assert_eq!(ledger.count(&budget(60)).await.unwrap(), 1);
    }
}
