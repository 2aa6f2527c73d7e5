//! Somebody who asks AWS about one Region: a person at their own machine, with the credentials that the AWS CLI would use, or
//! the function that looks whether all is well.

mod history;
#[cfg(feature = "operator")]
mod person;
#[cfg(feature = "operator")]
mod redrive;
pub mod survey;

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ssm::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_types::SdkConfig;
use aws_types::sdk_config::TimeoutConfig;
use notifier::Variables;
use notifier::http::Http;

use crate::sdk;

#[cfg(feature = "operator")]
pub use redrive::Redrive;

/// How long a function waits for one answer, tries again included.
const PATIENCE: Duration = Duration::from_secs(5);

/// AWS has refused, or did not answer. Says what was tried, where, and what AWS said.
#[derive(Debug, thiserror::Error)]
#[error("{what} in {region}: {cause}")]
pub struct OperatorError {
    what: &'static str,
    region: String,
    cause: String,
}

/// The AWS clients of somebody, for one Region.
#[derive(Debug, Clone)]
pub struct Operator {
    region: String,
    config: SdkConfig,
}

impl Operator {
    /// A function, by the credentials that it has; `region` need not be its own.
    pub fn function(region: &str, variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        let settings = sdk::settings(region, variables, credentials, http);
        // One that does not answer must leave time for the others.
        let timeouts = TimeoutConfig::builder().operation_timeout(PATIENCE).build();
        Self { region: region.to_owned(), config: settings.into_builder().timeout_config(timeouts).build() }
    }

    /// The Region that is asked.
    pub fn region(&self) -> &str {
        &self.region
    }

    fn error<E>(&self, what: &'static str, error: &SdkError<E>) -> OperatorError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let cause = match (error.code(), error.message()) {
            (Some(code), message) => format!("AWS says {code}: {}", message.unwrap_or_default()),
            (None, _) => DisplayErrorContext(error).to_string(),
        };
        self.plain_error(what, &cause)
    }

    fn plain_error(&self, what: &'static str, cause: &str) -> OperatorError {
        OperatorError { what, region: self.region.clone(), cause: cause.to_owned() }
    }
}
