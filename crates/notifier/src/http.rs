//! The one HTTP client: its timeouts, its idle connections and its TLS are decided here, for every provider and for
//! AWS.

use std::time::Duration;

use http::{Request, Response};
use reqwest::Url;

use crate::error::Failure;

mod ahead;
mod tls;

use ahead::{Ahead, Journey};

/// How long a connection may take to open, DNS and TLS included.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long one attempt may take as a whole.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection idle for longer was perhaps frozen together with the function, and is not used again.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);
/// No answer is longer, and what is behind it is not read: IAM's report of 5,000 users, as many as an account may have,
/// takes 2 MB.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// A client that every channel shares. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Http {
    /// `None`: it reaches nobody.
    client: Option<reqwest::Client>,
}

impl Http {
    /// Builds the client. No connection is opened yet.
    ///
    /// # Errors
    /// The encryption cannot be set up.
    #[expect(clippy::disallowed_methods, reason = "this is the room that builds clients")]
    pub fn new() -> Result<Self, Failure> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            // A provider that redirects a message with credentials in it is not the provider.
            .redirect(reqwest::redirect::Policy::none())
            // One try is one try: what is tried again is decided in `delivery`.
            .retry(reqwest::retry::never())
            .connector_layer(Ahead)
            .tls_backend_preconfigured(tls::configuration()?)
            .user_agent(concat!("bongsu/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Failure::unavailable(format!("no HTTP client: {}", innermost(&error))))?;
        Ok(Self { client: Some(client) })
    }

    /// One that reaches nobody: whatever is sent with it fails at once. For rehearsals.
    pub const fn unplugged() -> Self {
        Self { client: None }
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`Unavailable`](crate::error::Kind::Unavailable) where no connection was made, so that nothing was sent;
    /// [`Uncertain`](crate::error::Kind::Uncertain) from the first byte on. No URL stands in an error: Telegram's holds the token.
    pub async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Failure> {
        let request = reqwest::Request::try_from(request)
            .map_err(|error| Failure::rejected(format!("cannot be asked: {}", innermost(&error.without_url()))))?;
        let client = self.client.as_ref().ok_or_else(|| Failure::unavailable("this client reaches nobody"))?;
        let journey = Journey::to_send(request.url());
        let mut answer = journey.scope(client.execute(request)).await.map_err(no_answer)?;
        let mut response = Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER {
                return Err(Failure::uncertain("the answer is too long to be this provider's"));
            }
        }
        response.body(body).map_err(|_| Failure::uncertain("the answer cannot be read"))
    }

    /// Opens a connection to where an address lives, so that the first alert need not wait for DNS and TLS: what is sent
    /// there within five seconds takes it. Nothing is sent. Fails silently: the alert itself will tell.
    pub async fn open(&self, address: &str) {
        let (Some(client), Ok(address)) = (&self.client, Url::parse(address)) else { return };
        let journey = Journey::to_open(&address);
        // The request is not sent: it fails as soon as there is a connection.
        let _ = journey.scope(client.get(address).send()).await;
    }
}

fn no_answer(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let cause = innermost(&error);
    if error.is_connect() {
        Failure::unavailable(format!("cannot connect: {cause}"))
    } else if error.is_timeout() {
        Failure::uncertain("no answer in time")
    } else if error.is_builder() {
        Failure::rejected(format!("cannot be asked: {cause}"))
    } else {
        Failure::uncertain(format!("the connection broke before the answer: {cause}"))
    }
}

/// The last cause says what happened; those above it only say where.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
