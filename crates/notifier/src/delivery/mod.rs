//! Delivers alerts: all channels at once, each until it has accepted, refused, or the deadline has come.

mod afterwards;
mod attempts;
mod channel;
mod digest;
mod doubt;
mod group;
mod guard;
mod invocation;
mod late;
mod ledger;
mod notice;
mod outcome;
mod receipts;
mod renewal;
mod report;
mod tell;
mod throttle;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use alert::{Alert, AlertKey};
use futures::StreamExt;
use futures::future::join_all;
use futures::stream::FuturesUnordered;
use jiff::SignedDuration;
use tokio::time::timeout;

pub use afterwards::Afterwards;
pub use channel::Channel;
pub(crate) use channel::without_secrets;
pub use invocation::Invocation;
pub use ledger::{
    Begun, Budget, Claim, Class, Entry, Finished, Fire, Lease, Ledger, LedgerError, Limit, MemoryLedger, Record, Slot,
    Standing, State, Summary, Track, judge,
};
pub use renewal::{NoRenewal, Renewal};
pub use report::{AlertReport, Delivery, Ignored, Outcome, RecipientReport, Report};

use crate::clock;
use crate::config::Config;
use crate::provider::Clients;
use crate::render::Document;
use crate::route::{around, route};
use group::Errand;
use guard::{Grounds, Guard, Start};
use throttle::Throttling;

/// How long the next of the connections is worth waiting for at the start. Those that are open by then have cost a whole
/// CPU, which an event takes away; those of far or silent providers go on opening on the side.
const WORTH_WAITING: Duration = Duration::from_millis(10);
/// What an invocation may still take after its deadline, to record and to report, and a second more.
const LEASE_BEHIND_DEADLINE: SignedDuration = SignedDuration::from_millis(2_500);
/// How many alerts this process remembers by itself.
const RECENT: usize = 1_000;

/// Routes and delivers alerts by one configuration.
pub struct Notifier {
    config: Config,
    channels: Vec<Channel>,
    ledger: Arc<dyn Ledger>,
    /// What this process has sent, for when the ledger is out of reach.
    recent: Arc<MemoryLedger>,
}

impl Notifier {
    /// A notifier for a configuration. No connection is opened yet.
    pub fn new(config: Config, clients: &Clients, ledger: Arc<dyn Ledger>) -> Self {
        let channels = config.channels.iter().map(|channel| Channel::configured(channel, clients)).collect();
        Self::with_channels(config, channels, ledger)
    }

    /// A notifier with channels that need not be of the configuration's types.
    pub fn with_channels(config: Config, channels: Vec<Channel>, ledger: Arc<dyn Ledger>) -> Self {
        Self { config, channels, ledger, recent: Arc::new(MemoryLedger::new(RECENT)) }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Opens a connection to every provider, so that the first alert finds it open. Who is slower than the others by
    /// [`WORTH_WAITING`] is not waited for: the alert will use the connection as soon as it is there.
    pub async fn open_connections(&self, clients: &Clients) {
        let mut addresses: Vec<_> = self.config.channels.iter().map(|channel| channel.settings.address()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let open = |address: &str| {
            let (http, address) = (clients.http.clone(), address.to_owned());
            tokio::spawn(async move { http.open(&address).await })
        };
        let mut opening: FuturesUnordered<_> = addresses.into_iter().map(open).collect();
        while let Ok(Some(_)) = timeout(WORTH_WAITING, opening.next()).await {}
    }

    /// Delivers alerts, the worst first, and tells the operators of channels that refused. Has ended at the deadline.
    pub async fn deliver(&self, alerts: &[Alert], invocation: Invocation<'_>) -> Report {
        let mut order: Vec<&Alert> = Vec::new();
        for alert in alerts {
            if !order.iter().any(|other| other.key == alert.key) {
                order.push(alert);
            }
        }
        order.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
        let delivered = join_all(order.iter().map(|alert| self.deliver_one(alert, invocation))).await;
        let (order, delivered): (Vec<_>, Vec<_>) =
            order.into_iter().zip(delivered).filter_map(|(alert, report)| Some((alert, report?))).unzip();
        let notices = self.tell_refusals(&order, &delivered, invocation).await;
        Report { alerts: in_order(alerts, &delivered), ignored: Vec::new(), notices }
    }

    /// Tells what was held back in the windows that are over, each channel by itself. `place` is the Region. Whatever is
    /// owed afterwards is told by the next call.
    ///
    /// # Errors
    /// The ledger cannot be asked.
    pub async fn digest(&self, place: &str, invocation: Invocation<'_>) -> Result<Report, LedgerError> {
        let now = clock::now();
        let records = self.ledger.suppressed(digest::from(now), now).await?;
        let batches = digest::batches(&records, &self.channels, now);
        let told = batches.iter().map(async |batch| {
            let alert = batch.alert(place, self.config.wording.language, now);
            self.deliver_to(&alert, &[vec![batch.channel.clone()]], invocation).await
        });
        let alerts = join_all(told).await.into_iter().flatten().collect();
        Ok(Report { alerts, ..Report::default() })
    }

    async fn deliver_one(&self, alert: &Alert, invocation: Invocation<'_>) -> Option<AlertReport> {
        let groups = around(route(alert, &self.config).groups, invocation.broken, &self.config);
        self.deliver_to(alert, &groups, invocation).await
    }

    /// `None` where the alert is the end of nothing.
    async fn deliver_to(
        &self,
        alert: &Alert,
        groups: &[Vec<String>],
        invocation: Invocation<'_>,
    ) -> Option<AlertReport> {
        let groups: Vec<_> = groups.iter().map(|group| self.members(group)).collect();
        let claim = self.claim(alert, &groups, invocation);
        let guard = Guard { ledger: &*self.ledger, recent: &self.recent };
        let left = |known: &HashMap<Slot, Entry>| {
            let receipts = invocation.receipts && receipts::are_missing(alert, known, &self.channels);
            receipts || !groups.iter().all(|group| group::is_settled(alert, known, group))
        };
        match guard.start(&claim, invocation, left).await {
            Start::Go(grounds) => Some(self.go(alert, &groups, invocation, claim, grounds).await),
            Start::Done(record) => Some(report::of_others(alert, &groups, &record.entries, false)),
            Start::Busy(record) => Some(report::of_others(alert, &groups, &record.entries, true)),
            Start::Unknown => Some(report::of_others(alert, &groups, &HashMap::new(), true)),
            Start::NotFiring => None,
        }
    }

    async fn go(
        &self,
        alert: &Alert,
        groups: &[Vec<&Channel>],
        invocation: Invocation<'_>,
        claim: Claim,
        grounds: Grounds,
    ) -> AlertReport {
        let guard = Guard { ledger: &*self.ledger, recent: &self.recent };
        let Grounds { mut known, standing, guarded, first_at } = grounds;
        let mut entries = HashMap::new();
        if invocation.receipts {
            entries = receipts::ask(alert, &known, &self.channels, invocation.deadline).await;
            known.extend(entries.clone());
        }
        let remarks = late::remarks(alert, &claim, first_at, standing, invocation.why_late);
        let document = Document::new(alert, &self.config.wording).with(remarks);
        let throttling = Throttling {
            ledger: Some(&*self.ledger).filter(|ledger| guarded && ledger.has_digests()),
            class: Class::of(alert),
            standing,
            now: claim.now,
            deadline: invocation.deadline,
        };
        let errand = Errand {
            alert,
            document: &document,
            known: &known,
            throttling,
            deadline: invocation.deadline,
            ours_until: claim.lease_until,
            renewal: invocation.renewal,
        };
        let results = join_all(groups.iter().map(|group| group::deliver(errand, group))).await;
        let mut report =
            AlertReport { unguarded: !guarded, late_minutes: remarks.late_minutes(), ..AlertReport::of(alert) };
        for result in results {
            report.owed |= result.owed;
            report.deliveries.extend(result.deliveries);
            entries.extend(result.entries);
        }
        let carrier_failed = known.values().any(|entry| entry.state == State::Undelivered);
        report.owed |= nobody_has_it(&report.deliveries) && !carrier_failed;
        let held_back = entries.values().any(|entry| entry.state == State::Suppressed);
        let finished = Finished { claim, entries };
        match invocation.afterwards.filter(|_| !held_back && !report.owed) {
            Some(afterwards) => {
                let (ledger, recent) = (self.ledger.clone(), self.recent.clone());
                afterwards.begin(async move {
                    Guard { ledger: &*ledger, recent: &recent }.finish(&finished).await;
                });
            }
            // What no digest would know of is not held back: it must come again.
            None => report.owed |= !guard.finish(&finished).await && held_back,
        }
        report
    }

    fn members(&self, group: &[String]) -> Vec<&Channel> {
        let member = |name: &String| self.channels.iter().find(|channel| channel.name == *name);
        group.iter().filter_map(member).collect()
    }

    fn claim(&self, alert: &Alert, groups: &[Vec<&Channel>], invocation: Invocation<'_>) -> Claim {
        let now = clock::now();
        let slots = groups.iter().flatten().flat_map(|member| {
            member.provider.recipients().into_iter().map(|recipient| Slot::new(&member.name, recipient))
        });
        let left = invocation.deadline.saturating_duration_since(clock::instant());
        let left = SignedDuration::try_from(left).unwrap_or_default();
        Claim {
            key: alert.key.clone(),
            owner: invocation::unique(),
            now,
            lease_until: now.saturating_add(left.saturating_add(LEASE_BEHIND_DEADLINE)).unwrap_or(now),
            forget_at: now.saturating_add(self.config.history).unwrap_or(now),
            summary: Summary::new(alert, invocation.id),
            slots: slots.collect(),
            track: Track::of(alert, now),
        }
    }

    async fn tell_refusals(
        &self,
        alerts: &[&Alert],
        reports: &[AlertReport],
        invocation: Invocation<'_>,
    ) -> Vec<AlertReport> {
        let mut told: Vec<AlertReport> = Vec::new();
        for (alert, report) in alerts.iter().zip(reports) {
            // What a notice says the next alert finds out as well.
            let in_time = clock::instant() < invocation.deadline;
            for refused in notice::refusals(report).into_iter().filter(|_| in_time) {
                let notice = notice::notice(alert, refused, clock::now());
                let groups = self.channels_to_tell(report);
                if !told.iter().any(|told| told.key == notice.key) {
                    told.extend(self.deliver_to(&notice, &groups, Invocation { receipts: false, ..invocation }).await);
                }
            }
        }
        told
    }

    /// The channels that have just delivered; paid ones only where there is no other.
    fn channels_to_tell(&self, report: &AlertReport) -> Vec<Vec<String>> {
        let delivered = |channel: &&Channel| {
            report.deliveries.iter().any(|delivery| delivery.channel == channel.name && delivery.reached_somebody())
        };
        let (paid, free): (Vec<_>, Vec<_>) =
            self.channels.iter().filter(delivered).partition(|channel| channel.provider.is_paid());
        let chosen = if free.is_empty() { paid } else { free };
        chosen.into_iter().map(|channel| vec![channel.name.clone()]).collect()
    }
}

/// Something was owed, and no channel has taken it.
fn nobody_has_it(deliveries: &[Delivery]) -> bool {
    let owed = |delivery: &&Delivery| !matches!(delivery.outcome, Outcome::Skipped | Outcome::Suppressed);
    deliveries.iter().any(|delivery| owed(&delivery)) && !deliveries.iter().any(Delivery::reached_somebody)
}

/// Reports in the order of the alerts. An alert that came twice was delivered once: the second is a duplicate.
fn in_order(alerts: &[Alert], reports: &[AlertReport]) -> Vec<AlertReport> {
    let by_key: HashMap<&AlertKey, &AlertReport> = reports.iter().map(|report| (&report.key, report)).collect();
    let mut seen = Vec::new();
    let mut ordered = Vec::new();
    for alert in alerts {
        let Some(report) = by_key.get(&alert.key) else { continue };
        let report = if seen.contains(&&alert.key) { as_duplicate((*report).clone()) } else { (*report).clone() };
        seen.push(&alert.key);
        ordered.push(report);
    }
    ordered
}

fn as_duplicate(mut report: AlertReport) -> AlertReport {
    for delivery in report.deliveries.iter_mut().filter(|delivery| delivery.outcome == Outcome::Accepted) {
        delivery.outcome = Outcome::Duplicate;
        delivery.attempts = 0;
        for line in delivery.recipients.iter_mut().filter(|line| line.outcome == Outcome::Accepted) {
            line.outcome = Outcome::Duplicate;
        }
    }
    report
}

#[cfg(test)]
mod tests;
