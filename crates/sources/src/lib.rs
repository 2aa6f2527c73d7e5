//! What AWS sends, read into alerts: one pure function per source.
//!
//! [`read`] is the way in. It takes the bytes that a function or the command line got, unwraps the envelopes
//! (SNS, SQS, an `OnFailure` record), asks the sources in order, and makes an alert of its own out of what none of
//! them knows: nothing is lost, and no event can make it fail.
//!
//! A source is one file with a `SOURCE` and a function `alerts(&Value, &Policy) -> Outcome`, and one line in [`ALL`].
//! It does no I/O, reads no clock and no environment.

use std::fmt;

use alert::{Alert, Policy};
use serde::Serialize;
use serde_json::Value;

mod arn;
mod arrival;
mod envelope;
mod fields;
mod greeting;
mod money;
mod origin;
pub mod raw;
mod reading;
mod repair;

pub mod access_analyzer;
pub mod account_activity;
pub mod budget;
pub mod cloudwatch_alarm;
pub mod config_compliance;
pub mod cost_anomaly;
pub mod credential_audit;
pub mod health_event;
pub mod heartbeat;
pub mod root_login;
pub mod security_finding;

pub use arrival::{Arrival, Failure};
pub use envelope::{follow_up, owed};
pub use reading::{Item, ItemOutcome, Reading, read};

/// Every source, in the order in which they are asked.
pub const ALL: &[Source] = &[
    root_login::SOURCE,
    config_compliance::SOURCE,
    access_analyzer::SOURCE,
    cloudwatch_alarm::SOURCE,
    account_activity::SOURCE,
    cost_anomaly::SOURCE,
    budget::SOURCE,
    credential_audit::SOURCE,
    security_finding::SOURCE,
    health_event::SOURCE,
    heartbeat::SOURCE,
];

/// The slug of an event that no source knows, where no function stands for one: the fallback of whoever reads for all of
/// them.
pub const UNKNOWN: &str = "unknown";

/// One kind of event, and how it becomes alerts.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The name in routes, and of the function's folder: `root-login`.
    pub slug: &'static str,
    /// Reads one unwrapped event, and judges it by what the operator says. Never panics, whatever the event holds.
    pub alerts: fn(&Value, &Policy) -> Outcome,
}

/// What a source makes of one event.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Somebody has to hear of it.
    Alerts(Vec<Alert>),
    /// Somebody has to hear of it as the end of something that burns; where nothing does, it is ignored, and this is why.
    IfFiring(Box<Alert>, Reason),
    /// It is this source's event and nothing that anybody has to hear of.
    Ignored(Reason),
    /// Another source's event, or one of this source's that is too broken to be judged by it.
    NotMine,
}

impl Outcome {
    pub(crate) fn alert(alert: Alert) -> Self {
        Self::Alerts(vec![alert])
    }

    pub(crate) fn if_firing(alert: Alert, otherwise: impl Into<String>) -> Self {
        Self::IfFiring(Box::new(Alert { only_if_firing: true, ..alert }), Reason(otherwise.into()))
    }

    pub(crate) fn ignored(reason: impl Into<String>) -> Self {
        Self::Ignored(Reason(reason.into()))
    }
}

/// Why nobody was told of an event: an English sentence for logs and JSON.
/// Values in it that come from the event are quoted, escaped and short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Reason(String);

impl Reason {
    /// The sentence.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod testing {
    use alert::Text;

    /// Our words as they must be: in both languages, and a title short enough for one text message.
    pub(crate) fn assert_title_fits(title: Text) {
        for words in [title.ko, title.en] {
            // Hangul syllables of everyday words take two bytes in EUC-KR, everything in ASCII one.
            let bytes: usize = words.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
            assert!((5..=40).contains(&bytes), "{bytes} bytes: {words}");
        }
        assert!(title.en.is_ascii(), "{}", title.en);
        assert!(title.ko.chars().any(|letter| ('가'..='힣').contains(&letter)), "{}", title.ko);
    }
}
