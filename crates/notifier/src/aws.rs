//! The few calls of AWS's services that functions make, through our own HTTP client.
//!
//! The AWS SDK makes them too, but its clients made every function a quarter larger, and each takes some time to get ready.
//! Here is what those calls need of it: an address, a signature (by the SDK's own signer), two protocols, and what an error
//! is called.

mod endpoint;
mod json;
mod query;
mod refusal;
mod signature;

use std::fmt;

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use http::{HeaderValue, Request, Response, header};

use crate::clock;
use crate::error::{Failure, Kind};
use crate::http::Http;

pub use endpoint::{Endpoint, address, domain};
pub use json::JsonClient;
pub use query::{QueryClient, element, elements};
pub use refusal::Refusal;

/// How often a service is asked that does not answer, or has too much to do: once more at once.
const ATTEMPTS: u32 = 2;

/// A service did not do what it was asked for. The message is for people; no secret is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{service} {cause}")]
pub struct CallError {
    /// What people call the service: `DynamoDB`.
    pub service: &'static str,
    /// Why not.
    pub cause: Cause,
}

/// Why a service did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// It said so.
    Refused(Refusal),
    /// It did not answer. Whether it was asked at all stands in the failure.
    NoAnswer(Failure),
    /// It did what it was asked for, perhaps, but its answer is none of this service.
    Unreadable,
    /// There is nothing to ask with, and this is missing.
    Unasked(&'static str),
}

impl CallError {
    /// What AWS calls the error, where it has answered with one that has a name: `AccessDeniedException`.
    pub fn code(&self) -> Option<&str> {
        self.refusal().map(|refusal| refusal.code.as_str()).filter(|code| !code.is_empty())
    }

    /// What AWS has answered.
    pub fn refusal(&self) -> Option<&Refusal> {
        if let Cause::Refused(refusal) = &self.cause { Some(refusal) } else { None }
    }

    /// Whether the same question may get another answer at once.
    fn is_passing(&self) -> bool {
        match &self.cause {
            Cause::Refused(refusal) => refusal.is_passing(),
            Cause::NoAnswer(failure) => matches!(failure.kind, Kind::Unavailable | Kind::Uncertain),
            Cause::Unreadable => true,
            Cause::Unasked(_) => false,
        }
    }
}

impl fmt::Display for Cause {
    /// By code alone: an error about a signature would repeat what was signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) if refusal.code.is_empty() => f.write_str("said nothing that we know"),
            Self::Refused(refusal) => write!(f, "said {}", refusal.code),
            Self::NoAnswer(_) => f.write_str("does not answer"),
            Self::Unreadable => f.write_str("gave an answer that cannot be read"),
            Self::Unasked(missing) => write!(f, "cannot be asked: {missing}"),
        }
    }
}

/// A service, where it is, and whose rights it is asked with. Cloning is cheap.
#[derive(Debug, Clone)]
struct Service {
    /// What people call it.
    title: &'static str,
    /// What its signatures call it.
    name: &'static str,
    endpoint: Endpoint,
    credentials: SharedCredentialsProvider,
    http: Http,
    attempts: u32,
}

/// What is said in a request.
struct Question {
    content_type: String,
    target: Option<String>,
    body: Vec<u8>,
}

impl Service {
    /// Asks, and reads the answer to it.
    async fn ask<T>(&self, question: &Question, read: impl Fn(&[u8]) -> Option<T>) -> Result<T, CallError> {
        let mut attempt = 1;
        loop {
            match self.ask_once(question, &read).await.map_err(|cause| CallError { service: self.title, cause }) {
                Err(error) if attempt < self.attempts && error.is_passing() => attempt += 1,
                result => return result,
            }
        }
    }

    async fn ask_once<T>(&self, question: &Question, read: impl Fn(&[u8]) -> Option<T>) -> Result<T, Cause> {
        let request = self.request(question).await?;
        let answer: Response<Vec<u8>> = self.http.exchange(request).await.map_err(Cause::NoAnswer)?;
        if !answer.status().is_success() {
            return Err(Cause::Refused(Refusal::read(&answer)));
        }
        read(answer.body()).ok_or(Cause::Unreadable)
    }

    /// A signed request. A signature is good for five minutes, so each attempt has its own.
    async fn request(&self, question: &Question) -> Result<Request<Vec<u8>>, Cause> {
        if self.endpoint.region.is_empty() {
            return Err(Cause::Unasked("AWS_REGION is not set"));
        }
        let credentials = self.credentials.provide_credentials().await;
        let credentials = credentials.map_err(|_| Cause::Unasked("there are no AWS credentials"))?;
        let mut request = Request::post(format!("{}/", self.endpoint.address))
            .header(header::CONTENT_TYPE, &question.content_type)
            .body(question.body.clone())
            .map_err(|_| Cause::Unasked("its address is no URL"))?;
        if let Some(target) = question.target.as_ref().and_then(|target| HeaderValue::from_str(target).ok()) {
            request.headers_mut().insert("x-amz-target", target);
        }
        let scope = signature::Scope { service: self.name, region: &self.endpoint.region };
        let signed = signature::sign(request, scope, credentials, clock::now());
        signed.ok_or(Cause::Unasked("the AWS credentials cannot be sent in a request"))
    }
}

#[cfg(test)]
mod tests;
