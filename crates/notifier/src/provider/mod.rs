//! The channels' providers. A new one is a file beside this one and a line in `providers!`.

use std::fmt;

use async_trait::async_trait;
use aws_credential_types::provider::SharedCredentialsProvider;
use jiff::Timestamp;
use secrecy::SecretString;

use crate::config::Reader;
use crate::delivery::Limit;
use crate::error::Failure;
use crate::health::Health;
use crate::http::Http;
use crate::render::{Document, Mark};

mod address;
mod check;
mod sms;

pub use sms::{Format, Texting};

/// Registers the providers: name in the configuration, module, type.
macro_rules! providers {
    ($($name:literal => $module:ident::$provider:ident),+ $(,)?) => {
        $(pub mod $module;)+

        /// The values of `type` in the configuration.
        pub const NAMES: &[&str] = &[$($name),+];

        /// What a channel's provider needs, as the operator wrote it.
        #[derive(Debug, Clone)]
        pub enum Settings {
            $(#[doc = concat!("`type = \"", $name, "\"`")] $provider($module::Settings)),+
        }

        impl Settings {
            /// Reads a `[channels.…]` table. `None` where there is no such type; `Some(None)` where the table has faults.
            pub(crate) fn read(kind: &str, table: &Reader<'_>) -> Option<Option<Self>> {
                match kind {
                    $($name => Some($module::Settings::read(table).map(Self::$provider)),)+
                    _ => None,
                }
            }

            /// The name in the configuration.
            pub const fn type_name(&self) -> &'static str {
                match self { $(Self::$provider(_) => $name),+ }
            }

            /// Whether an alert that is over is told too.
            pub fn tells_resolved(&self) -> bool {
                match self { $(Self::$provider(settings) => settings.tells_resolved()),+ }
            }

            /// Where its connections go: the start of a URL.
            pub fn address(&self) -> &str {
                match self { $(Self::$provider(settings) => &settings.base_url),+ }
            }

            /// How many alerts it is sent in a while, where the configuration does not say.
            pub const fn default_limit(&self) -> Limit {
                match self { $(Self::$provider(_) => $module::LIMIT),+ }
            }

            /// Sends everything somewhere else: to the sandbox.
            pub fn set_address(&mut self, url: &str) {
                match self { $(Self::$provider(settings) => url.clone_into(&mut settings.base_url)),+ }
            }

            /// Asks the provider whether a message would pass now, without one. `fewest` is how many texts an account
            /// should still pay for. Nothing that it says holds a secret.
            ///
            /// Not a method of [`Provider`]: the functions that send would carry what only a check needs.
            pub async fn check(&self, clients: &Clients, fewest: u64) -> Vec<Health> {
                match self {
                    $(Self::$provider(settings) => {
                        let provider = $module::$provider::new(settings.clone(), clients);
                        let found = provider.check(fewest).await;
                        found.into_iter().map(|health| check::clean(&provider, health)).collect()
                    })+
                }
            }

            /// The provider that works with these settings.
            pub fn provider(&self, clients: &Clients) -> Box<dyn Provider> {
                match self { $(Self::$provider(settings) => Box::new($module::$provider::new(settings.clone(), clients))),+ }
            }
        }

        #[cfg(test)]
        pub(crate) mod samples {
            /// What the contract test needs of every provider.
            pub(crate) const ALL: &[(&str, super::contract::Sample)] = &[$(($name, super::$module::tests::SAMPLE)),+];
        }
    };
}

providers! {
    "telegram" => telegram::Telegram,
    "nhn-sms" => nhn_sms::NhnSms,
    "solapi" => solapi::Solapi,
    "sns-email" => sns_email::SnsEmail,
}

/// What providers reach the world with.
#[derive(Debug, Clone)]
pub struct Clients {
    /// The HTTP client that all of them share.
    pub http: Http,
    /// AWS credentials, for the providers that are AWS services.
    pub credentials: Option<SharedCredentialsProvider>,
}

/// Somebody who sends messages on. Holds no state but its settings and connections.
#[async_trait]
pub trait Provider: Send + Sync + fmt::Debug {
    /// Who is reached, one by one, where the provider answers for each; else the channel as a whole.
    fn recipients(&self) -> Vec<Recipient> {
        vec![Recipient::channel()]
    }

    /// Whether each message costs money, so that nothing is sent twice on the chance.
    fn is_paid(&self) -> bool {
        false
    }

    /// Everything that must never be shown. Failures are searched for it before anyone sees them.
    fn secrets(&self) -> Vec<&SecretString>;

    /// Makes one attempt.
    ///
    /// # Errors
    /// A failure that is true of all recipients; what is true of one stands in [`Sent`].
    async fn send(&self, letter: &Letter<'_>) -> Result<Sent, Failure>;

    /// The SNS topic that it publishes to.
    fn topic(&self) -> Option<&str> {
        None
    }

    /// Asks what became of a text that it had accepted as `id`. `None` where it cannot tell.
    async fn receipt(&self, _to: &Recipient, _id: &str, _since: Timestamp) -> Option<Result<Receipt, Failure>> {
        None
    }

    /// Asks the provider which recipients have this alert already. `None` where it cannot tell.
    async fn look_up(&self, _letter: &Letter<'_>) -> Option<Result<Vec<Found>, Failure>> {
        None
    }
}

/// One message on its way.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// What is said.
    pub document: &'a Document,
    /// Whether it may be there already.
    pub mark: Mark,
    /// Who is still owed it.
    pub to: &'a [Recipient],
    /// Names the alert at the provider: 32 hexadecimal digits.
    pub reference: &'a str,
    /// When the first attempt may have been made: where a look-up begins.
    pub since: Timestamp,
}

/// What a provider said of an attempt that it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The provider's name for the whole request.
    pub provider_id: Option<String>,
    /// Each recipient: accepted, with the provider's name for the message, or not.
    pub recipients: Vec<(Recipient, Result<Option<String>, Failure>)>,
    /// Something that the operators should mend although the message has passed.
    pub note: Option<String>,
}

impl Sent {
    /// Accepted as a whole.
    pub fn whole(provider_id: Option<String>) -> Self {
        Self { provider_id: provider_id.clone(), recipients: vec![(Recipient::channel(), Ok(provider_id))], note: None }
    }
}

/// What became of a text at the carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// Nobody knows yet.
    Pending,
    /// It is on the phone.
    Delivered,
    /// It will not get there, and this is why.
    Failed(String),
}

/// A recipient that was looked up, and the message that was found.
pub type Found = (Recipient, Option<String>);

/// A phone number, or the channel as a whole. Shows itself masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient(String);

impl Recipient {
    /// A phone number of digits.
    pub fn number(number: impl Into<String>) -> Self {
        Self(number.into())
    }

    /// The channel as a whole, where the provider does not answer for each recipient.
    pub const fn channel() -> Self {
        Self(String::new())
    }

    /// Whether it stands for the whole channel.
    pub fn is_channel(&self) -> bool {
        self.0.is_empty()
    }

    /// The number itself, for the provider only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Recipient {
    /// `010****5678`: enough to know whose it is, too little to call.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.chars().count();
        let (front, back) = if count >= 10 { (3, 4) } else { (0, 2.min(count / 2)) };
        for (index, digit) in self.0.chars().enumerate() {
            write!(f, "{}", if index < front || index + back >= count { digit } else { '*' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Leaves nothing in a part of a URL that could end it.
const URL_PART: &percent_encoding::AsciiSet = percent_encoding::NON_ALPHANUMERIC;

/// A request's body. Our own structs have nothing that JSON could not say.
fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// Reads words for people, whatever a provider puts there: null, a number, nothing.
fn words<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value: serde_json::Value = serde::Deserialize::deserialize(deserializer)?;
    Ok(value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned))
}

/// What a status means where the body has no code that we know.
fn by_status(response: &http::Response<Vec<u8>>, message: String) -> Failure {
    use crate::error::Kind;
    let kind = match response.status().as_u16() {
        401 | 403 | 404 => Kind::Unauthorized,
        // It took too long to ask: nothing was taken.
        408 | 425 => Kind::Unavailable,
        429 => Kind::RateLimited(retry_after(response).unwrap_or(std::time::Duration::from_secs(1))),
        400..=499 => Kind::Rejected,
        _ => Kind::Uncertain,
    };
    Failure::new(kind, message)
}

/// `Retry-After` in seconds; the date form is not used by any of our providers.
fn retry_after(response: &http::Response<Vec<u8>>) -> Option<std::time::Duration> {
    let seconds = response.headers().get(http::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(std::time::Duration::from_secs(seconds))
}

#[cfg(test)]
mod contract;
