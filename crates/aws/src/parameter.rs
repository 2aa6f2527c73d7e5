//! The configuration as an SSM `SecureString`.
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ssm::error::{ProvideErrorMetadata, SdkError};
use notifier::Variables;
use notifier::http::Http;

use crate::sdk;

/// A parameter that is read again and again.
#[derive(Debug, Clone)]
pub struct Parameter {
    name: String,
    client: aws_sdk_ssm::Client,
}

/// The parameter cannot be read. Says which one, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("the configuration in the SSM parameter {name} cannot be read: {cause}")]
pub struct ParameterError {
    name: String,
    cause: String,
}

impl Parameter {
    /// A parameter in the Region of this environment.
    pub fn new(name: &str, variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        let client = aws_sdk_ssm::Client::new(&sdk::settings("SSM", variables, credentials, http));
        Self { name: name.to_owned(), client }
    }

    /// Reads the text, decrypted.
    ///
    /// # Errors
    /// It is not there, this role may not read it, or SSM does not answer.
    pub async fn read(&self) -> Result<String, ParameterError> {
        let answer = self.client.get_parameter().name(&self.name).with_decryption(true).send().await;
        let parameter = answer.map_err(|error| self.error(explain(&error)))?.parameter;
        parameter.and_then(|parameter| parameter.value).ok_or_else(|| self.error("it has no value".to_owned()))
    }

    /// An error about this parameter.
    pub fn error(&self, cause: String) -> ParameterError {
        ParameterError { name: self.name.clone(), cause }
    }
}

fn explain<E: ProvideErrorMetadata>(error: &SdkError<E>) -> String {
    match error {
        SdkError::ServiceError(answer) => match answer.err().code() {
            Some("ParameterNotFound") => "it does not exist in this Region: run `bongsu config push`".to_owned(),
            Some("AccessDeniedException") => "this role may not read it (ssm:GetParameter, kms:Decrypt)".to_owned(),
            Some("ThrottlingException") => {
                "SSM is throttling: too many requests; the next invocation asks again".to_owned()
            }
            code => format!("SSM said {}", code.unwrap_or("nothing that we know")),
        },
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => "SSM does not answer".to_owned(),
        _ => "the request or its answer is broken".to_owned(),
    }
}
