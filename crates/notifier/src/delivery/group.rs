//! A failover group: its members in order, until one has reached everybody.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use alert::{Alert, Status};
use tokio::time::{Instant, timeout_at};

use super::attempts::{Attempts, Ended, Job};
use super::channel::Channel;
use super::ledger::{Slot, State};
use super::renewal::Renewal;
use super::report::{Delivery, Outcome, RecipientReport};
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
    pub(super) known: &'a HashMap<Slot, State>,
    pub(super) deadline: Instant,
    pub(super) renewal: &'a dyn Renewal,
}

/// How a group ended.
#[derive(Debug, Default)]
pub(super) struct GroupResult {
    pub(super) deliveries: Vec<Delivery>,
    pub(super) states: HashMap<Slot, State>,
    /// Somebody is not reached, and another invocation may reach them.
    pub(super) owed: bool,
}

/// Delivers to a group.
pub(super) async fn deliver(errand: Errand<'_>, members: &[&Channel]) -> GroupResult {
    let mut result = GroupResult::default();
    let mut reached = reached_before(errand, members);
    let mut done = members.iter().any(|member| errand.has_everybody(member, &reached));
    let (mut again, mut doubt) = (false, false);
    for (index, member) in members.iter().enumerate() {
        if done || errand.is_not_for(member) {
            result.deliveries.push(errand.not_needed(member));
            continue;
        }
        let behind = members.iter().skip(index + 1).filter(|next| !errand.is_not_for(next)).count();
        let job = errand.job(member, behind, doubt);
        let attempts = errand.run(job, errand.owed(member, &reached)).await;
        for (recipient, ended) in &attempts.ended {
            let paid = member.provider.is_paid();
            match ended {
                Ended::Accepted { .. } => _ = reached.insert(recipient.clone()),
                Ended::Failed { failure, doubt: in_doubt } => {
                    doubt |= in_doubt.is_some();
                    again |= may_pass_later(failure.kind, in_doubt.is_some_and(|doubt| doubt.repeated && !paid));
                }
            }
            result.states.extend(state_of(member, recipient, ended));
        }
        done = errand.has_everybody(member, &reached);
        result.deliveries.push(errand.report(member, attempts));
    }
    result.owed = !done && again;
    result
}

/// Whether another invocation may do better. A marked repeat that is in doubt too was the last one.
fn may_pass_later(kind: Kind, repeat_is_spent: bool) -> bool {
    match kind {
        Kind::Rejected | Kind::Unauthorized => false,
        Kind::RateLimited(_) | Kind::Unavailable => true,
        Kind::Uncertain => !repeat_is_spent,
    }
}

fn state_of(member: &Channel, recipient: &Recipient, ended: &Ended) -> Option<(Slot, State)> {
    let state = match ended {
        Ended::Accepted { provider_id } => State::Accepted { provider_id: provider_id.clone() },
        Ended::Failed { doubt: Some(doubt), .. } => State::Uncertain { since: doubt.since, repeated: doubt.repeated },
        Ended::Failed { doubt: None, .. } => return None,
    };
    Some((slot(member, recipient), state))
}

fn slot(member: &Channel, recipient: &Recipient) -> Slot {
    Slot { channel: member.name.clone(), recipient: recipient.clone() }
}

/// The phone numbers that some member has reached in an earlier invocation.
fn reached_before(errand: Errand<'_>, members: &[&Channel]) -> BTreeSet<Recipient> {
    let accepted = |member: &&Channel| {
        let recipients = member.provider.recipients().into_iter();
        let reached: Vec<_> = recipients.filter(|to| !to.is_channel() && errand.was_accepted(member, to)).collect();
        reached
    };
    members.iter().flat_map(accepted).collect()
}

impl<'a> Errand<'a> {
    fn was_accepted(&self, member: &Channel, to: &Recipient) -> bool {
        matches!(self.known.get(&slot(member, to)), Some(State::Accepted { .. }))
    }

    fn has_everybody(&self, member: &Channel, reached: &BTreeSet<Recipient>) -> bool {
        let has = |to: &Recipient| reached.contains(to) || self.was_accepted(member, to);
        !self.is_not_for(member) && member.provider.recipients().iter().all(has)
    }

    /// Resolved alerts are not worth the price of a text, unless the operator says so.
    fn is_not_for(&self, member: &Channel) -> bool {
        self.alert.status == Status::Resolved && !member.tells_resolved
    }

    fn owed(&self, member: &Channel, reached: &BTreeSet<Recipient>) -> Vec<(Recipient, Option<State>)> {
        let recipients = member.provider.recipients().into_iter();
        let owed = recipients.filter(|to| !reached.contains(to) && !self.was_accepted(member, to));
        owed.map(|to| (to.clone(), self.known.get(&slot(member, &to)).cloned())).collect()
    }

    /// Delivers by one member. Where its credentials are refused, its settings are read once more, in case they were
    /// rotated, and who was refused is sent to by the new ones.
    async fn run(&self, job: Job<'_>, owed: Vec<(Recipient, Option<State>)>) -> Attempts {
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
            insist: !self.known.values().any(|state| matches!(state, State::Accepted { .. })),
            deadline: clock::instant() + share,
            tries: (behind > 0).then_some(TRIES_BEFORE_FAILOVER),
        }
    }

    /// A member that has nothing to do: what it had delivered is a duplicate, the rest is skipped.
    fn not_needed(&self, member: &Channel) -> Delivery {
        let recipients = member.provider.recipients();
        let outcome =
            |to: &Recipient| if self.was_accepted(member, to) { Outcome::Duplicate } else { Outcome::Skipped };
        let outcomes: Vec<_> = recipients.iter().map(|to| (to, outcome(to))).collect();
        Delivery {
            channel: member.name.clone(),
            outcome: outcomes.iter().map(|(_, outcome)| *outcome).max().unwrap_or(Outcome::Skipped),
            attempts: 0,
            provider_id: None,
            error: None,
            note: None,
            recipients: outcomes
                .into_iter()
                .filter(|(to, _)| !to.is_channel())
                .map(|(to, outcome)| line(to, outcome))
                .collect(),
        }
    }

    fn report(&self, member: &Channel, attempts: Attempts) -> Delivery {
        let ended: HashMap<_, _> = attempts.ended.iter().map(|(to, ended)| (to, ended)).collect();
        let mut lines = Vec::new();
        for to in member.provider.recipients() {
            lines.push((
                to.is_channel(),
                match ended.get(&to) {
                    Some(Ended::Accepted { provider_id }) => {
                        RecipientReport { provider_id: provider_id.clone(), ..line(&to, Outcome::Accepted) }
                    }
                    Some(Ended::Failed { failure, .. }) => {
                        RecipientReport { error: Some(failure.message.clone()), ..line(&to, failure.kind.into()) }
                    }
                    None if self.was_accepted(member, &to) => line(&to, Outcome::Duplicate),
                    None => line(&to, Outcome::Skipped),
                },
            ));
        }
        let worst = lines.iter().map(|(_, line)| line).max_by_key(|line| line.outcome).cloned();
        let first_id = lines.iter().find_map(|(_, line)| line.provider_id.clone());
        Delivery {
            channel: member.name.clone(),
            outcome: worst.as_ref().map_or(Outcome::Skipped, |line| line.outcome),
            attempts: attempts.count,
            provider_id: attempts.provider_id.or(first_id),
            error: worst.and_then(|line| line.error),
            note: attempts.note,
            recipients: lines.into_iter().filter(|(channel, _)| !channel).map(|(_, line)| line).collect(),
        }
    }
}

fn line(to: &Recipient, outcome: Outcome) -> RecipientReport {
    RecipientReport { to: to.to_string(), outcome, provider_id: None, error: None }
}
