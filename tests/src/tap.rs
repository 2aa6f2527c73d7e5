use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use http::Request;
use notifier::http::Http;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// Stands between a client and an AWS service that speaks JSON, hears every call, and can refuse or hold up
/// some.
pub struct Tap {
    url: String,
    wire: Arc<Wire>,
    server: JoinHandle<()>,
}

struct Wire {
    behind: String,
    http: Http,
    heard: Mutex<Vec<String>>,
    refusals: Mutex<VecDeque<(String, Value)>>,
    held_up: watch::Sender<Option<String>>,
}

impl Tap {
    /// Listens on a port of its own, and passes on to what is behind it.
    pub async fn start(behind: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let wire = Arc::new(Wire {
            behind: behind.to_owned(),
            http: Http::new().unwrap(),
            heard: Mutex::default(),
            refusals: Mutex::default(),
            held_up: watch::Sender::default(),
        });
        let router = Router::new().fallback(pass_on).with_state(Arc::clone(&wire));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, wire, server }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The calls since the last time that this was asked: `PutItem`.
    pub fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.wire.heard.lock().unwrap())
    }

    /// Refuses the next call of this name with a body like those of AWS, and does not pass it on. Those that are told
    /// one after the other come one after the other.
    pub fn refuse(&self, call: &str, answer: Value) {
        self.wire.refusals.lock().unwrap().push_back((call.to_owned(), answer));
    }

    /// Holds up every call of this name until [`let_go`](Self::let_go). Whoever hangs up meanwhile has not called.
    pub fn hold_up(&self, call: &str) {
        self.wire.held_up.send_replace(Some(call.to_owned()));
    }

    /// Passes on what is held up, and holds up nothing more.
    pub fn let_go(&self) {
        self.wire.held_up.send_replace(None);
    }

    /// Waits for a call of this name that has not been asked about yet.
    pub async fn wait_for(&self, call: &str) {
        while !self.heard().iter().any(|heard| heard == call) {
            sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Wire {
    fn refusal(&self, call: &str) -> Option<Value> {
        let mut refusals = self.refusals.lock().unwrap();
        let next = refusals.front().is_some_and(|(refused, _)| refused == call);
        if next { refusals.pop_front().map(|(_, answer)| answer) } else { None }
    }
}

async fn pass_on(State(wire): State<Arc<Wire>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let call = target.rsplit('.').next().unwrap_or_default().to_owned();
    wire.heard.lock().unwrap().push(call.clone());
    // Ends only where the tap has gone.
    wire.held_up.subscribe().wait_for(|held_up| held_up.as_ref() != Some(&call)).await.ok();
    if let Some(answer) = wire.refusal(&call) {
        let headers = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
        return (StatusCode::BAD_REQUEST, headers, answer.to_string()).into_response();
    }
    // The name of the host is part of what is signed, so it stays.
    let mut request = Request::builder().method(method).uri(format!("{}{uri}", wire.behind));
    *request.headers_mut().unwrap() = headers;
    let answer = wire.http.exchange(request.body(body.to_vec()).unwrap()).await.unwrap();
    let (mut parts, body) = answer.into_parts();
    for of_the_wire in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION] {
        parts.headers.remove(of_the_wire);
    }
    (parts.status, parts.headers, body).into_response()
}
