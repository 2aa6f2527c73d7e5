//! A ledger that can be down, and has held back what a test says.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use alert::AlertKey;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use notifier::clock;
use notifier::delivery::{
    Begun, Budget, Claim, Entry, Finished, Fire, Ledger, LedgerError, MemoryLedger, Record, Slot, State, Summary, Track,
};
use notifier::provider::Recipient;
use sources::ItemOutcome;

#[derive(Default)]
pub(super) struct Scripted {
    memory: MemoryLedger,
    held_back: Mutex<Vec<Record>>,
    pub(super) down: AtomicBool,
}

impl Scripted {
    /// Says that an event was held back from a channel ten minutes ago.
    pub(super) fn hold_back(&self, event: &str, channel: &str) {
        let reading = sources::read(event.as_bytes(), sources::ALL, sources::UNKNOWN, &alert::Policy::default());
        let ItemOutcome::Alerts(alerts) = &reading.items[0].outcome else { panic!("{event}") };
        let at = clock::now() - SignedDuration::from_mins(10);
        let slot = Slot::new(channel, Recipient::channel());
        self.held_back.lock().unwrap().push(Record {
            key: alerts[0].key.clone(),
            summary: Summary::new(&alerts[0], "before"),
            first_at: at,
            lease: None,
            entries: HashMap::from([(slot, Entry::new(State::Suppressed, at))]),
        });
    }

    fn asked(&self) -> Result<&MemoryLedger, LedgerError> {
        if self.down.load(Ordering::Relaxed) { Err(LedgerError("it is down".to_owned())) } else { Ok(&self.memory) }
    }
}

#[async_trait]
impl Ledger for Scripted {
    async fn begin(&self, claim: &Claim) -> Result<Begun, LedgerError> {
        self.asked()?.begin(claim).await
    }

    async fn take_over(&self, claim: &Claim, seen: &Record) -> Result<Option<Record>, LedgerError> {
        self.asked()?.take_over(claim, seen).await
    }

    async fn read(&self, key: &AlertKey) -> Result<Option<Record>, LedgerError> {
        self.asked()?.read(key).await
    }

    async fn fire(&self, track: &Track) -> Result<Option<Fire>, LedgerError> {
        self.asked()?.fire(track).await
    }

    async fn finish(&self, finished: &Finished) -> Result<(), LedgerError> {
        self.asked()?.finish(finished).await
    }

    async fn count(&self, budget: &Budget) -> Result<u32, LedgerError> {
        self.asked()?.count(budget).await
    }

    async fn suppressed(&self, _: Timestamp, _: Timestamp) -> Result<Vec<Record>, LedgerError> {
        self.asked()?;
        Ok(self.held_back.lock().unwrap().clone())
    }
}
