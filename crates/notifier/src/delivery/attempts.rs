//! One channel, until everybody there has the alert, it is refused, or time is up.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::channel::Channel;
use super::ledger::State;
use crate::clock;
use crate::error::{Failure, Kind};
use crate::provider::{Found, Letter, Recipient};
use crate::render::{Document, Mark};

/// The pause before the second attempt; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// An attempt in less time than this could only end in doubt.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(200);
/// A message shows up in a provider's list a little after it was taken, so it is looked for twice.
const LOOK_UP_PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// What is to be delivered, where, and within which limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) channel: &'a Channel,
    pub(super) document: &'a Document,
    pub(super) reference: &'a str,
    /// Whether somebody may have the alert from another channel.
    pub(super) mark: Mark,
    /// Whether a repeat is sent even though one was: nobody is known to have the alert.
    pub(super) insist: bool,
    pub(super) deadline: Instant,
    /// How many attempts at the most, where another channel is waiting to take over.
    pub(super) tries: Option<u32>,
}

/// How it ended.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    pub(super) count: u32,
    pub(super) provider_id: Option<String>,
    pub(super) note: Option<String>,
    pub(super) ended: Vec<(Recipient, Ended)>,
}

/// How it ended for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    Accepted { provider_id: Option<String> },
    Failed { failure: Failure, doubt: Option<Doubt> },
}

/// It may have been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Doubt {
    pub(super) since: Timestamp,
    pub(super) repeated: bool,
}

/// Somebody who waits for the alert.
#[derive(Debug)]
struct Waiting {
    recipient: Recipient,
    doubt: Option<Doubt>,
    failure: Failure,
}

impl Job<'_> {
    /// Delivers to the recipients that are owed the alert; each comes with what the ledger says of it.
    pub(super) async fn run(&self, owed: Vec<(Recipient, Option<State>)>) -> Attempts {
        let started = clock::now();
        let mut attempts = Attempts::default();
        let mut waiting: Vec<_> =
            owed.into_iter().map(|(recipient, state)| Waiting::new(recipient, state.as_ref())).collect();
        let mut fresh = false;
        while !waiting.is_empty() {
            waiting = self.clear_doubts(waiting, fresh, &mut attempts).await;
            let out_of_tries = self.tries.is_some_and(|tries| attempts.count >= tries);
            if waiting.is_empty() || out_of_tries || self.left() < SHORTEST_ATTEMPT {
                break;
            }
            waiting = self.attempt(waiting, started, &mut attempts).await;
            fresh = true;
            let pause = waiting.iter().map(|who| pause(who.failure.kind, attempts.count)).max().unwrap_or_default();
            if waiting.iter().all(|who| who.doubt.is_none()) && pause + SHORTEST_ATTEMPT > self.left() {
                break;
            }
            sleep(pause.min(self.left())).await;
        }
        attempts.ended.extend(waiting.into_iter().map(Waiting::give_up));
        attempts
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(clock::instant())
    }

    /// Asks once; returns who still waits.
    async fn attempt(&self, mut waiting: Vec<Waiting>, since: Timestamp, attempts: &mut Attempts) -> Vec<Waiting> {
        let to: Vec<_> = waiting.iter().map(|who| who.recipient.clone()).collect();
        let repeat = waiting.iter().any(|who| who.doubt.is_some());
        let mark = if repeat { Mark::PossibleRepeat } else { self.mark };
        let letter = self.letter(&to, mark, since);
        attempts.count += 1;
        let answer = self.channel.attempt(&letter, self.deadline).await;
        let mut results = match answer {
            Ok(sent) => {
                attempts.provider_id = sent.provider_id.or(attempts.provider_id.take());
                attempts.note = sent.note.or(attempts.note.take());
                sent.recipients
            }
            Err(failure) => to.iter().map(|to| (to.clone(), Err(failure.clone()))).collect(),
        };
        waiting.retain_mut(|who| {
            let result =
                results.iter().position(|(to, _)| *to == who.recipient).map(|place| results.swap_remove(place).1);
            match result.unwrap_or_else(|| Err(Failure::uncertain("the provider did not answer for this recipient"))) {
                Ok(provider_id) => {
                    attempts.ended.push((who.recipient.clone(), Ended::Accepted { provider_id }));
                    return false;
                }
                Err(failure) => who.failure = failure,
            }
            match who.failure.kind {
                Kind::Rejected | Kind::Unauthorized => {
                    attempts.ended.push((
                        who.recipient.clone(),
                        Ended::Failed { failure: who.failure.clone(), doubt: who.doubt },
                    ));
                    return false;
                }
                Kind::Uncertain => {
                    let since = who.doubt.map_or(since, |doubt| doubt.since);
                    who.doubt = Some(Doubt { since, repeated: repeat });
                }
                Kind::RateLimited(_) | Kind::Unavailable => {}
            }
            true
        });
        waiting
    }

    /// Looks up who may have the alert already. Those who have it are done; those who have not wait without doubt;
    /// where it cannot be told, one marked repeat is allowed if it costs nothing, and the rest end in doubt.
    async fn clear_doubts(&self, waiting: Vec<Waiting>, fresh: bool, attempts: &mut Attempts) -> Vec<Waiting> {
        let (doubtful, mut waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|who| who.doubt.is_some());
        if doubtful.is_empty() {
            return waiting;
        }
        let found = self.look_up(&doubtful, fresh).await;
        for mut who in doubtful {
            let entry = |found: &Vec<Found>| found.iter().find(|(to, _)| *to == who.recipient).cloned();
            match found.as_ref().map(|found| found.as_ref().map(entry)) {
                Some(Ok(Some((to, provider_id)))) => attempts.ended.push((to, Ended::Accepted { provider_id })),
                Some(Ok(None)) => {
                    who.doubt = None;
                    waiting.push(who);
                }
                None if who.may_be_repeated(fresh, self.insist) && !self.channel.provider.is_paid() => {
                    waiting.push(who);
                }
                Some(Err(_)) | None => attempts.ended.push(who.give_up()),
            }
        }
        waiting
    }

    async fn look_up(&self, doubtful: &[Waiting], fresh: bool) -> Option<Result<Vec<Found>, Failure>> {
        let to: Vec<_> = doubtful.iter().map(|who| who.recipient.clone()).collect();
        let since = doubtful.iter().filter_map(|who| who.doubt).map(|doubt| doubt.since).min()?;
        let letter = self.letter(&to, self.mark, since);
        // What is in doubt since an earlier invocation has had its time to show up.
        let pauses = if fresh { &LOOK_UP_PAUSES[..] } else { &[Duration::ZERO] };
        let mut answer = None;
        for pause in pauses {
            if *pause + SHORTEST_ATTEMPT > self.left() {
                return Some(Err(Failure::unavailable("no time was left to look it up")));
            }
            if self.channel.provider.is_paid() {
                sleep(*pause).await;
            }
            answer = Some(self.channel.look_up(&letter, self.deadline).await?);
            if matches!(&answer, Some(Ok(found)) if found.len() == to.len()) {
                break;
            }
        }
        answer
    }

    fn letter<'a>(&'a self, to: &'a [Recipient], mark: Mark, since: Timestamp) -> Letter<'a> {
        Letter { document: self.document, mark, to, reference: self.reference, since }
    }
}

impl Waiting {
    fn new(recipient: Recipient, state: Option<&State>) -> Self {
        let doubt = match state {
            Some(&State::Uncertain { since, repeated }) => Some(Doubt { since, repeated }),
            Some(State::Accepted { .. }) | None => None,
        };
        let failure = match doubt {
            Some(_) => Failure::uncertain("an earlier attempt got no answer"),
            None => Failure::unavailable("there was no time left to send it"),
        };
        Self { recipient, doubt, failure }
    }

    /// A repeat that was made in this invocation was the last one, however much is at stake.
    fn may_be_repeated(&self, fresh: bool, insist: bool) -> bool {
        self.doubt.is_some_and(|doubt| !doubt.repeated || (insist && !fresh))
    }

    fn give_up(self) -> (Recipient, Ended) {
        (self.recipient, Ended::Failed { failure: self.failure, doubt: self.doubt })
    }
}

/// How long to wait before the next attempt.
fn pause(kind: Kind, attempts: u32) -> Duration {
    match kind {
        Kind::RateLimited(after) => after.max(FIRST_PAUSE),
        Kind::Unavailable => FIRST_PAUSE.saturating_mul(1 << attempts.saturating_sub(1).min(8)).min(LONGEST_PAUSE),
        Kind::Uncertain | Kind::Rejected | Kind::Unauthorized => Duration::ZERO,
    }
}
