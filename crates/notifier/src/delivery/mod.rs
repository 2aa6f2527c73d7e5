//! Delivers alerts: all channels at once, each until it has accepted, refused, or the deadline has come.

mod attempts;
mod channel;
mod group;
mod ledger;
mod notice;
mod report;

use std::collections::HashMap;
use std::sync::Arc;

use alert::{Alert, AlertKey};
use futures::StreamExt;
use futures::future::join_all;
use tokio::time::Instant;

pub use channel::Channel;
pub use ledger::{Ledger, LedgerError, MemoryLedger, Slot, State};
pub use report::{AlertReport, Delivery, Ignored, Outcome, RecipientReport, Report};

use crate::clock;
use crate::config::Config;
use crate::provider::Clients;
use crate::render::Document;
use crate::route::route;
use group::Errand;

/// How many alerts of a batch are on their way at once, so that a storm does not open a thousand connections.
const ALERTS_AT_ONCE: usize = 8;

/// Routes and delivers alerts by one configuration.
pub struct Notifier {
    config: Config,
    channels: Vec<Channel>,
    ledger: Arc<dyn Ledger>,
}

impl Notifier {
    /// A notifier for a configuration. No connection is opened yet.
    pub fn new(config: Config, clients: &Clients, ledger: Arc<dyn Ledger>) -> Self {
        let channels = config.channels.iter().map(|channel| Channel::new(channel, clients)).collect();
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

    /// Opens a connection to every provider, so that the first alert finds it open. Takes at most the connect timeout.
    pub async fn open_connections(&self, clients: &Clients) {
        let mut addresses: Vec<_> = self.config.channels.iter().map(|channel| channel.settings.address()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        join_all(addresses.into_iter().map(|address| clients.http.open(address))).await;
    }

    /// Delivers alerts, the worst first, and tells the operators of channels that refused. Has ended at the deadline.
    pub async fn deliver(&self, alerts: &[Alert], deadline: Instant) -> Report {
        let mut order: Vec<&Alert> = Vec::new();
        for alert in alerts {
            if !order.iter().any(|other| other.key == alert.key) {
                order.push(alert);
            }
        }
        order.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
        let deliveries = order.iter().map(|alert| self.deliver_one(alert, deadline));
        let delivered: Vec<_> = futures::stream::iter(deliveries).buffered(ALERTS_AT_ONCE).collect().await;
        let notices = self.tell_refusals(&order, &delivered, deadline).await;
        Report { alerts: in_order(alerts, &delivered), ignored: Vec::new(), notices }
    }

    async fn deliver_one(&self, alert: &Alert, deadline: Instant) -> AlertReport {
        self.deliver_to(alert, &route(alert, &self.config).groups, deadline).await
    }

    async fn deliver_to(&self, alert: &Alert, groups: &[Vec<String>], deadline: Instant) -> AlertReport {
        let document = Document::new(alert, &self.config.wording);
        let known = self.ledger.begin(&alert.key).await.unwrap_or_else(|error| {
            tracing::warn!(key = %alert.key, %error, "sent without a ledger: it may be a repeat");
            HashMap::new()
        });
        let errand = Errand { alert, document: &document, known: &known, deadline };
        let results = join_all(groups.iter().map(|group| self.deliver_to_group(errand, group))).await;
        let mut report = AlertReport::of(alert);
        let mut states = HashMap::new();
        for result in results {
            report.owed |= result.owed;
            report.deliveries.extend(result.deliveries);
            states.extend(result.states);
        }
        report.owed |= nobody_has_it(&report.deliveries);
        if let Err(error) = self.ledger.finish(&alert.key, states).await {
            tracing::warn!(key = %alert.key, %error, "not recorded: another delivery of this event would repeat it");
        }
        report
    }

    async fn deliver_to_group(&self, errand: Errand<'_>, group: &[String]) -> group::GroupResult {
        let member = |name: &String| self.channels.iter().find(|channel| channel.name == *name);
        let members: Vec<_> = group.iter().filter_map(member).collect();
        group::deliver(errand, &members).await
    }

    async fn tell_refusals(&self, alerts: &[&Alert], reports: &[AlertReport], deadline: Instant) -> Vec<AlertReport> {
        let mut told: Vec<AlertReport> = Vec::new();
        for (alert, report) in alerts.iter().zip(reports) {
            for refused in notice::refusals(report) {
                let notice = notice::notice(alert, refused, clock::now());
                let groups = self.channels_to_tell(report);
                if !told.iter().any(|told| told.key == notice.key) {
                    told.push(self.deliver_to(&notice, &groups, deadline).await);
                }
            }
        }
        told
    }

    /// The channels that have just delivered; paid ones only where there is no other.
    fn channels_to_tell(&self, report: &AlertReport) -> Vec<Vec<String>> {
        let delivered = |channel: &&Channel| {
            report.deliveries.iter().any(|delivery| delivery.channel == channel.name && delivery.outcome.is_delivered())
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
    deliveries.iter().any(|delivery| owed(&delivery)) && !deliveries.iter().any(reached_somebody)
}

/// A channel whose worst outcome is bad may have reached some of its numbers.
fn reached_somebody(delivery: &Delivery) -> bool {
    delivery.outcome.is_delivered() || delivery.recipients.iter().any(|line| line.outcome.is_delivered())
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
