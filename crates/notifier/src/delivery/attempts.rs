//! One channel, until everybody there has the alert, it is refused, or time is up.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};

use super::channel::Channel;
use super::doubt::{Doubt, LookedUp, Prior};
use crate::clock;
use crate::error::{Failure, Kind};
use crate::provider::{Letter, Recipient, Sent};
use crate::render::{Document, Mark};

/// The pause before the second attempt; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// An attempt in less time than this could only end in doubt.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(200);
/// A message may show up in a provider's list a little after it was taken: only behind this is it certain that it is not
/// there. Less than what a lease lasts beyond the last attempt.
const SETTLED: SignedDuration = SignedDuration::from_secs(2);
/// Until then it is looked for more than once.
const LOOK_UP_PAUSE: Duration = Duration::from_millis(500);
/// How long a rate limit is waited out while another channel is waiting to take over.
const SHORT_WAIT: Duration = Duration::from_secs(1);

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
    /// The same by the time of day, which goes on while a process is frozen: behind it, the alert may be somebody else's.
    pub(super) ours_until: Timestamp,
    /// How many attempts at the most, where another channel is waiting to take over.
    pub(super) tries: Option<u32>,
}

/// How it ended.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    pub(super) count: u32,
    /// A text said that it may be a repeat.
    pub(super) repeated: bool,
    pub(super) provider_id: Option<String>,
    pub(super) note: Option<String>,
    pub(super) ended: Vec<(Recipient, Ended)>,
}

impl Attempts {
    /// Who was refused for the channel's credentials, with what is known of them.
    pub(super) fn unauthorized(&self) -> Vec<(Recipient, Prior)> {
        let refused = |(to, ended): &(Recipient, Ended)| match ended {
            Ended::Failed { failure, doubt } if failure.kind == Kind::Unauthorized => {
                Some((to.clone(), doubt.map_or(Prior::Nothing, Prior::Doubt)))
            }
            _ => None,
        };
        self.ended.iter().filter_map(refused).collect()
    }

    /// Nothing is sent to these.
    pub(super) fn held_back(to: impl Iterator<Item = Recipient>, why: &str) -> Self {
        Self { ended: to.map(|to| (to, Ended::HeldBack(why.to_owned()))).collect(), ..Self::default() }
    }

    /// Adds what became of recipients that were tried again.
    pub(super) fn go_on(&mut self, later: Self) {
        self.count += later.count;
        self.repeated |= later.repeated;
        self.provider_id = later.provider_id.or(self.provider_id.take());
        self.note = later.note.or(self.note.take());
        self.ended.retain(|(to, _)| !later.ended.iter().any(|(other, _)| other == to));
        self.ended.extend(later.ended);
    }
}

/// How it ended for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    Accepted {
        provider_id: Option<String>,
    },
    Failed {
        failure: Failure,
        doubt: Option<Doubt>,
    },
    /// A digest tells it.
    HeldBack(String),
}

/// Somebody who waits for the alert.
#[derive(Debug)]
struct Waiting {
    recipient: Recipient,
    doubt: Option<Doubt>,
    failure: Failure,
    /// It was sent again because the provider did not have it.
    resent: bool,
}

impl Job<'_> {
    /// Delivers to the recipients that are owed the alert.
    pub(super) async fn run(&self, owed: Vec<(Recipient, Prior)>) -> Attempts {
        let started = clock::now();
        let mut attempts = Attempts::default();
        let waiting = owed.into_iter().map(|(recipient, prior)| Waiting::new(recipient, prior)).collect();
        let mut waiting = self.clear_doubts(waiting, false, &mut attempts).await;
        while !waiting.is_empty() && self.left() >= SHORTEST_ATTEMPT {
            waiting = self.attempt(waiting, started, &mut attempts).await;
            waiting = self.clear_doubts(waiting, true, &mut attempts).await;
            let Some(pause) = self.pause(&waiting, attempts.count) else { break };
            sleep(pause).await;
        }
        attempts.ended.extend(waiting.into_iter().map(Waiting::give_up));
        attempts
    }

    fn left(&self) -> Duration {
        let ours = Duration::try_from(self.ours_until.duration_since(clock::now())).unwrap_or_default();
        self.deadline.saturating_duration_since(clock::instant()).min(ours)
    }

    /// How long to wait before the next attempt; `None` where it would come too late, or another channel takes over.
    fn pause(&self, waiting: &[Waiting], count: u32) -> Option<Duration> {
        let pause = waiting.iter().map(|who| pause(who.failure.kind, count)).max()?;
        let taken_over = self.tries.is_some_and(|tries| count >= tries || pause > SHORT_WAIT);
        (!taken_over && pause + SHORTEST_ATTEMPT <= self.left()).then_some(pause)
    }

    /// Asks once; returns who still waits.
    async fn attempt(&self, mut waiting: Vec<Waiting>, since: Timestamp, attempts: &mut Attempts) -> Vec<Waiting> {
        let to: Vec<_> = waiting.iter().map(|who| who.recipient.clone()).collect();
        let repeat = waiting.iter().any(|who| who.doubt.is_some());
        let mark = if repeat { Mark::PossibleRepeat } else { self.mark };
        attempts.count += 1;
        attempts.repeated |= mark == Mark::PossibleRepeat;
        let answer = self.channel.attempt(&self.letter(&to, mark, since), || self.left()).await;
        if let Ok(sent) = &answer {
            attempts.provider_id = sent.provider_id.clone().or(attempts.provider_id.take());
            attempts.note = sent.note.clone().or(attempts.note.take());
        }
        waiting.retain_mut(|who| match result_of(&answer, &who.recipient) {
            Ok(provider_id) => {
                attempts.ended.push((who.recipient.clone(), Ended::Accepted { provider_id }));
                false
            }
            Err(failure) if matches!(failure.kind, Kind::Rejected | Kind::Unauthorized) => {
                attempts.ended.push((who.recipient.clone(), Ended::Failed { failure, doubt: who.doubt }));
                false
            }
            Err(failure) => {
                if failure.kind == Kind::Uncertain {
                    let since = who.doubt.map_or(since, |doubt| doubt.since);
                    who.doubt = Some(Doubt { since, last: clock::now(), repeated: repeat });
                }
                who.failure = failure;
                true
            }
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
        let answer = self.look_up(&doubtful).await;
        for mut who in doubtful {
            match answer.as_ref().map(|answer| answer.as_ref().ok().and_then(|looked_up| looked_up.of(&who.recipient)))
            {
                Some(Some(Ok(provider_id))) => attempts.ended.push((who.recipient, Ended::Accepted { provider_id })),
                Some(Some(Err(()))) => {
                    // Once more here, unless another channel is quicker.
                    let quicker_elsewhere = fresh && self.tries.is_some();
                    let again = !who.resent && !quicker_elsewhere;
                    who.is_absent();
                    if again { waiting.push(who) } else { attempts.ended.push(who.give_up()) }
                }
                None if who.may_be_repeated(fresh, self.insist) && !self.channel.provider.is_paid() => {
                    waiting.push(who);
                }
                Some(None) | None => attempts.ended.push(who.give_up()),
            }
        }
        waiting
    }

    /// Asks the provider who has it. `None` where it cannot tell.
    async fn look_up(&self, doubtful: &[Waiting]) -> Option<Result<LookedUp, Failure>> {
        let to: Vec<_> = doubtful.iter().map(|who| who.recipient.clone()).collect();
        let doubts = || doubtful.iter().filter_map(|who| who.doubt);
        let since = doubts().map(|doubt| doubt.since).min()?;
        let settled_at = doubts().map(|doubt| doubt.last).max()?.saturating_add(SETTLED).ok()?;
        let letter = self.letter(&to, self.mark, since);
        loop {
            if self.left() < SHORTEST_ATTEMPT {
                return Some(Err(Failure::unavailable("no time was left to look it up")));
            }
            let asked_at = clock::now();
            let found = match self.channel.look_up(&letter, self.deadline).await? {
                Ok(found) => found,
                Err(failure) => return Some(Err(failure)),
            };
            let early = Duration::try_from(settled_at.duration_since(asked_at)).unwrap_or_default();
            let pause = early.min(LOOK_UP_PAUSE);
            if found.len() == to.len() || early.is_zero() || pause + SHORTEST_ATTEMPT > self.left() {
                return Some(Ok(LookedUp { found, certain: early.is_zero() }));
            }
            sleep(pause).await;
        }
    }

    /// Asks for what an earlier invocation may have sent. `None` where the provider cannot tell.
    pub(super) async fn look_up_earlier(&self, doubtful: &[(Recipient, Prior)]) -> Option<Result<LookedUp, Failure>> {
        let doubtful: Vec<_> = doubtful.iter().map(|(to, prior)| Waiting::new(to.clone(), *prior)).collect();
        self.look_up(&doubtful).await
    }

    fn letter<'a>(&'a self, to: &'a [Recipient], mark: Mark, since: Timestamp) -> Letter<'a> {
        Letter { document: self.document, mark, to, reference: self.reference, since }
    }
}

/// What an answer says of one recipient.
fn result_of(answer: &Result<Sent, Failure>, to: &Recipient) -> Result<Option<String>, Failure> {
    let sent = answer.as_ref().map_err(Clone::clone)?;
    let result = sent.recipients.iter().find(|(recipient, _)| recipient == to).map(|(_, result)| result.clone());
    result.unwrap_or_else(|| Err(Failure::uncertain("the provider did not answer for this recipient")))
}

impl Waiting {
    fn new(recipient: Recipient, prior: Prior) -> Self {
        let (doubt, failure) = match prior {
            Prior::Doubt(doubt) => (Some(doubt), Failure::uncertain("an earlier attempt got no answer")),
            Prior::Nothing | Prior::Absent => (None, Failure::unavailable("there was no time left to send it")),
        };
        Self { recipient, doubt, failure, resent: prior == Prior::Absent }
    }

    /// A repeat that was made in this invocation was the last one, however much is at stake.
    fn may_be_repeated(&self, fresh: bool, insist: bool) -> bool {
        self.doubt.is_some_and(|doubt| !doubt.repeated || (insist && !fresh))
    }

    /// The provider has been asked, and does not have it.
    fn is_absent(&mut self) {
        self.doubt = None;
        self.resent = true;
        self.failure = Failure::unavailable("no answer came, and the provider does not have the message");
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
