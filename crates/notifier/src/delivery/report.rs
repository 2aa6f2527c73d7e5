//! What became of every alert: returned by the function, logged once, read by people and by tests.

use std::collections::HashMap;

use alert::{Alert, AlertKey, Severity, Status};
use serde::{Deserialize, Serialize};

use super::attempts::Attempts;
use super::channel::Channel;
use super::group;
use super::ledger::{Entry, Slot};
use super::outcome::delivery_of;
use crate::error::Kind;

/// What became of all alerts of an invocation.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Each alert of the event.
    pub alerts: Vec<AlertReport>,
    /// What needed no alert.
    pub ignored: Vec<Ignored>,
    /// What the operators were told about broken channels meanwhile.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<AlertReport>,
}

/// An event that is not for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// Why.
    pub reason: String,
}

/// What became of one alert.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertReport {
    /// Names the occurrence.
    pub key: AlertKey,
    /// Slug of the source.
    pub source: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it burns.
    pub status: Status,
    /// Whether it is a drill.
    pub drill: bool,
    /// The ledger could not be asked, so that it may have been told before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unguarded: bool,
    /// By how many minutes it was late, where an earlier delivery had failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_minutes: Option<i64>,
    /// Each channel that was owed it.
    pub deliveries: Vec<Delivery>,
    /// Whether another invocation has something left to do.
    #[serde(skip)]
    pub owed: bool,
}

/// What became of one alert in one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// The channel's name in the configuration.
    pub channel: String,
    /// How it ended: the worst of the recipients' outcomes.
    pub outcome: Outcome,
    /// How often the provider was asked to send.
    pub attempts: u32,
    /// A text was sent that may be a repeat, and says so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub possible_repeat: bool,
    /// The provider's name for the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Why it was not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Something to mend although the message has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Each recipient, where the provider answers for each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<RecipientReport>,
}

/// What became of one alert for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecipientReport {
    /// The number, masked.
    pub to: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The provider's name for the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Why it was not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How a delivery ended. The order is that of badness: a channel's outcome is the greatest of its recipients'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Not needed: an earlier member of the failover group has delivered, or it is a resolved alert on paid texts.
    Skipped,
    /// Held back: a digest tells it.
    Suppressed,
    /// Accepted by an earlier invocation.
    Duplicate,
    /// The provider has taken it.
    Accepted,
    /// Too many at once, until the deadline.
    RateLimited,
    /// Certainly not sent, until the deadline.
    Unavailable,
    /// May have been sent.
    Uncertain,
    /// An earlier invocation's provider took it, and the carrier could not deliver it.
    Undelivered,
    /// Refused for its form or its recipient.
    Rejected,
    /// Refused for the channel's credentials.
    Unauthorized,
}

impl Outcome {
    /// Whether the operator has it.
    pub const fn is_delivered(self) -> bool {
        matches!(self, Self::Accepted | Self::Duplicate)
    }

    /// Whether it will not pass until somebody mends something.
    pub const fn is_refused(self) -> bool {
        matches!(self, Self::Rejected | Self::Unauthorized)
    }

    /// The name in the report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Suppressed => "suppressed",
            Self::Duplicate => "duplicate",
            Self::Accepted => "accepted",
            Self::RateLimited => "rate-limited",
            Self::Unavailable => "unavailable",
            Self::Uncertain => "uncertain",
            Self::Undelivered => "undelivered",
            Self::Rejected => "rejected",
            Self::Unauthorized => "unauthorized",
        }
    }
}

impl From<Kind> for Outcome {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Rejected => Self::Rejected,
            Kind::Unauthorized => Self::Unauthorized,
            Kind::RateLimited(_) => Self::RateLimited,
            Kind::Unavailable => Self::Unavailable,
            Kind::Uncertain => Self::Uncertain,
        }
    }
}

impl Delivery {
    /// Whether it has reached anybody; a channel whose worst outcome is bad may have reached some of its numbers.
    pub fn reached_somebody(&self) -> bool {
        self.outcome.is_delivered() || self.recipients.iter().any(|line| line.outcome.is_delivered())
    }
}

impl AlertReport {
    /// A report of an alert, with its deliveries still to come.
    pub(super) fn of(alert: &Alert) -> Self {
        Self {
            key: alert.key.clone(),
            source: alert.source,
            severity: alert.severity,
            status: alert.status,
            drill: alert.drill,
            unguarded: false,
            late_minutes: None,
            deliveries: Vec::new(),
            owed: false,
        }
    }
}

impl Report {
    /// Whether another invocation has something left to do.
    pub fn owed(&self) -> bool {
        self.alerts.iter().any(|alert| alert.owed)
    }
}

/// The report of an alert that others have delivered, or are delivering.
pub(super) fn of_others(
    alert: &Alert,
    groups: &[Vec<&Channel>],
    known: &HashMap<Slot, Entry>,
    busy: bool,
) -> AlertReport {
    let mut report = AlertReport { owed: busy, ..AlertReport::of(alert) };
    for group in groups {
        let waits = busy && !group::is_settled(alert, known, group);
        for member in group {
            let mut delivery = delivery_of(member, &Attempts::default(), known);
            if waits && delivery.outcome == Outcome::Skipped {
                delivery.outcome = Outcome::Unavailable;
                delivery.error = Some("another invocation is at it".to_owned());
            }
            report.deliveries.push(delivery);
        }
    }
    report
}
