//! A channel as delivery sees it: one attempt, one look-up, each with a limit of time and without secrets in what it says.

use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout};

use crate::clock;
use crate::config;
use crate::error::Failure;
use crate::http::ATTEMPT_TIMEOUT;
use crate::provider::{Clients, Found, Letter, Provider, Sent};

/// How long a look-up may take.
const LOOK_UP_TIMEOUT: Duration = Duration::from_secs(3);
/// What an error may have of a provider's own words.
const MAX_MESSAGE: usize = 300;

/// A named provider.
#[derive(Debug)]
pub struct Channel {
    /// The name in the configuration.
    pub name: String,
    /// Whether an alert that is over is told too.
    pub tells_resolved: bool,
    /// The provider.
    pub provider: Box<dyn Provider>,
}

impl Channel {
    /// A channel of the configuration.
    pub fn new(channel: &config::Channel, clients: &Clients) -> Self {
        let config::Channel { name, settings } = channel;
        Self { name: name.clone(), tells_resolved: settings.tells_resolved(), provider: settings.provider(clients) }
    }

    /// Makes one attempt, which ends at the deadline at the latest.
    ///
    /// # Errors
    /// As [`Provider::send`]; an attempt that was cut off is uncertain.
    pub async fn attempt(&self, letter: &Letter<'_>, deadline: Instant) -> Result<Sent, Failure> {
        let time = ATTEMPT_TIMEOUT.min(deadline.saturating_duration_since(clock::instant()));
        match timeout(time, self.provider.send(letter)).await {
            Ok(Ok(mut sent)) => {
                for (_, result) in &mut sent.recipients {
                    *result = result.clone().map_err(|failure| self.clean(failure));
                }
                Ok(sent)
            }
            Ok(Err(failure)) => Err(self.clean(failure)),
            Err(_) => Err(Failure::uncertain("no answer in time")),
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

    /// An error for people: in one line, not too long, and without our secrets, which an answer may repeat.
    fn clean(&self, mut failure: Failure) -> Failure {
        for secret in self.provider.secrets() {
            let secret = secret.expose_secret();
            if !secret.is_empty() {
                failure.message = failure.message.replace(secret, "•••");
            }
        }
        let line = failure.message.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
        failure.message = line.take(MAX_MESSAGE).collect();
        failure
    }
}
