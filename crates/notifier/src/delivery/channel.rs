//! A channel as delivery sees it: one attempt, one look-up, each with a limit of time and without secrets in what it says.

use std::time::Duration;

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

use super::ledger::Limit;
use crate::clock;
use crate::config;
use crate::error::Failure;
use crate::http::ATTEMPT_TIMEOUT;
use crate::provider::{Clients, Found, Letter, Provider, Receipt, Recipient, Sent};

/// How long a look-up may take.
const LOOK_UP_TIMEOUT: Duration = Duration::from_secs(3);
/// How many attempts a channel makes at once.
const ATTEMPTS_AT_ONCE: usize = 8;
/// What an error may have of a provider's own words.
const MAX_MESSAGE: usize = 300;

/// A named provider.
#[derive(Debug)]
pub struct Channel {
    /// The name in the configuration.
    pub name: String,
    /// Whether an alert that is over is told too.
    pub tells_resolved: bool,
    /// How many alerts it is sent in a while.
    pub limit: Limit,
    /// The provider.
    pub provider: Box<dyn Provider>,
    /// Lets a few attempts through at once, so that a storm of alerts does not open a thousand connections, and a slow
    /// channel holds up no other.
    gate: Semaphore,
}

impl Channel {
    /// A channel of this name.
    pub fn new(name: &str, tells_resolved: bool, limit: Limit, provider: Box<dyn Provider>) -> Self {
        Self { name: name.to_owned(), tells_resolved, limit, provider, gate: Semaphore::new(ATTEMPTS_AT_ONCE) }
    }

    /// A channel of the configuration.
    pub fn configured(channel: &config::Channel, clients: &Clients) -> Self {
        let config::Channel { name, settings, limit } = channel;
        Self::new(name, settings.tells_resolved(), *limit, settings.provider(clients))
    }

    /// Makes one attempt, which ends at the deadline at the latest. `left` is asked once more when it is this attempt's
    /// turn, since a process may have been frozen while it waited.
    ///
    /// # Errors
    /// As [`Provider::send`]; an attempt that was cut off is uncertain.
    pub async fn attempt(&self, letter: &Letter<'_>, left: impl Fn() -> Duration) -> Result<Sent, Failure> {
        let Ok(_permit) = timeout(left(), self.gate.acquire()).await else {
            return Err(Failure::unavailable("too many alerts were waiting for this channel"));
        };
        let time = ATTEMPT_TIMEOUT.min(left());
        if time.is_zero() {
            return Err(Failure::unavailable("there was no time left to send it"));
        }
        // The clock is asked first: a process that was frozen must not go on with what it was about to write.
        tokio::select! {
            biased;
            () = sleep(time) => Err(Failure::uncertain("no answer in time")),
            answer = self.provider.send(letter) => match answer {
                Ok(mut sent) => {
                    for (_, result) in &mut sent.recipients {
                        *result = result.clone().map_err(|failure| self.clean(failure));
                    }
                    Ok(sent)
                }
                Err(failure) => Err(self.clean(failure)),
            }
        }
    }

    /// Asks which recipients have the alert. `None` where the provider cannot tell.
    ///
    /// # Errors
    /// The question was not answered in time.
    pub async fn look_up(&self, letter: &Letter<'_>, deadline: Instant) -> Option<Result<Vec<Found>, Failure>> {
        let time = LOOK_UP_TIMEOUT.min(deadline.saturating_duration_since(clock::instant()));
        match timeout(time, self.provider.look_up(letter)).await {
            Ok(answer) => Some(answer?.map_err(|failure| self.clean(failure))),
            Err(_) => Some(Err(Failure::unavailable("the look-up was not answered in time"))),
        }
    }

    /// Asks what became of a text that was accepted. `None` where it cannot be told now.
    pub async fn receipt(&self, to: &Recipient, id: &str, since: Timestamp, deadline: Instant) -> Option<Receipt> {
        let time = LOOK_UP_TIMEOUT.min(deadline.saturating_duration_since(clock::instant()));
        match timeout(time, self.provider.receipt(to, id, since)).await.ok()?? {
            Ok(Receipt::Failed(why)) => Some(Receipt::Failed(self.clean(Failure::rejected(why)).message)),
            Ok(receipt) => Some(receipt),
            Err(failure) => {
                tracing::warn!(channel = self.name, error = %self.clean(failure), "no receipt");
                None
            }
        }
    }

    /// An error for people: in one line, not too long, and without our secrets and people's numbers, which an answer may
    /// repeat.
    fn clean(&self, mut failure: Failure) -> Failure {
        let line = without_secrets(&*self.provider, failure.message);
        let line = line.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
        failure.message = line.take(MAX_MESSAGE).collect();
        failure
    }
}

/// Words without the secrets of a provider's channel, and with the numbers of its recipients masked.
pub(crate) fn without_secrets(provider: &dyn Provider, mut words: String) -> String {
    for secret in provider.secrets() {
        let secret = secret.expose_secret();
        for spelling in [secret.to_owned(), utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string()] {
            if !spelling.is_empty() {
                words = words.replace(&spelling, "•••");
            }
        }
    }
    for recipient in provider.recipients().iter().filter(|recipient| !recipient.is_channel()) {
        words = words.replace(recipient.reveal(), &recipient.to_string());
    }
    words
}
