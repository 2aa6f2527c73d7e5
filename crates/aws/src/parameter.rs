//! The configuration as an SSM `SecureString`.
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>

use aws_credential_types::provider::SharedCredentialsProvider;
use notifier::Variables;
use notifier::aws::{CallError, JsonClient};
use notifier::http::Http;
use serde_json::{Value, json};

/// A parameter that is read again and again.
#[derive(Debug, Clone)]
pub struct Parameter {
    name: String,
    client: JsonClient,
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
        Self { name: name.to_owned(), client: JsonClient::ssm(variables, credentials, http) }
    }

    /// Opens a connection. Nothing is asked. Fails silently: reading will tell.
    pub async fn open(&self) {
        self.client.open().await;
    }

    /// Reads the text, decrypted.
    ///
    /// # Errors
    /// It is not there, this role may not read it, or SSM does not answer.
    pub async fn read(&self) -> Result<String, ParameterError> {
        let question = json!({ "Name": self.name, "WithDecryption": true });
        let answer = self.client.call("GetParameter", &question).await.map_err(|error| self.error(explain(&error)))?;
        let value = answer.pointer("/Parameter/Value").and_then(Value::as_str);
        value.map(str::to_owned).ok_or_else(|| self.error("it has no value".to_owned()))
    }

    /// An error about this parameter.
    pub fn error(&self, cause: String) -> ParameterError {
        ParameterError { name: self.name.clone(), cause }
    }
}

fn explain(error: &CallError) -> String {
    match error.code() {
        Some("ParameterNotFound") => "it does not exist in this Region: run `bongsu config push`".to_owned(),
        Some("AccessDeniedException") => "this role may not read it (ssm:GetParameter, kms:Decrypt)".to_owned(),
        Some("ThrottlingException") => {
            "SSM is throttling: too many requests; the next invocation asks again".to_owned()
        }
        _ => error.to_string(),
    }
}
