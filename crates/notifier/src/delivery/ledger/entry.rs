use std::fmt;

use alert::{Alert, Fingerprint, Severity, Status};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::delivery::Outcome;
use crate::provider::Recipient;

/// One thing that is owed: a channel, and a recipient of it where the provider answers for each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// The channel's name.
    pub channel: String,
    /// The recipient.
    pub recipient: Recipient,
}

impl Slot {
    /// A slot.
    pub fn new(channel: &str, recipient: Recipient) -> Self {
        Self { channel: channel.to_owned(), recipient }
    }

    /// The slot of this name, as [`Slot::name`] gives it.
    pub fn named(name: &str) -> Self {
        let (channel, number) = name.split_once(SEPARATOR).unwrap_or((name, ""));
        Self::new(channel, Recipient::number(number))
    }

    /// A name for it: `sms-nhn/01012345678`, or `telegram-ops`. Whole numbers: for the ledger, not for people.
    pub fn name(&self) -> String {
        let Self { channel, recipient } = self;
        if recipient.is_channel() { channel.clone() } else { format!("{channel}{SEPARATOR}{}", recipient.reveal()) }
    }
}

/// Phone numbers have none.
const SEPARATOR: char = '/';

impl fmt::Display for Slot {
    /// With the number masked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.channel)?;
        if self.recipient.is_channel() { Ok(()) } else { write!(f, "{SEPARATOR}{}", self.recipient) }
    }
}

/// What is known of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Somebody has set out to send it. Without a result it may have been sent or not.
    Claimed,
    /// The provider has taken it.
    Accepted,
    /// The provider says that it is on the phone.
    Delivered,
    /// The provider had taken it, and the carrier could not deliver it.
    Undelivered,
    /// It may have been sent.
    Uncertain,
    /// It may have been sent, and so may the one repeat that is allowed.
    UncertainTwice,
    /// Certainly not sent, and not for want of trying.
    NotSent(Outcome),
    /// Held back: a digest tells it.
    Suppressed,
    /// Nobody needed it: another member of the group had delivered, or it is not told there.
    Skipped,
}

/// What is known of a slot, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// How it stands.
    pub state: State,
    /// When the first attempt may have been made: where a look-up begins.
    pub since: Timestamp,
    /// When this was written.
    pub at: Timestamp,
    /// How often the provider was asked to send, in the invocation that wrote this.
    #[serde(default)]
    pub attempts: u32,
    /// Whether it was taken from the channel's budget, which happens once.
    #[serde(default)]
    pub counted: bool,
    /// The provider's name for the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Why it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Entry {
    /// A slot about which nothing else is known.
    pub fn new(state: State, at: Timestamp) -> Self {
        Self { state, since: at, at, attempts: 0, counted: false, provider_id: None, error: None }
    }

    /// Whether the provider has it.
    pub fn is_there(&self) -> bool {
        matches!(self.state, State::Accepted | State::Delivered)
    }

    /// Whether it may be there.
    pub fn is_in_doubt(&self) -> bool {
        matches!(self.state, State::Claimed | State::Uncertain | State::UncertainTwice)
    }

    /// Whether somebody has not got it who should.
    pub fn is_owed(&self) -> bool {
        !self.is_there() && !matches!(self.state, State::Skipped)
    }
}

/// An alert in short: what a history and a digest say of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Slug of the source.
    pub source: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it burns.
    pub status: Status,
    /// Whether it is a drill.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drill: bool,
    /// What happened, in Korean.
    pub title_ko: String,
    /// What happened, in English.
    pub title_en: String,
    /// To what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// The thing that is wrong.
    pub fingerprint: String,
    /// The invocation that was told of it first.
    pub first_by: String,
}

/// Longest subject that is kept, in characters: an attacker may write a longer one.
const LONGEST_SUBJECT: usize = 300;

impl Summary {
    /// An alert in short, first met by this invocation.
    pub fn new(alert: &Alert, first_by: &str) -> Self {
        let fingerprint: &Fingerprint = &alert.fingerprint;
        Self {
            source: alert.source.to_owned(),
            severity: alert.severity,
            status: alert.status,
            drill: alert.drill,
            title_ko: alert.title.ko.to_owned(),
            title_en: alert.title.en.to_owned(),
            subject: alert.subject.as_ref().map(|subject| subject.chars().take(LONGEST_SUBJECT).collect()),
            account: alert.account.clone(),
            region: alert.region.clone(),
            time: alert.time,
            fingerprint: fingerprint.to_string(),
            first_by: first_by.to_owned(),
        }
    }
}
