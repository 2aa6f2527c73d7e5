//! A sandbox of its own for every test, and a client for it.

use std::sync::Once;

use reqwest::Method;
use sandbox::{Accounts, Fault, Sandbox};
use serde_json::Value;

/// A running sandbox and somebody who asks it.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    client: reqwest::Client,
}

/// An answer that has been read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }
}

/// A request that gets no answer.
pub(crate) type Silence = reqwest::Error;

/// Starts a sandbox with the demo's accounts.
pub(crate) async fn stage() -> Stage {
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), Accounts::default()).await.unwrap();
    Stage { sandbox, client: client() }
}

#[expect(clippy::disallowed_methods, reason = "tests of the sandbox speak to it without the notifier's clients")]
fn client() -> reqwest::Client {
    static TLS: Once = Once::new();
    TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::new()
}

impl Stage {
    /// Sends a request and reads the answer.
    pub(crate) async fn try_ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Result<Answer, Silence> {
        let request = self.client.request(method, format!("{}{path}", self.sandbox.url())).body(body);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = request.timeout(std::time::Duration::from_secs(8)).send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, text: response.text().await? })
    }

    /// The same, where an answer must come.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        self.try_ask(method, path, headers, body).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], "").await
    }

    pub(crate) fn inject(&self, fault: &str) {
        self.sandbox.inject(fault.parse::<Fault>().unwrap());
    }

    /// What the phones show.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.sandbox.messages().into_iter().map(|message| message.text).collect()
    }
}

/// `application/x-www-form-urlencoded`.
pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    let encode = |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    pairs.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect::<Vec<_>>().join("&")
}
