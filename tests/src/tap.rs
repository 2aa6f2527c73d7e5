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
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// Stands between a client and AWS, hears every call, and can answer, refuse or hold up some.
pub struct Tap {
    url: String,
    wire: Arc<Wire>,
    server: JoinHandle<()>,
}

struct Wire {
    behind: String,
    http: Http,
    heard: Mutex<Vec<String>>,
    requests: Mutex<Vec<Value>>,
    answers: Mutex<VecDeque<(String, StatusCode, Value)>>,
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
            requests: Mutex::default(),
            answers: Mutex::default(),
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

    /// All requests, as [`objections_of_the_aws_sdk`](crate::objections_of_the_aws_sdk) wants them.
    pub fn requests(&self) -> Vec<Value> {
        self.wire.requests.lock().unwrap().clone()
    }

    /// Refuses the next call of this name with a body like those of AWS, and does not pass it on. Those that are told
    /// one after the other come one after the other.
    pub fn refuse(&self, call: &str, answer: Value) {
        self.say(StatusCode::BAD_REQUEST, call, answer);
    }

    /// Answers the next call of this name itself.
    pub fn answer(&self, call: &str, answer: Value) {
        self.say(StatusCode::OK, call, answer);
    }

    fn say(&self, status: StatusCode, call: &str, answer: Value) {
        self.wire.answers.lock().unwrap().push_back((call.to_owned(), status, answer));
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
    fn answer(&self, call: &str) -> Option<(StatusCode, Value)> {
        let mut answers = self.answers.lock().unwrap();
        let next = answers.front().is_some_and(|(answered, ..)| answered == call);
        if next { answers.pop_front().map(|(_, status, answer)| (status, answer)) } else { None }
    }
}

/// What a request asks for: a header or a form says it.
fn name_of_call(headers: &HeaderMap, body: &str) -> String {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()?.rsplit('.').next());
    let action = body.split('&').find_map(|field| field.strip_prefix("Action="));
    target.or(action).unwrap_or_default().to_owned()
}

fn request(method: &Method, uri: &Uri, headers: &HeaderMap, body: &str) -> Value {
    let headers: Value =
        headers.iter().map(|(name, value)| (name.to_string(), Value::from(value.to_str().unwrap()))).collect();
    json!({ "method": method.as_str(), "path": uri.path(), "headers": headers, "body": body })
}

async fn pass_on(State(wire): State<Arc<Wire>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let text = str::from_utf8(&body).unwrap();
    let call = name_of_call(&headers, text);
    wire.requests.lock().unwrap().push(request(&method, &uri, &headers, text));
    wire.heard.lock().unwrap().push(call.clone());
    // Ends only where the tap has gone.
    wire.held_up.subscribe().wait_for(|held_up| held_up.as_ref() != Some(&call)).await.ok();
    if let Some((status, answer)) = wire.answer(&call) {
        let headers = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
        return (status, headers, answer.to_string()).into_response();
    }
    // The name of the host is part of what is signed, so it stays.
    let mut passed_on = Request::builder().method(method).uri(format!("{}{uri}", wire.behind));
    *passed_on.headers_mut().unwrap() = headers;
    let answer = wire.http.exchange(passed_on.body(body.to_vec()).unwrap()).await.unwrap();
    let (mut parts, body) = answer.into_parts();
    for of_the_wire in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION] {
        parts.headers.remove(of_the_wire);
    }
    (parts.status, parts.headers, body).into_response()
}
