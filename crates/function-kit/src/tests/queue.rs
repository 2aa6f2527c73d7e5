//! A stub of SQS: it takes everything, and remembers it.

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// What SQS was asked, and whether it refuses.
#[derive(Clone, Default)]
pub(super) struct Sqs {
    asked: Arc<Mutex<Vec<(String, Value)>>>,
    refuses: bool,
    pub(super) url: String,
}

/// The queue of follow-ups, as a function knows it.
pub(super) const FOLLOW_UPS: &str = "https://sqs.us-east-1.amazonaws.com/111122223333/bongsu-follow-ups";

impl Sqs {
    pub(super) async fn start(refuses: bool) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sqs = Self { refuses, url, ..Self::default() };
        let router = axum::Router::new().fallback(answer).with_state(sqs.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        sqs
    }

    /// What it was asked of this kind: `ChangeMessageVisibility`.
    pub(super) fn asked(&self, what: &str) -> Vec<Value> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(name, _)| name == what).map(|(_, question)| question.clone()).collect()
    }

    /// The messages that were put into the queue: what they say, and after how many seconds they come.
    pub(super) fn sent(&self) -> Vec<(Value, u64)> {
        let sent = self.asked("SendMessage");
        assert!(sent.iter().all(|question| question["QueueUrl"] == FOLLOW_UPS));
        let body = |question: &Value| serde_json::from_str(question["MessageBody"].as_str().unwrap()).unwrap();
        sent.iter().map(|question| (body(question), question["DelaySeconds"].as_u64().unwrap())).collect()
    }
}

async fn answer(State(sqs): State<Sqs>, headers: HeaderMap, question: String) -> (StatusCode, Json<Value>) {
    let what = headers["x-amz-target"].to_str().unwrap().trim_start_matches("AmazonSQS.").to_owned();
    let question: Value = serde_json::from_str(&question).unwrap();
    sqs.asked.lock().unwrap().push((what, question));
    if sqs.refuses {
        return (StatusCode::BAD_REQUEST, Json(json!({ "__type": "com.amazonaws.sqs#AccessDenied" })));
    }
    (StatusCode::OK, Json(json!({ "MessageId": "m", "MD5OfMessageBody": "0" })))
}
