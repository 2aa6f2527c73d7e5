//! What a person does with a stack: store its configuration, hold a drill, read a function's log.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_ssm::error::ProvideErrorMetadata;
use aws_sdk_ssm::types::{ParameterTier, ParameterType};
use aws_types::region::Region;
use notifier::http::Http;
use serde_json::Value;

use super::{Operator, OperatorError};
use crate::sdk::AwsHttp;

/// How often CloudWatch Logs is asked for a report, and how long one is waited for: logs show up within seconds.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

impl Operator {
    /// Finds credentials in the environment, profiles and single sign-on; nothing is asked of AWS yet.
    pub async fn new(region: &str, http: Http) -> Self {
        let loader = aws_config::defaults(BehaviorVersion::latest()).region(Region::new(region.to_owned()));
        Self { region: region.to_owned(), config: loader.http_client(AwsHttp(http)).load().await }
    }

    /// The credentials that were found.
    pub fn credentials(&self) -> Option<SharedCredentialsProvider> {
        self.config.credentials_provider()
    }

    /// The id of the account that the credentials belong to.
    ///
    /// # Errors
    /// There are no credentials, or they are refused.
    pub async fn account(&self) -> Result<String, OperatorError> {
        let identity = aws_sdk_sts::Client::new(&self.config).get_caller_identity().send().await;
        let identity = identity.map_err(|error| self.error("cannot ask who you are", &error))?;
        Ok(identity.account.unwrap_or_default())
    }

    /// Reads a parameter, decrypted; `None` where there is none.
    ///
    /// # Errors
    /// It may not be read.
    pub async fn read_parameter(&self, name: &str) -> Result<Option<String>, OperatorError> {
        let client = aws_sdk_ssm::Client::new(&self.config);
        match client.get_parameter().name(name).with_decryption(true).send().await {
            Ok(answer) => Ok(answer.parameter.and_then(|parameter| parameter.value)),
            Err(error) if error.code() == Some("ParameterNotFound") => Ok(None),
            Err(error) => Err(self.error("cannot read the configuration", &error)),
        }
    }

    /// Stores a parameter as a `SecureString`. SSM takes 8 KB at the most.
    /// <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>
    ///
    /// # Errors
    /// It may not be written.
    pub async fn write_parameter(&self, name: &str, value: &str) -> Result<(), OperatorError> {
        let client = aws_sdk_ssm::Client::new(&self.config);
        let put = client.put_parameter().name(name).value(value).overwrite(true);
        let put = put.r#type(ParameterType::SecureString).tier(ParameterTier::IntelligentTiering);
        put.send().await.map_err(|error| self.error("cannot store the configuration", &error))?;
        Ok(())
    }

    /// Puts an event, as [`drill::event`](crate::drill::event) makes it, on the account's default bus.
    ///
    /// # Errors
    /// The bus does not take it.
    pub async fn put_event(&self, event: &Value) -> Result<(), OperatorError> {
        let text = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or_default();
        let resources = event.get("resources").and_then(Value::as_array).into_iter().flatten();
        let entry = PutEventsRequestEntry::builder()
            .source(text("source"))
            .detail_type(text("detail-type"))
            .detail(event.get("detail").unwrap_or(&Value::Null).to_string())
            .set_resources(Some(resources.filter_map(Value::as_str).map(str::to_owned).collect()))
            .build();
        let client = aws_sdk_eventbridge::Client::new(&self.config);
        let what = "cannot put the drill on the event bus";
        let answer = client.put_events().entries(entry).send().await.map_err(|error| self.error(what, &error))?;
        let refused = answer.entries().iter().find_map(|entry| entry.error_message());
        refused.map_or(Ok(()), |cause| Err(self.plain_error(what, cause)))
    }

    /// Waits for a line of a log that holds `words`, and gives it back; `None` where none came in time.
    ///
    /// # Errors
    /// There is no such log group, or it may not be read.
    pub async fn wait_for_log(
        &self,
        group: &str,
        words: &str,
        since: jiff::Timestamp,
        patience: Duration,
    ) -> Result<Option<String>, OperatorError> {
        let client = aws_sdk_cloudwatchlogs::Client::new(&self.config);
        let mut waited = Duration::ZERO;
        while waited <= patience {
            let filter = client.filter_log_events().log_group_name(group).start_time(since.as_millisecond());
            let answer = filter.filter_pattern(format!("\"{words}\"")).send().await;
            let answer = answer.map_err(|error| self.error("cannot read the function's log", &error))?;
            if let Some(line) = answer.events().iter().find_map(|event| event.message()) {
                return Ok(Some(line.to_owned()));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
            waited += LOOK_AGAIN;
        }
        Ok(None)
    }
}
