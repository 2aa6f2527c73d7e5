//! Delivers alerts: all channels at once, each until it has accepted, refused, or the deadline has come.

mod attempts;
mod channel;
mod group;
mod ledger;
mod notice;
mod renewal;
mod report;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use alert::{Alert, AlertKey};
use futures::future::join_all;
use tokio::time::{Instant, timeout};

pub use channel::Channel;
pub use ledger::{Ledger, LedgerError, MemoryLedger, Slot, State};
pub use renewal::{NoRenewal, Renewal};
pub use report::{AlertReport, Delivery, Ignored, Outcome, RecipientReport, Report};

use crate::clock;
use crate::config::Config;
use crate::provider::Clients;
use crate::render::Document;
use crate::route::route;
use group::Errand;

/// How long the ledger may hold an alert up before it is sent without one.
const LEDGER_ASKED: Duration = Duration::from_millis(300);
/// How long it may take to record what was sent: within what is kept of an invocation behind the deadline.
const LEDGER_TOLD: Duration = Duration::from_millis(700);
/// How long open connections are worth waiting for at the start; then they open on the side.
const WORTH_WAITING: Duration = Duration::from_millis(250);

/// What all alerts of an invocation share.
#[derive(Clone, Copy)]
struct Errands<'a> {
    deadline: Instant,
    renewal: &'a dyn Renewal,
}

/// Routes and delivers alerts by one configuration.
pub struct Notifier {
    config: Config,
    channels: Vec<Channel>,
    ledger: Arc<dyn Ledger>,
}

impl Notifier {
    /// A notifier for a configuration. No connection is opened yet.
    pub fn new(config: Config, clients: &Clients, ledger: Arc<dyn Ledger>) -> Self {
        let channels = config.channels.iter().map(|channel| Channel::configured(channel, clients)).collect();
        Self::with_channels(config, channels, ledger)
    }

    /// A notifier with channels that need not be of the configuration's types.
    pub fn with_channels(config: Config, channels: Vec<Channel>, ledger: Arc<dyn Ledger>) -> Self {
        Self { config, channels, ledger }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Opens a connection to every provider, so that the first alert finds it open. A slow provider is not waited for.
    pub async fn open_connections(&self, clients: &Clients) {
        let mut addresses: Vec<_> = self.config.channels.iter().map(|channel| channel.settings.address()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let open = |address: &str| {
            let (http, address) = (clients.http.clone(), address.to_owned());
            tokio::spawn(async move { http.open(&address).await })
        };
        let _ = timeout(WORTH_WAITING, join_all(addresses.into_iter().map(open))).await;
    }

    /// Delivers alerts, the worst first, and tells the operators of channels that refused. Has ended at the deadline.
    pub async fn deliver(&self, alerts: &[Alert], deadline: Instant) -> Report {
        self.deliver_with(alerts, deadline, &NoRenewal).await
    }

    /// The same, with somebody to ask for newer settings when a channel's are refused.
    pub async fn deliver_with(&self, alerts: &[Alert], deadline: Instant, renewal: &dyn Renewal) -> Report {
        let errands = Errands { deadline, renewal };
        let mut order: Vec<&Alert> = Vec::new();
        for alert in alerts {
            if !order.iter().any(|other| other.key == alert.key) {
                order.push(alert);
            }
        }
        order.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
        let delivered = join_all(order.iter().map(|alert| self.deliver_one(alert, errands))).await;
        let notices = self.tell_refusals(&order, &delivered, errands).await;
        Report { alerts: in_order(alerts, &delivered), ignored: Vec::new(), notices }
    }

    async fn deliver_one(&self, alert: &Alert, errands: Errands<'_>) -> AlertReport {
        self.deliver_to(alert, &route(alert, &self.config).groups, errands).await
    }

    async fn deliver_to(&self, alert: &Alert, groups: &[Vec<String>], errands: Errands<'_>) -> AlertReport {
        let document = Document::new(alert, &self.config.wording);
        let known = self.known(&alert.key).await;
        let Errands { deadline, renewal } = errands;
        let errand = Errand { alert, document: &document, known: &known, deadline, renewal };
        let results = join_all(groups.iter().map(|group| self.deliver_to_group(errand, group))).await;
        let mut report = AlertReport::of(alert);
        let mut states = HashMap::new();
        for result in results {
            report.owed |= result.owed;
            report.deliveries.extend(result.deliveries);
            states.extend(result.states);
        }
        report.owed |= nobody_has_it(&report.deliveries);
        self.record(&alert.key, states).await;
        report
    }

    /// What the ledger knows of an alert. A ledger that is slow or down holds no alert up.
    async fn known(&self, key: &AlertKey) -> HashMap<Slot, State> {
        let answer = timeout(LEDGER_ASKED, self.ledger.begin(key)).await;
        answer.unwrap_or_else(|_| Err(LedgerError::slow())).unwrap_or_else(|error| {
            tracing::warn!(%key, %error, "sent without a ledger: it may be a repeat");
            HashMap::new()
        })
    }

    async fn record(&self, key: &AlertKey, states: HashMap<Slot, State>) {
        let answer = timeout(LEDGER_TOLD, self.ledger.finish(key, states)).await;
        if let Err(error) = answer.unwrap_or_else(|_| Err(LedgerError::slow())) {
            tracing::warn!(%key, %error, "not recorded: another delivery of this event would repeat it");
        }
    }

    async fn deliver_to_group(&self, errand: Errand<'_>, group: &[String]) -> group::GroupResult {
        let member = |name: &String| self.channels.iter().find(|channel| channel.name == *name);
        let members: Vec<_> = group.iter().filter_map(member).collect();
        group::deliver(errand, &members).await
    }

    async fn tell_refusals(
        &self,
        alerts: &[&Alert],
        reports: &[AlertReport],
        errands: Errands<'_>,
    ) -> Vec<AlertReport> {
        let mut told: Vec<AlertReport> = Vec::new();
        for (alert, report) in alerts.iter().zip(reports) {
            for refused in notice::refusals(report) {
                let notice = notice::notice(alert, refused, clock::now());
                let groups = self.channels_to_tell(report);
                if !told.iter().any(|told| told.key == notice.key) {
                    told.push(self.deliver_to(&notice, &groups, errands).await);
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
