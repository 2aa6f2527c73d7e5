use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::{Channel, UnknownChannel};

/// A way for a send to go wrong. Look-ups and `GET /` never go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The request is read and never answered; the connection stays open for up to a minute. Nothing is accepted.
    Timeout,
    /// The message **is** accepted, then the connection is reset before any answer: the sender cannot know.
    ResetAfterWrite,
    /// The provider's own internal error. Nothing is accepted.
    Status500,
    /// The provider's own "too many requests". Nothing is accepted.
    Status429,
    /// The provider's own answer to credentials that it does not know.
    Unauthorized,
    /// Status 200 with a body that cannot be parsed. Nothing is accepted.
    Garbage,
    /// The correct answer, after three seconds. The message is accepted.
    Slow,
    /// The provider's own refusal of a message that it will never take.
    Refuse,
    /// The text is accepted, and the carrier fails it later: who asks learns that the phone is switched off. Texts only.
    Carrier,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Timeout,
        Self::ResetAfterWrite,
        Self::Status500,
        Self::Status429,
        Self::Unauthorized,
        Self::Garbage,
        Self::Slow,
        Self::Refuse,
        Self::Carrier,
    ];

    /// The name on the command line and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::ResetAfterWrite => "reset-after-write",
            Self::Status500 => "500",
            Self::Status429 => "429",
            Self::Unauthorized => "unauthorized",
            Self::Garbage => "garbage",
            Self::Slow => "slow",
            Self::Refuse => "refuse",
            Self::Carrier => "carrier",
        }
    }
}

/// A fault to come: what happens to which channel, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Whose sends it hits.
    pub channel: Channel,
    /// What happens to them.
    pub kind: FaultKind,
    /// The number of sends that it hits; `None` is every send until [`Control::heal`](crate::Control::heal).
    pub times: Option<u32>,
}

/// A text is no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseFaultError {
    /// Something is missing.
    #[error("`{0}` is not CHANNEL=KIND or CHANNEL=KIND:TIMES, as in `telegram=500:2`")]
    Form(String),
    /// No such channel.
    #[error(transparent)]
    Channel(#[from] UnknownChannel),
    /// No such kind.
    #[error(
        "unknown fault `{0}`: timeout, reset-after-write, 500, 429, unauthorized, garbage, slow, refuse or carrier"
    )]
    Kind(String),
    /// The channel sends no texts.
    #[error("`{0}` has no carrier that could fail: only nhn-sms and solapi have one")]
    NoCarrier(Channel),
}

impl FromStr for FaultKind {
    type Err = ParseFaultError;

    fn from_str(name: &str) -> Result<Self, ParseFaultError> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
        found.ok_or_else(|| ParseFaultError::Kind(name.to_owned()))
    }
}

impl Fault {
    /// A fault of a kind that the channel can have.
    ///
    /// # Errors
    /// [`ParseFaultError::NoCarrier`] where the channel sends no texts.
    pub fn new(channel: Channel, kind: FaultKind, times: Option<u32>) -> Result<Self, ParseFaultError> {
        if kind == FaultKind::Carrier && !channel.is_texting() {
            return Err(ParseFaultError::NoCarrier(channel));
        }
        Ok(Self { channel, kind, times })
    }
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    /// Reads `CHANNEL=KIND` or `CHANNEL=KIND:TIMES`.
    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let form = || ParseFaultError::Form(text.to_owned());
        let (channel, fault) = text.split_once('=').ok_or_else(form)?;
        let (kind, times) = match fault.split_once(':') {
            Some((kind, times)) => (kind, Some(times.parse().map_err(|_| form())?)),
            None => (fault, None),
        };
        Self::new(channel.parse()?, kind.parse()?, times)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.channel, self.kind)?;
        self.times.map_or(Ok(()), |times| write!(f, ":{times}"))
    }
}

impl Serialize for FaultKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The faults that are still to come, in the order they were asked for.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// One more, after those that the channel already has.
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// None any more.
    pub(crate) fn heal(&mut self) {
        self.0.clear();
    }

    /// None any more of one channel.
    pub(crate) fn heal_channel(&mut self, channel: Channel) {
        self.0.retain(|fault| fault.channel != channel);
    }

    /// What is still to come.
    pub(crate) fn list(&self) -> &[Fault] {
        &self.0
    }

    /// What happens to the channel's next send.
    pub(crate) fn take(&mut self, channel: Channel) -> Option<FaultKind> {
        let fault = self.0.iter_mut().find(|fault| fault.channel == channel && fault.times != Some(0))?;
        fault.times = fault.times.map(|times| times - 1);
        let kind = fault.kind;
        self.0.retain(|fault| fault.times != Some(0));
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_written_as_channel_kind_and_times() {
        let fault: Fault = "nhn-sms=reset-after-write:3".parse().unwrap();
        assert_eq!(fault, Fault { channel: Channel::NhnSms, kind: FaultKind::ResetAfterWrite, times: Some(3) });
        assert_eq!("telegram=429".parse::<Fault>().unwrap().times, None);
    }

    #[test]
    fn every_channel_and_kind_reads_back_what_it_shows() {
        for channel in Channel::ALL {
            for kind in FaultKind::ALL.into_iter().filter(|kind| *kind != FaultKind::Carrier || channel.is_texting()) {
                let fault = Fault { channel, kind, times: Some(1) };
                assert_eq!(fault.to_string().parse::<Fault>().unwrap(), fault);
            }
        }
    }

    #[test]
    fn what_is_no_fault_is_told_with_what_would_be() {
        for (text, says) in [
            ("telegram", "CHANNEL=KIND"),
            ("telegram=500:often", "CHANNEL=KIND"),
            ("pigeon=500", "nhn-sms"),
            ("telegram=rain", "reset-after-write"),
            ("telegram=carrier", "no carrier"),
            ("sns-email=carrier:1", "only nhn-sms and solapi"),
        ] {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_counted_fault_ends_and_the_next_one_begins() {
        let mut faults = Faults::default();
        faults.inject("telegram=500:2".parse().unwrap());
        faults.inject("telegram=slow".parse().unwrap());
        let taken: Vec<_> = (0..4).map(|_| faults.take(Channel::Telegram).unwrap().as_str()).collect();
        assert_eq!(taken, ["500", "500", "slow", "slow"]);
        assert_eq!(faults.take(Channel::Solapi), None);
        assert_eq!(faults.list().len(), 1);
        faults.heal();
        assert_eq!(faults.take(Channel::Telegram), None);
    }

    #[test]
    fn one_channel_heals_without_the_others() {
        let mut faults = Faults::default();
        faults.inject("nhn-sms=500".parse().unwrap());
        faults.inject("telegram=500".parse().unwrap());
        faults.heal_channel(Channel::NhnSms);
        assert_eq!((faults.take(Channel::NhnSms), faults.list().len()), (None, 1));
    }
}
