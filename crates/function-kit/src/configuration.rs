//! The configuration of a warm environment: fetched once, refreshed now and then, kept when the refresh fails.

use std::sync::Arc;
use std::time::Duration;

use aws::ParameterError;
use jiff::{SignedDuration, Timestamp};
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
}

#[derive(Clone)]
struct Loaded {
    notifier: Arc<Notifier>,
    text: String,
    at: Timestamp,
}

impl Configuration {
    pub(crate) fn new(environment: Environment) -> Self {
        Self { environment, good_for: GOOD_FOR, loaded: Mutex::default() }
    }

    /// The same, but asked again at every invocation.
    #[cfg(test)]
    pub(crate) fn good_for_nothing(environment: Environment) -> Self {
        Self { good_for: SignedDuration::ZERO, ..Self::new(environment) }
    }

    /// The notifier of the configuration, which is fetched where it is missing or old.
    ///
    /// # Errors
    /// There is none, and there was none before.
    pub(crate) async fn notifier(&self) -> Result<Arc<Notifier>, ConfigurationError> {
        let mut loaded = self.loaded.lock().await;
        let now = clock::now();
        let Some(old) = loaded.clone() else {
            let (fresh, _) = self.load(None, FETCH_TIMEOUT, now).await?;
            return Ok(loaded.insert(fresh).notifier.clone());
        };
        if now.duration_since(old.at) < self.good_for {
            return Ok(old.notifier);
        }
        let notifier = match self.load(Some(&old), REFRESH_TIMEOUT, now).await {
            Ok((fresh, _)) => loaded.insert(fresh).notifier.clone(),
            Err(error) => {
                tracing::error!(%error, "the older configuration stays in use");
                old.notifier
            }
        };
        Ok(notifier)
    }

    /// The notifier of a configuration that has changed since it was fetched: a rotated token, say.
    pub(crate) async fn changed(&self) -> Option<Arc<Notifier>> {
        let mut loaded = self.loaded.lock().await;
        let old = loaded.clone()?;
        let (fresh, changed) = self.load(Some(&old), REFRESH_TIMEOUT, clock::now()).await.ok()?;
        let notifier = loaded.insert(fresh).notifier.clone();
        changed.then_some(notifier)
    }

    /// Opens a connection to every provider.
    pub(crate) async fn open_connections(&self) {
        if let Ok(notifier) = self.notifier().await {
            notifier.open_connections(&self.environment.clients).await;
        }
    }

    /// Fetches the text, and builds a notifier where it is not the old one's.
    async fn load(
        &self,
        old: Option<&Loaded>,
        time: Duration,
        at: Timestamp,
    ) -> Result<(Loaded, bool), ConfigurationError> {
        let text = self.fetch(time).await?;
        if let Some(old) = old.filter(|old| old.text == text) {
            return Ok((Loaded { at, ..old.clone() }, false));
        }
        let Environment { variables, clients, ledger, .. } = &self.environment;
        let config = Config::parse(&text, variables)?;
        let notifier = Arc::new(Notifier::new(config, clients, ledger.clone()));
        Ok((Loaded { notifier, text, at }, true))
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
