//! A failover group: its members in order, until one has reached everybody.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use alert::{Alert, Status};
use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use super::attempts::{Attempts, Ended, Job};
use super::channel::Channel;
use super::doubt::Prior;
use super::ledger::{Entry, Slot, State};
use super::outcome::{delivery_of, entries_of};
use super::renewal::Renewal;
use super::report::{Delivery, Outcome};
use super::throttle::{Throttling, Verdict};
use crate::clock;
use crate::error::Kind;
use crate::provider::Recipient;
use crate::render::{Document, Mark};

/// How many attempts a member gets while another one is waiting to take over.
const TRIES_BEFORE_FAILOVER: u32 = 3;

/// One alert on its way to one group.
#[derive(Clone, Copy)]
pub(super) struct Errand<'a> {
    pub(super) alert: &'a Alert,
    pub(super) document: &'a Document,
    /// What earlier invocations have left.
    pub(super) known: &'a HashMap<Slot, Entry>,
    pub(super) throttling: Throttling<'a>,
    pub(super) deadline: Instant,
    /// When another invocation may take the alert over, by the time of day.
    pub(super) ours_until: Timestamp,
    pub(super) renewal: &'a dyn Renewal,
}

/// How a group ended.
#[derive(Debug, Default)]
pub(super) struct GroupResult {
    pub(super) deliveries: Vec<Delivery>,
    pub(super) entries: HashMap<Slot, Entry>,
    /// Somebody is not reached, and another invocation may reach them.
    pub(super) owed: bool,
}

/// What is known of a group while it is being delivered to.
#[derive(Debug, Default)]
struct Progress {
    /// The phone numbers that some member has reached.
    reached: BTreeSet<Recipient>,
    /// Somebody may have it, so that the next text says so.
    doubt: bool,
    /// Another invocation may do better.
    again: bool,
    done: bool,
}

/// Delivers to a group.
pub(super) async fn deliver(errand: Errand<'_>, members: &[&Channel]) -> GroupResult {
    let mut result = GroupResult::default();
    let mut progress = Progress { reached: errand.reached_before(members), ..Progress::default() };
    progress.done = members.iter().any(|member| errand.has_everybody(member, &progress.reached));
    let absent = if progress.done { BTreeSet::new() } else { errand.settle(members, &mut progress, &mut result).await };
    for (index, member) in members.iter().enumerate() {
        if progress.done || errand.is_not_for(member) {
            errand.pass_over(member, &mut result);
            continue;
        }
        let counted = match errand.throttling.verdict(member, errand.known).await {
            Verdict::Send { counted } => counted,
            Verdict::HoldBack(why) => {
                errand.hold_back(member, &progress.reached, &why, &mut result);
                progress.done = true;
                continue;
            }
        };
        let behind = members.iter().skip(index + 1).filter(|next| !errand.is_not_for(next)).count();
        let owed = errand.owed(member, &progress.reached, &absent);
        let attempts = errand.run(errand.job(member, behind, progress.doubt), owed).await;
        progress.learn(member, &attempts);
        result.entries.extend(entries_of(member, &attempts, counted, errand.throttling.now));
        result.deliveries.push(delivery_of(member, &attempts, errand.known));
        progress.done = errand.has_everybody(member, &progress.reached);
    }
    result.owed = !progress.done && progress.again;
    result
}

impl Progress {
    fn learn(&mut self, member: &Channel, attempts: &Attempts) {
        let paid = member.provider.is_paid();
        for (recipient, ended) in &attempts.ended {
            match ended {
                Ended::Accepted { .. } => _ = self.reached.insert(recipient.clone()),
                Ended::Failed { failure, doubt } => {
                    self.doubt |= doubt.is_some();
                    self.again |= may_pass_later(failure.kind, doubt.is_some_and(|doubt| doubt.repeated && !paid));
                }
                Ended::HeldBack(_) => {}
            }
        }
    }
}

/// Whether another invocation may do better. A marked repeat that is in doubt too was the last one.
fn may_pass_later(kind: Kind, repeat_is_spent: bool) -> bool {
    match kind {
        Kind::Rejected | Kind::Unauthorized => false,
        Kind::RateLimited(_) | Kind::Unavailable => true,
        Kind::Uncertain => !repeat_is_spent,
    }
}

/// Resolved alerts are not worth the price of a text, unless the operator says so, and news that all is well never is; and
/// what AWS itself has mailed is not mailed twice.
fn is_not_for(alert: &Alert, member: &Channel) -> bool {
    let over = alert.status == Status::Resolved && !member.tells_resolved;
    let mailed = alert.mailed_by.as_deref().is_some_and(|topic| member.provider.topic() == Some(topic));
    let too_dear = alert.free_only && member.provider.is_paid();
    over || mailed || too_dear
}

/// Whether nothing is left to do for a group: it has reached everybody, a digest tells them, or nobody needs it.
pub(super) fn is_settled(alert: &Alert, known: &HashMap<Slot, Entry>, members: &[&Channel]) -> bool {
    let entries = |member: &Channel| {
        let recipients = member.provider.recipients().into_iter();
        recipients.map(|to| known.get(&Slot::new(&member.name, to))).collect::<Vec<_>>()
    };
    let told = |entry: Option<&Entry>| entry.is_some_and(|it| it.is_there() || it.state == State::Suppressed);
    let has = |to: Recipient| {
        let slot = |member: &&&Channel| known.get(&Slot::new(&member.name, to.clone())).is_some_and(Entry::is_there);
        !to.is_channel() && members.iter().any(|member| slot(&member))
    };
    members.iter().all(|member| is_not_for(alert, member))
        || members.iter().filter(|member| !is_not_for(alert, member)).any(|member| {
            let recipients = member.provider.recipients();
            entries(member).iter().zip(recipients).all(|(entry, to)| told(*entry) || has(to))
        })
}

impl<'a> Errand<'a> {
    fn entry(&self, member: &Channel, to: &Recipient) -> Option<&'a Entry> {
        self.known.get(&Slot::new(&member.name, to.clone()))
    }

    fn was_accepted(&self, member: &Channel, to: &Recipient) -> bool {
        self.entry(member, to).is_some_and(Entry::is_there)
    }

    /// The phone numbers that some member has reached in an earlier invocation.
    fn reached_before(&self, members: &[&Channel]) -> BTreeSet<Recipient> {
        let accepted = |member: &&Channel| {
            let recipients = member.provider.recipients().into_iter();
            let reached: Vec<_> = recipients.filter(|to| !to.is_channel() && self.was_accepted(member, to)).collect();
            reached
        };
        members.iter().flat_map(accepted).collect()
    }

    fn has_everybody(&self, member: &Channel, reached: &BTreeSet<Recipient>) -> bool {
        let has = |to: &Recipient| reached.contains(to) || self.was_accepted(member, to);
        !self.is_not_for(member) && member.provider.recipients().iter().all(has)
    }

    fn is_not_for(&self, member: &Channel) -> bool {
        is_not_for(self.alert, member)
    }

    /// An invocation that was killed may have gone on to later members, so these are asked before the first one sends.
    /// Returns the slots that are certainly empty.
    async fn settle(&self, members: &[&Channel], progress: &mut Progress, result: &mut GroupResult) -> BTreeSet<Slot> {
        let mut absent = BTreeSet::new();
        for member in members.iter().skip(1).filter(|member| !self.is_not_for(member)) {
            let owed = self.owed(member, &progress.reached, &absent).into_iter();
            let doubtful: Vec<_> = owed.filter(|(_, prior)| matches!(prior, Prior::Doubt(_))).collect();
            if doubtful.is_empty() {
                continue;
            }
            let looked_up = self.job(member, members.len(), false).look_up_earlier(&doubtful).await;
            for (to, _) in &doubtful {
                let slot = Slot::new(&member.name, to.clone());
                let entry = match looked_up.as_ref().and_then(|answer| answer.as_ref().ok()?.of(to)) {
                    Some(Ok(id)) => {
                        progress.reached.insert(to.clone());
                        Entry { provider_id: id, ..Entry::new(State::Accepted, self.throttling.now) }
                    }
                    Some(Err(())) => {
                        absent.insert(slot.clone());
                        Entry::new(State::NotSent(Outcome::Unavailable), self.throttling.now)
                    }
                    None => {
                        progress.doubt = true;
                        continue;
                    }
                };
                result.entries.insert(slot, entry);
            }
        }
        progress.done = members.iter().any(|member| self.has_everybody(member, &progress.reached));
        absent
    }

    fn owed(
        &self,
        member: &Channel,
        reached: &BTreeSet<Recipient>,
        absent: &BTreeSet<Slot>,
    ) -> Vec<(Recipient, Prior)> {
        let undelivered = |to: &Recipient| self.entry(member, to).is_some_and(|it| it.state == State::Undelivered);
        let recipients = member.provider.recipients().into_iter();
        let owed = recipients.filter(|to| !reached.contains(to) && !self.was_accepted(member, to) && !undelivered(to));
        let is_absent = |to: &Recipient| absent.contains(&Slot::new(&member.name, to.clone()));
        let prior = |to: &Recipient| if is_absent(to) { Prior::Absent } else { Prior::of(self.entry(member, to)) };
        owed.map(|to| (to.clone(), prior(&to))).collect()
    }

    /// Delivers by one member. Where its credentials are refused, its settings are read once more, in case they were
    /// rotated, and who was refused is sent to by the new ones.
    async fn run(&self, job: Job<'_>, owed: Vec<(Recipient, Prior)>) -> Attempts {
        let mut attempts = job.run(owed).await;
        let refused = attempts.unauthorized();
        if refused.is_empty() {
            return attempts;
        }
        let renewed = timeout_at(job.deadline, self.renewal.renew(&job.channel.name)).await;
        if let Ok(Some(channel)) = renewed {
            attempts.go_on(Job { channel: &channel, ..job }.run(refused).await);
        }
        attempts
    }

    /// Those who wait behind get an equal share of the time that is left.
    fn job(&self, channel: &'a Channel, behind: usize, doubt: bool) -> Job<'a> {
        let left = self.deadline.saturating_duration_since(clock::instant());
        let share: Duration = left / u32::try_from(behind + 1).unwrap_or(u32::MAX);
        Job {
            channel,
            document: self.document,
            reference: self.alert.key.digest(),
            mark: if doubt { Mark::PossibleRepeat } else { Mark::First },
            insist: !self.known.values().any(Entry::is_there),
            deadline: clock::instant() + share,
            ours_until: self.ours_until,
            tries: (behind > 0).then_some(TRIES_BEFORE_FAILOVER),
        }
    }

    /// A member that has nothing to do. What it has sent or may have sent in an earlier invocation stays recorded, and so
    /// does what the carrier did not deliver.
    fn pass_over(&self, member: &Channel, result: &mut GroupResult) {
        for to in member.provider.recipients() {
            let slot = Slot::new(&member.name, to.clone());
            let open = match result.entries.get(&slot) {
                // It was looked up just now.
                Some(entry) => !entry.is_there(),
                None => self.entry(member, &to).is_none_or(|it| matches!(it.state, State::NotSent(_) | State::Skipped)),
            };
            if open {
                result.entries.insert(slot, Entry::new(State::Skipped, self.throttling.now));
            }
        }
        result.deliveries.push(delivery_of(member, &Attempts::default(), self.known));
    }

    /// A member that leaves the alert to a digest.
    fn hold_back(&self, member: &Channel, reached: &BTreeSet<Recipient>, why: &str, result: &mut GroupResult) {
        let now = self.throttling.now;
        let owed = self.owed(member, reached, &BTreeSet::new());
        for (to, _) in &owed {
            let slot = Slot::new(&member.name, to.clone());
            let known = self.known.get(&slot).filter(|entry| entry.state == State::Suppressed).cloned();
            let entry = Entry { error: Some(why.to_owned()), ..Entry::new(State::Suppressed, now) };
            result.entries.insert(slot, known.unwrap_or(entry));
        }
        let attempts = Attempts::held_back(owed.into_iter().map(|(to, _)| to), why);
        result.deliveries.push(delivery_of(member, &attempts, self.known));
    }
}
