//! What became of every alert: returned by the function, logged once, read by people and by tests.

use alert::{Alert, AlertKey, Severity, Status};
use serde::Serialize;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Not needed: an earlier member of the failover group has delivered, or it is a resolved alert on paid texts.
    Skipped,
    /// Held back by a mute.
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
