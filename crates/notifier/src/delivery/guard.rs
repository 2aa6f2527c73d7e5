//! Asks the ledger before anything is sent, and tells it afterwards. A ledger that is slow or down holds no alert back.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{sleep, timeout};

use super::invocation::Invocation;
use super::ledger::{
    Begun, Claim, Entry, Finished, Lease, Ledger, LedgerError, MemoryLedger, Record, Slot, Standing, judge,
};
use crate::clock;

/// How long the ledger may hold an alert up before it is sent without one.
const LEDGER_ASKED: Duration = Duration::from_millis(300);
/// How long it may take to record what was sent: within what is kept of an invocation behind the deadline.
const LEDGER_TOLD: Duration = Duration::from_millis(700);
/// How often somebody else's lease is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// The ledger, and what this process itself has sent lately, for when the ledger is out of reach.
#[derive(Clone, Copy)]
pub(super) struct Guard<'a> {
    pub(super) ledger: &'a dyn Ledger,
    pub(super) recent: &'a MemoryLedger,
}

/// How an alert begins.
#[derive(Debug)]
pub(super) enum Start {
    /// It is ours to deliver.
    Go(Grounds),
    /// It is known, and nothing of it is left to do.
    Done(Record),
    /// Another invocation has it, and had it until our deadline.
    Busy(Record),
    /// It cannot be known whether anything is left to do.
    Unknown,
    /// It is the end of nothing.
    NotFiring,
}

/// What a delivery begins with.
#[derive(Debug)]
pub(super) struct Grounds {
    pub(super) known: HashMap<Slot, Entry>,
    pub(super) standing: Standing,
    /// The ledger knows that we are at it.
    pub(super) guarded: bool,
    /// When an earlier invocation was told of it.
    pub(super) first_at: Option<Timestamp>,
}

impl Grounds {
    fn new(standing: Standing, guarded: bool) -> Self {
        Self { known: HashMap::new(), standing, guarded, first_at: None }
    }

    fn known(record: Record, standing: Standing, guarded: bool) -> Self {
        Self { known: record.entries, standing, guarded, first_at: Some(record.first_at) }
    }
}

impl Guard<'_> {
    /// Claims an alert, from nobody or from an invocation that has ended. `left` says whether anything is left to do of
    /// what is known. Waits for another invocation that is at it until the deadline. Of what has been told already, and is
    /// only followed up, nothing is sent without the ledger's word.
    pub(super) async fn start(
        &self,
        claim: &Claim,
        invocation: Invocation<'_>,
        left: impl Fn(&HashMap<Slot, Entry>) -> bool,
    ) -> Start {
        let mut record = match ask(self.ledger.begin(claim)).await {
            Ok(Begun::New(standing)) => return Start::Go(Grounds::new(standing, true)),
            Ok(Begun::NotFiring) => return Start::NotFiring,
            Ok(Begun::Known(record)) => *record,
            Err(_) if invocation.receipts => return Start::Unknown,
            Err(error) => return self.start_unguarded(claim, &error).await,
        };
        loop {
            if !left(&record.entries) {
                return Start::Done(record);
            }
            if !is_alive(record.lease.as_ref(), claim) {
                match ask(self.ledger.take_over(claim, &record)).await {
                    Ok(Some(taken)) => return Start::Go(Grounds::known(taken, self.standing(claim).await, true)),
                    Ok(None) => {}
                    Err(_) if invocation.receipts => return Start::Unknown,
                    Err(error) => {
                        warn(claim, &error);
                        return Start::Go(Grounds::known(record, Standing::News, false));
                    }
                }
            }
            if clock::instant() + LOOK_AGAIN >= invocation.deadline {
                return Start::Busy(record);
            }
            sleep(LOOK_AGAIN).await;
            if let Ok(Some(newer)) = ask(self.ledger.read(&claim.key)).await {
                record = newer;
            }
        }
    }

    async fn start_unguarded(&self, claim: &Claim, error: &LedgerError) -> Start {
        warn(claim, error);
        match self.recent.begin(claim).await {
            Ok(Begun::Known(record)) => Start::Go(Grounds::known(*record, Standing::News, false)),
            _ => Start::Go(Grounds::new(Standing::News, false)),
        }
    }

    /// How an alert that is delivered again stands to what has become known since.
    async fn standing(&self, claim: &Claim) -> Standing {
        let Some(track) = &claim.track else { return Standing::News };
        let fire = ask(self.ledger.fire(track)).await.ok().flatten();
        match judge(fire.as_ref(), track) {
            // That it is restless was decided when it came first.
            Some((_, standing @ (Standing::Over(_) | Standing::Stale))) => standing,
            _ => Standing::News,
        }
    }

    /// Records what became of an alert; says whether that is certain.
    pub(super) async fn finish(&self, finished: &Finished) -> bool {
        // Cannot fail.
        let _ = self.recent.finish(finished).await;
        match timeout(LEDGER_TOLD, self.ledger.finish(finished)).await.unwrap_or_else(|_| Err(LedgerError::slow())) {
            Ok(()) => true,
            Err(error) => {
                let key = &finished.claim.key;
                tracing::warn!(%key, %error, "not recorded: another delivery of this event may repeat it");
                false
            }
        }
    }
}

fn warn(claim: &Claim, error: &LedgerError) {
    tracing::warn!(key = %claim.key, %error, "unguarded: sent without a ledger, so it may be a repeat");
}

/// Somebody else is at it, as far as anybody knows.
fn is_alive(lease: Option<&Lease>, claim: &Claim) -> bool {
    lease.is_some_and(|lease| lease.owner != claim.owner && lease.until > clock::now())
}

async fn ask<T>(question: impl Future<Output = Result<T, LedgerError>>) -> Result<T, LedgerError> {
    timeout(LEDGER_ASKED, question).await.unwrap_or_else(|_| Err(LedgerError::slow()))
}
