//! A ledger that goes wrong, until it is mended.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use jiff::Timestamp;

use super::super::*;
use super::plan::Dice;

pub(super) struct SimLedger {
    pub(super) memory: MemoryLedger,
    dice: Mutex<Dice>,
    /// Of a hundred calls.
    faults: u64,
    mended_at: Instant,
    /// Alerts that were begun without an answer of the ledger, so that nobody could know whether they had been told.
    pub(super) unguarded: Mutex<HashSet<AlertKey>>,
    /// Alerts whose result may not have been recorded.
    pub(super) unrecorded: Mutex<HashSet<AlertKey>>,
}

/// When in a call it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Before,
    /// It was done, and nobody is told.
    After,
    Slow(Duration),
}

impl SimLedger {
    pub(super) fn new(seed: u64, faults: u64, mended_at: Instant) -> Arc<Self> {
        Arc::new(Self {
            memory: MemoryLedger::default().with_digests(),
            dice: Mutex::new(Dice::new(seed ^ 0xD1CE)),
            faults,
            mended_at,
            unguarded: Mutex::default(),
            unrecorded: Mutex::default(),
        })
    }

    fn fault(&self) -> Option<Fault> {
        let mut dice = self.dice.lock().unwrap();
        if clock::instant() >= self.mended_at || !dice.percent(self.faults) {
            return None;
        }
        let slow = Fault::Slow(Duration::from_millis(dice.below(1_200)));
        Some(dice.one_of(&[Fault::Before, Fault::After, slow]))
    }

    /// Makes a call; one that goes wrong is noted in `missed`.
    async fn call<T: Send>(
        &self,
        missed: Option<(&Mutex<HashSet<AlertKey>>, &AlertKey)>,
        call: impl Future<Output = Result<T, LedgerError>> + Send,
    ) -> Result<T, LedgerError> {
        let fault = self.fault();
        if let (Some(_), Some((missed, key))) = (fault, missed) {
            missed.lock().unwrap().insert(key.clone());
        }
        sleep(Duration::from_millis(5)).await;
        match fault {
            None => call.await,
            Some(Fault::Before) => Err(LedgerError("as planned".to_owned())),
            Some(Fault::After) => {
                call.await?;
                Err(LedgerError("as planned".to_owned()))
            }
            Some(Fault::Slow(time)) => {
                let answer = call.await;
                sleep(time).await;
                answer
            }
        }
    }
}

/// The ledger as one process has it.
pub(super) struct Shared(pub(super) Arc<SimLedger>);

#[async_trait::async_trait]
impl Ledger for Shared {
    async fn begin(&self, claim: &Claim) -> Result<Begun, LedgerError> {
        let missed = Some((&self.0.unguarded, &claim.key));
        self.0.call(missed, self.0.memory.begin(claim)).await
    }

    async fn take_over(&self, claim: &Claim, seen: &Record) -> Result<Option<Record>, LedgerError> {
        let missed = Some((&self.0.unguarded, &claim.key));
        self.0.call(missed, self.0.memory.take_over(claim, seen)).await
    }

    async fn read(&self, key: &AlertKey) -> Result<Option<Record>, LedgerError> {
        self.0.call(None, self.0.memory.read(key)).await
    }

    async fn fire(&self, track: &Track) -> Result<Option<Fire>, LedgerError> {
        self.0.call(None, self.0.memory.fire(track)).await
    }

    async fn finish(&self, finished: &Finished) -> Result<(), LedgerError> {
        let missed = Some((&self.0.unrecorded, &finished.claim.key));
        self.0.call(missed, self.0.memory.finish(finished)).await
    }

    async fn count(&self, budget: &Budget) -> Result<u32, LedgerError> {
        self.0.call(None, self.0.memory.count(budget)).await
    }

    async fn suppressed(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Record>, LedgerError> {
        self.0.call(None, self.0.memory.suppressed(from, until)).await
    }
}
