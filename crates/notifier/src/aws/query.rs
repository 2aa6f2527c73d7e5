//! The protocol AWS Query, a form that is answered in XML: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

use aws_credential_types::provider::SharedCredentialsProvider;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use roxmltree::Document;

use super::{ATTEMPTS, CallError, Endpoint, Question, Service};
use crate::config::Variables;
use crate::http::Http;

/// A service that speaks the Query protocol. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct QueryClient {
    service: Service,
    version: &'static str,
}

impl QueryClient {
    /// SNS at this endpoint. Nothing is asked yet.
    pub fn sns(endpoint: Endpoint, credentials: SharedCredentialsProvider, http: Http) -> Self {
        Self::new("SNS", "sns", "2010-03-31", endpoint, credentials, http)
    }

    /// IAM in the partition of this environment. Nothing is asked yet.
    pub fn iam(variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        Self::new("IAM", "iam", "2010-05-08", Endpoint::of_iam(variables), credentials, http)
    }

    fn new(
        title: &'static str,
        name: &'static str,
        version: &'static str,
        endpoint: Endpoint,
        credentials: SharedCredentialsProvider,
        http: Http,
    ) -> Self {
        Self { service: Service { title, name, endpoint, credentials, http, attempts: ATTEMPTS }, version }
    }

    /// Never asks twice: for who does so itself.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.service.attempts = 1;
        self
    }

    /// Calls an action with the parameters that AWS's reference names. The answer is XML: see [`element`].
    ///
    /// # Errors
    /// It was not done, or nobody knows.
    pub async fn call(&self, action: &str, parameters: &[(&str, &str)]) -> Result<String, CallError> {
        let question = Question {
            content_type: "application/x-www-form-urlencoded".to_owned(),
            target: None,
            body: form(&[&[("Action", action), ("Version", self.version)], parameters].concat()).into_bytes(),
        };
        self.service.ask(&question, |body| read(action, body)).await
    }
}

/// The text of the first element that is called so.
pub fn element(answer: &str, name: &str) -> Option<String> {
    elements(answer, name).into_iter().next()
}

/// The texts of all elements that are called so, in any namespace and at any depth; an empty one has an empty text.
pub fn elements(answer: &str, name: &str) -> Vec<String> {
    let Ok(document) = Document::parse(answer) else { return Vec::new() };
    let found = document.descendants().filter(|node| node.tag_name().name() == name);
    found.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

fn form(fields: &[(&str, &str)]) -> String {
    /// All but these is encoded: <https://datatracker.ietf.org/doc/html/rfc3986#section-2.3>
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let fields = fields.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ENCODED)));
    fields.collect::<Vec<_>>().join("&")
}

/// An answer is the service's own only where it is called like the action.
fn read(action: &str, body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let is_ours = Document::parse(text).ok()?.root_element().tag_name().name() == format!("{action}Response");
    is_ours.then(|| text.to_owned())
}
