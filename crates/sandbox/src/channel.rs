use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A provider, by the name of the channel type that sends to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Telegram Bot API.
    Telegram,
    /// NHN Cloud SMS v3.0.
    NhnSms,
    /// SOLAPI v4.
    Solapi,
    /// AWS SNS, topics with email subscriptions.
    SnsEmail,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Telegram, Self::NhnSms, Self::Solapi, Self::SnsEmail];

    /// Whether it sends texts to phones, by way of a carrier.
    pub const fn is_texting(self) -> bool {
        matches!(self, Self::NhnSms | Self::Solapi)
    }

    /// The name in the configuration, in faults and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::NhnSms => "nhn-sms",
            Self::Solapi => "solapi",
            Self::SnsEmail => "sns-email",
        }
    }
}

/// No channel has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown channel `{0}`: telegram, nhn-sms, solapi or sns-email")]
pub struct UnknownChannel(pub String);

impl FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(name: &str) -> Result<Self, UnknownChannel> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == name).ok_or_else(|| UnknownChannel(name.to_owned()))
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Channel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
