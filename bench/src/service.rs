//! What a function talks to: providers and AWS, by TLS 1.3, each with a time that it takes for an answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

/// Who answers.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// A provider, whose answers are those of the sandbox at this address.
    Provider(String),
    /// SSM, with the one parameter that it has.
    Ssm(String),
    /// DynamoDB, with a table in which nothing is.
    DynamoDb,
    /// SQS, which takes everything.
    Sqs,
    /// Somebody who takes connections and never says a word.
    Silent,
}

/// A service that listens.
pub(crate) struct Service {
    /// `https://127.0.0.1:PORT`
    pub(crate) url: String,
    hang_up: Arc<Notify>,
}

impl Service {
    pub(crate) async fn open(kind: Kind, delay: Duration, acceptor: TlsAcceptor) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("https://{}", listener.local_addr()?);
        let hang_up = Arc::new(Notify::new());
        let answers = Arc::new(Answers { kind, delay, client: reqwest::Client::new() });
        tokio::spawn(accept(listener, acceptor, answers, hang_up.clone()));
        Ok(Self { url, hang_up })
    }

    /// Closes every connection, as servers do that nobody has asked for a while.
    pub(crate) fn hang_up(&self) {
        self.hang_up.notify_waiters();
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, answers: Arc<Answers>, hang_up: Arc<Notify>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, acceptor.clone(), answers.clone(), hang_up.clone()));
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, answers: Arc<Answers>, hang_up: Arc<Notify>) {
    let closed = hang_up.notified();
    if matches!(answers.kind, Kind::Silent) {
        return closed.await;
    }
    stream.set_nodelay(true).ok();
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let service = service_fn(move |request| {
        let answers = answers.clone();
        async move { Ok::<_, Infallible>(answers.answer(request).await) }
    });
    // A client that goes away is no fault here.
    tokio::select! {
        _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service) => {}
        () = closed => {}
    }
}

struct Answers {
    kind: Kind,
    delay: Duration,
    client: reqwest::Client,
}

impl Answers {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let at = Instant::now() + self.delay;
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let target = parts.headers.get("x-amz-target").and_then(|it| it.to_str().ok()).unwrap_or_default();
        let (status, body) = match &self.kind {
            // What opens a connection.
            _ if parts.method == Method::HEAD => (StatusCode::NOT_FOUND, Bytes::new()),
            Kind::Provider(url) => self.forward(url, parts, body).await,
            Kind::Ssm(value) => (StatusCode::OK, parameter(value)),
            Kind::DynamoDb if target.ends_with(".UpdateItem") => {
                (StatusCode::OK, Bytes::from_static(br#"{"Attributes":{"used":{"N":"1"}}}"#))
            }
            Kind::DynamoDb => (StatusCode::OK, Bytes::from_static(b"{}")),
            Kind::Sqs | Kind::Silent => (StatusCode::OK, Bytes::from_static(br#"{"MessageId":"m"}"#)),
        };
        // Not Tokio's own clock, which ticks once a millisecond.
        let pause = move || std::thread::sleep(at.saturating_duration_since(Instant::now()));
        tokio::task::spawn_blocking(pause).await.ok();
        let mut answer = Response::new(Full::new(body));
        *answer.status_mut() = status;
        answer
    }

    async fn forward(&self, url: &str, parts: hyper::http::request::Parts, body: Bytes) -> (StatusCode, Bytes) {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let request = self.client.request(parts.method, format!("{url}{path}")).headers(parts.headers).body(body);
        let Ok(answer) = request.send().await else { return (StatusCode::BAD_GATEWAY, Bytes::new()) };
        (answer.status(), answer.bytes().await.unwrap_or_default())
    }
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>
fn parameter(value: &str) -> Bytes {
    let parameter = json!({ "Name": "/bongsu/config", "Type": "SecureString", "Value": value, "Version": 1 });
    json!({ "Parameter": parameter }).to_string().into()
}
