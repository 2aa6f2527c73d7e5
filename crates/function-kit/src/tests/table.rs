//! The ledger's table as the environment names it, and a stub of DynamoDB.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use notifier::delivery::Outcome;

use super::*;

/// The calls that the stub has heard: `PutItem`.
type Heard = Arc<Mutex<Vec<String>>>;

/// Takes everything, and has counted one of everything.
async fn dynamodb() -> (String, Heard) {
    let heard = Heard::default();
    let router = axum::Router::new().route("/", post(answer)).with_state(heard.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, heard)
}

async fn answer(State(heard): State<Heard>, headers: HeaderMap) -> Json<Value> {
    let target = headers["x-amz-target"].to_str().unwrap();
    heard.lock().unwrap().push(target.rsplit('.').next().unwrap().to_owned());
    Json(json!({ "Attributes": { "used": { "N": "1" } } }))
}

fn heard(heard: &Heard) -> Vec<String> {
    std::mem::take(&mut heard.lock().unwrap())
}

/// A function with a table.
fn with_table(url: &str, table: &str, sandbox: &Sandbox) -> Handler {
    let config = config(sandbox, demo::TELEGRAM_TOKEN);
    let known =
        [("BONGSU_CONFIG", config.as_str()), ("BONGSU_LEDGER_TABLE", table), ("AWS_ENDPOINT_URL_DYNAMODB", url)];
    handler(&known)
}

#[tokio::test]
async fn an_alert_is_claimed_and_recorded_in_the_table_whose_connection_was_opened_at_the_start() {
    let (sandbox, (url, calls)) = (sandbox().await, dynamodb().await);
    let handler = with_table(&url, "ledger", &sandbox);
    handler.start().await;
    assert!(heard(&calls).is_empty(), "a connection is opened, and nothing is asked");
    let output = invoke(&handler, EVENT).await.unwrap();
    assert!(!output.report.alerts[0].unguarded, "{:?}", output.report);
    let calls = heard(&calls);
    assert!(["PutItem", "TransactWriteItems"].contains(&calls[0].as_str()), "{calls:?}");
    assert_eq!(calls.last().map(String::as_str), Some("UpdateItem"));
    assert_eq!(sandbox.messages().len(), 1);
}

#[tokio::test]
async fn without_a_table_the_ledger_is_in_memory() {
    let (sandbox, (url, calls)) = (sandbox().await, dynamodb().await);
    let handler = with_table(&url, "", &sandbox);
    handler.start().await;
    invoke(&handler, EVENT).await.unwrap();
    let again = invoke(&handler, EVENT).await.unwrap();
    assert_eq!(again.report.alerts[0].deliveries[0].outcome, Outcome::Duplicate);
    assert_eq!(heard(&calls), Vec::<String>::new());
}

#[tokio::test]
async fn a_ledger_that_is_down_or_silent_holds_up_neither_the_start_nor_an_alert() {
    let sandbox = sandbox().await;
    // Nobody listens there any more, and there somebody listens who says nothing.
    let down = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    for (place, address) in [down, silent.local_addr().unwrap()].into_iter().enumerate() {
        let handler = with_table(&format!("http://{address}"), "ledger", &sandbox);
        let started = clock::instant();
        handler.start().await;
        let output = invoke(&handler, EVENT).await.unwrap();
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        assert!(output.report.alerts[0].unguarded, "{:?}", output.report);
        assert_eq!(sandbox.messages().len(), place + 1);
    }
}
