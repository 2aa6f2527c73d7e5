//! The domain of bongsu: what an alert is, and what makes two of them the same.
//!
//! [`sources`](../sources/index.html) make alerts out of events, [`notifier`](../notifier/index.html)
//! routes, words and delivers them. This crate knows nothing of AWS, HTTP or the time of day.

mod fact;
mod identity;
mod policy;
mod severity;
mod sources;
mod text;
mod throttle;

pub use fact::{Fact, FactValue, Link, Names};
pub use identity::{AlertKey, Fingerprint, Identity};
pub use policy::Policy;
pub use severity::{Severity, Status};
pub use sources::SOURCES;
pub use text::{Language, Text};
pub use throttle::Throttle;

use jiff::Timestamp;

/// Something that an operator has to hear of.
///
/// Every string in it that is not a [`Text`] comes from the event, so somebody else may have written it:
/// it is data to be cleaned and quoted by whoever renders it, never words of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Slug of the source, as in the configuration: `root-login`.
    pub source: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it burns, has gone out, or is only said.
    pub status: Status,
    /// A fire drill: marked in every text, and never the same as a real alert.
    pub drill: bool,
    /// The same occurrence has the same key, however often and by whatever way it arrives.
    pub key: AlertKey,
    /// The thing that is wrong: its firing and its resolved alert share it.
    pub fingerprint: Fingerprint,
    /// How a flood of it is held back.
    pub throttle: Throttle,
    /// It is not worth a paid text: all is well, say.
    pub free_only: bool,
    /// It is told as the end of something that burns, and not at all where nothing does.
    pub only_if_firing: bool,
    /// The SNS topic whose readers AWS itself has told already.
    pub mailed_by: Option<String>,
    /// What happened, in at most 40 EUC-KR bytes a language, so that it fits into one text message.
    pub title: Text,
    /// The name of what it happened to (an alarm, a rule, a resource), as the event spells it.
    pub subject: Option<String>,
    /// Account id, 12 digits.
    pub account: Option<String>,
    /// Region code: `us-east-1`.
    pub region: Option<String>,
    /// When it happened; not when it arrived.
    pub time: Option<Timestamp>,
    /// What else is known, the most telling first.
    pub facts: Vec<Fact>,
    /// The first thing to do about it.
    pub advice: Text,
    /// Where to look, the best place first.
    pub links: Vec<Link>,
    /// The event as it arrived, JSON where it is JSON.
    pub raw: String,
}
