//! The protocol AWS JSON: <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>

use aws_credential_types::provider::SharedCredentialsProvider;
use serde_json::Value;

use super::{ATTEMPTS, CallError, Endpoint, Question, Service};
use crate::config::Variables;
use crate::http::Http;

/// A service that speaks JSON. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct JsonClient {
    service: Service,
    version: &'static str,
    target: &'static str,
}

/// What a service is called, and how it is spoken to.
struct Api {
    title: &'static str,
    name: &'static str,
    version: &'static str,
    target: &'static str,
}

const DYNAMODB: Api = Api { title: "DynamoDB", name: "dynamodb", version: "1.0", target: "DynamoDB_20120810" };
const SQS: Api = Api { title: "SQS", name: "sqs", version: "1.0", target: "AmazonSQS" };
const SSM: Api = Api { title: "SSM", name: "ssm", version: "1.1", target: "AmazonSSM" };

impl JsonClient {
    /// DynamoDB in the Region of this environment. Nothing is asked yet.
    pub fn dynamodb(variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        Self::new(&DYNAMODB, variables, credentials, http)
    }

    /// SQS in the Region of this environment. Nothing is asked yet.
    pub fn sqs(variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        Self::new(&SQS, variables, credentials, http)
    }

    /// Systems Manager in the Region of this environment. Nothing is asked yet.
    pub fn ssm(variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        Self::new(&SSM, variables, credentials, http)
    }

    fn new(api: &Api, variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        let endpoint = Endpoint::in_environment(api.name, variables);
        let service = Service { title: api.title, name: api.name, endpoint, credentials, http, attempts: ATTEMPTS };
        Self { service, version: api.version, target: api.target }
    }

    /// Never asks twice: for who does so itself, or does without sooner.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.service.attempts = 1;
        self
    }

    /// Opens a connection for the first call. Nothing is asked; fails silently.
    pub async fn open(&self) {
        self.service.http.open(&self.service.endpoint.address).await;
    }

    /// Calls an action with the members that AWS's reference names. It has ended only when the service has answered, or the
    /// connection broke: who cannot wait has a time limit of their own.
    ///
    /// # Errors
    /// It was not done, or nobody knows.
    pub async fn call(&self, action: &str, input: &Value) -> Result<Value, CallError> {
        let question = Question {
            content_type: format!("application/x-amz-json-{}", self.version),
            target: Some(format!("{}.{action}", self.target)),
            body: input.to_string().into_bytes(),
        };
        self.service.ask(&question, read).await
    }
}

/// An action that gives nothing may say nothing.
fn read(body: &[u8]) -> Option<Value> {
    if body.is_empty() { Some(Value::Null) } else { serde_json::from_slice(body).ok() }
}
