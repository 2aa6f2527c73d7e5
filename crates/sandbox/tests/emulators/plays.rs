//! Sends that are marked with the number of a play, and who may use the sandbox's own paths.

use reqwest::Method;
use sandbox::demo::{TELEGRAM_CHAT, TELEGRAM_TOKEN};
use serde_json::json;

use crate::stage::{Stage, stage};

async fn say(stage: &Stage, place: &str, text: &str) -> u16 {
    let body = json!({ "chat_id": TELEGRAM_CHAT, "text": text, "parse_mode": "HTML" }).to_string();
    let path = format!("{place}/bot{TELEGRAM_TOKEN}/sendMessage");
    stage.ask(Method::POST, &path, &[("content-type", "application/json")], body).await.status
}

#[tokio::test]
async fn what_is_sent_to_the_address_of_a_play_is_marked_with_its_number() {
    let stage = stage().await;
    assert_eq!(stage.sandbox.url_of_play(7), format!("{}/play/7", stage.sandbox.url()));
    assert_eq!(say(&stage, "/play/7", "a").await, 200);
    assert_eq!(say(&stage, "", "b").await, 200);
    assert_eq!(say(&stage, "/play/8", "<br>").await, 400);
    let numbers: Vec<_> = stage.sandbox.messages().iter().map(|message| message.play).collect();
    assert_eq!(numbers, [Some(7), None]);
    let numbers: Vec<_> = stage.sandbox.requests().iter().map(|request| request.play).collect();
    assert_eq!(numbers, [Some(7), None, Some(8)]);
    let requests = stage.get("/api/requests").await.json();
    assert_eq!((&requests[0]["what"], &requests[0]["play"]), (&json!("POST /bot…/sendMessage"), &json!(7)));
}

#[tokio::test]
async fn a_message_tells_how_telegram_would_draw_it() {
    let stage = stage().await;
    say(&stage, "", "<b>봉수</b> <code>&lt;i&gt;</code>").await;
    let message = stage.get("/api/messages").await.json()[0].clone();
    assert_eq!(message["text"], "봉수 <i>");
    let entity = |kind, offset, length| json!({ "type": kind, "offset": offset, "length": length });
    assert_eq!(message["entities"], json!([entity("bold", 0, 2), entity("code", 3, 3)]));
}

#[tokio::test]
async fn one_channel_heals_over_http() {
    let stage = stage().await;
    stage.inject("telegram=500");
    stage.inject("nhn-sms=500");
    assert_eq!(stage.ask(Method::DELETE, "/api/faults/pigeon", &[], "").await.status, 404);
    assert_eq!(stage.ask(Method::DELETE, "/api/faults/telegram", &[], "").await.status, 204);
    assert_eq!(say(&stage, "", "a").await, 200);
    assert_eq!(stage.sandbox.faults().len(), 1);
}

#[tokio::test]
async fn other_websites_get_at_none_of_the_sandboxs_own_paths_and_providers_ask_nobody_whence_they_come() {
    let stage = stage().await;
    let foreign = [("origin", "https://evil.example")];
    for (method, path) in [
        (Method::POST, "/api/faults"),
        (Method::DELETE, "/api/faults"),
        (Method::DELETE, "/api/messages"),
        (Method::GET, "/api/messages"),
    ] {
        assert_eq!(stage.ask(method.clone(), path, &foreign, "").await.status, 403, "{method} {path}");
    }
    let named = [("host", "host.docker.internal:8025")];
    assert_eq!(stage.ask(Method::GET, "/api/messages", &named, "").await.status, 403);
    let me = format!("/bot{TELEGRAM_TOKEN}/getMe");
    assert_eq!(stage.ask(Method::GET, &me, &named, "").await.status, 200);
}

#[tokio::test]
async fn whoever_waits_hears_of_every_change() {
    let stage = stage().await;
    let changes = stage.sandbox.changes();
    let mut last = *changes.borrow();
    say(&stage, "", "a").await;
    stage.inject("telegram=500");
    for change in [|stage: &Stage| stage.sandbox.heal(), |stage: &Stage| stage.sandbox.clear()] {
        assert!(*changes.borrow() > last);
        last = *changes.borrow();
        change(&stage);
    }
    assert_eq!(stage.sandbox.cleared(), 1);
    assert!(stage.sandbox.messages_from(1).is_empty());
}
