//! The configuration of a warm environment: fetched once, refreshed now and then, kept when the refresh fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use aws::ParameterError;
use jiff::{SignedDuration, Timestamp};
use notifier::delivery::{Channel, Renewal};
use notifier::{Config, Faults, Notifier, clock};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::environment::{Environment, Origin};

/// How long the first fetch may take.
const FETCH_TIMEOUT: Duration = Duration::from_millis(2500);
/// How long a refresh may hold an alert up, where an older configuration would do.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(1);
/// How long a configuration is good. By the time of day, which goes on while an environment is frozen.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(5);
/// How long a refresh that failed is not tried again, so that not every alert waits for it.
const REFRESH_PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// There is no configuration to work with. The event stays with the platform until there is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error("there is no configuration: {0}")]
    Nowhere(&'static str),
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    #[error(transparent)]
    Faults(#[from] Faults),
}

/// Keeps the notifier that the configuration makes.
pub(crate) struct Configuration {
    environment: Environment,
    good_for: SignedDuration,
    loaded: Mutex<Option<Loaded>>,
    /// A channel's credentials were refused, and newer ones were found: the next invocation starts with those.
    outdated: AtomicBool,
}

#[derive(Clone)]
struct Loaded {
    notifier: Arc<Notifier>,
    text: String,
    good_until: Timestamp,
}

impl Configuration {
    pub(crate) fn new(environment: Environment) -> Self {
        Self { environment, good_for: GOOD_FOR, loaded: Mutex::default(), outdated: AtomicBool::default() }
    }

    /// The same, but asked again at every invocation.
    #[cfg(test)]
    pub(crate) fn good_for_nothing(environment: Environment) -> Self {
        Self { good_for: SignedDuration::ZERO, ..Self::new(environment) }
    }

    /// What it is read with.
    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The notifier of the configuration, which is fetched where it is missing or old.
    ///
    /// # Errors
    /// There is none, and there was none before.
    pub(crate) async fn notifier(&self) -> Result<Arc<Notifier>, ConfigurationError> {
        let mut loaded = self.loaded.lock().await;
        let now = clock::now();
        let Some(old) = loaded.as_mut() else {
            let text = self.fetch(FETCH_TIMEOUT).await?;
            return Ok(loaded.insert(self.build(text, now)?).notifier.clone());
        };
        if now < old.good_until && !self.outdated.swap(false, Ordering::Relaxed) {
            return Ok(old.notifier.clone());
        }
        match self.refresh(old, now).await {
            Ok(fresh) => *old = fresh,
            Err(error) => {
                tracing::error!(%error, "the older configuration stays in use");
                old.good_until = now.saturating_add(self.good_for.min(REFRESH_PAUSE)).unwrap_or(now);
            }
        }
        Ok(old.notifier.clone())
    }

    /// Fetches the configuration, and opens a connection to every provider.
    pub(crate) async fn open_connections(&self) {
        if let Ok(notifier) = self.notifier().await {
            notifier.open_connections(&self.environment.clients).await;
        }
    }

    async fn refresh(&self, old: &Loaded, now: Timestamp) -> Result<Loaded, ConfigurationError> {
        let text = self.fetch(REFRESH_TIMEOUT).await?;
        if text == old.text {
            return Ok(Loaded { good_until: self.good_until(now), ..old.clone() });
        }
        self.build(text, now)
    }

    fn build(&self, text: String, now: Timestamp) -> Result<Loaded, ConfigurationError> {
        let Environment { variables, clients, ledger, .. } = &self.environment;
        let config = Config::parse(&text, variables)?;
        let notifier = Arc::new(Notifier::new(config, clients, ledger.clone()));
        Ok(Loaded { notifier, text, good_until: self.good_until(now) })
    }

    fn good_until(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.good_for).unwrap_or(now)
    }

    async fn fetch(&self, time: Duration) -> Result<String, ConfigurationError> {
        match &self.environment.origin {
            Origin::Text(text) => Ok(text.clone()),
            Origin::Parameter(parameter) => match timeout(time, parameter.read()).await {
                Ok(text) => Ok(text?),
                Err(_) => Err(parameter.error(format!("SSM did not answer within {} ms", time.as_millis())).into()),
            },
            Origin::Nowhere(why) => Err(ConfigurationError::Nowhere(why)),
        }
    }
}

#[async_trait]
impl Renewal for Configuration {
    async fn renew(&self, channel: &str) -> Option<Channel> {
        let old = self.loaded.lock().await.as_ref()?.text.clone();
        let text = self.fetch(REFRESH_TIMEOUT).await.ok().filter(|text| *text != old)?;
        let Environment { variables, clients, .. } = &self.environment;
        let config = Config::parse(&text, variables).ok()?;
        let channel = config.channels.iter().find(|it| it.name == channel)?;
        self.outdated.store(true, Ordering::Relaxed);
        Some(Channel::configured(channel, clients))
    }
}
