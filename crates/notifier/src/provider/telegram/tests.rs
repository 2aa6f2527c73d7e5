use serde_json::{Value, json};

use super::super::contract::{self, Answer, Check, Finds, Means, Sample, answer, check};
use super::*;
use crate::testing::{Heard, Reply, Stub};

pub(crate) const SAMPLE: Sample = Sample {
    settings: "token = \"123456:s3cret-TOKEN\"\nchat_id = \"-1001234567890\"\nthread_id = \"7\"",
    secrets: &["123456:s3cret-TOKEN"],
    accepted: r#"{"ok":true,"result":{"message_id":42}}"#,
    error: r#"{"ok":false,"error_code":400,"description":"MESSAGE"}"#,
    answers: &[
        answer("taken", 200, r#"{"ok":true,"result":{"message_id":42,"date":1}}"#, Means::Accepted),
        answer("wrong token", 401, r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#, Means::Unauthorized),
        answer("token of no form", 404, r#"{"ok":false,"error_code":404,"description":"Not Found"}"#, Means::Unauthorized),
        answer("wrong token with HTTP 200", 200, r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#, Means::Unauthorized),
        answer("blocked", 403, r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#, Means::Rejected),
        answer("kicked", 403, r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked from the supergroup chat"}"#, Means::Rejected),
        answer("no such chat", 400, r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#, Means::Rejected),
        answer("no such topic", 400, r#"{"ok":false,"error_code":400,"description":"Bad Request: message thread not found"}"#, Means::Rejected),
        answer("too long, in plain form too", 400, r#"{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}"#, Means::Rejected),
        answer("moves for ever", 400, r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1009}}"#, Means::Rejected),
        answer("too many", 429, r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 3","parameters":{"retry_after":3}}"#, Means::RateLimited(3)),
        answer("too many with HTTP 200", 200, r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 3","parameters":{"retry_after":3}}"#, Means::RateLimited(3)),
        Answer { name: "too many, in the header only", status: 429, headers: &[("retry-after", "9")], body: r#"{"ok":false,"error_code":429,"description":"Too Many Requests"}"#, means: Means::RateLimited(9) },
        answer("too many, from a proxy", 429, "slow down", Means::RateLimited(1)),
        answer("internal error", 500, r#"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#, Means::Uncertain),
        answer("bad gateway", 502, r#"{"ok":false,"error_code":502,"description":"Bad Gateway"}"#, Means::Uncertain),
        answer("gateway timeout", 504, "<html>", Means::Uncertain),
        answer("ok without a message", 200, r#"{"ok":true,"result":true}"#, Means::Uncertain),
        answer("ok that is not JSON", 200, "<html>hello", Means::Uncertain),
        answer("a redirect", 302, "", Means::Uncertain),
    ],
    receipts: None,
    checks: &[
        CHECK_WELL,
        check("of a person", &[("/getChat ", 200, r#"{"ok":true,"result":{"id":7,"type":"private","first_name":"Kim"}}"#), ("/sendChatAction", 200, r#"{"ok":true,"result":true}"#)], &[Finds::Ok, Finds::Unasked], "채팅방 \\\"Kim\\\"에 글을 쓸 수 있습니다"),
        check("of a person who has blocked it", &[("/getChat ", 200, r#"{"ok":true,"result":{"id":7,"type":"private","first_name":"Kim"}}"#), ("/sendChatAction", 403, r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#)], &[Finds::Broken], "blocked by the user"),
        check("wrong token", &[("", 401, r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#)], &[Finds::Broken], "@BotFather"),
        check("wrong token with HTTP 200", &[("", 200, r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#)], &[Finds::Broken], "@BotFather"),
        check("token of no form", &[("", 404, r#"{"ok":false,"error_code":404,"description":"Not Found"}"#)], &[Finds::Broken], "거부"),
        check("wrong chat", &[("/getChat ", 400, r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#)], &[Finds::Broken], "chat not found"),
        check("kicked", &[("/getChat ", 403, r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked from the supergroup chat"}"#)], &[Finds::Broken], "kicked"),
        check("moved", &[("/getChat ", 400, r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1009}}"#)], &[Finds::Warning], "chat_id = \\\"-1009\\\""),
        check("has left", &[("/getChatMember", 200, r#"{"ok":true,"result":{"status":"left"}}"#)], &[Finds::Broken], "left"),
        check("restricted", &[("/getChatMember", 200, r#"{"ok":true,"result":{"status":"restricted","can_send_messages":false}}"#)], &[Finds::Broken], "restricted"),
        check("in a group where nobody may write", &[("/getChat ", 200, r#"{"ok":true,"result":{"id":-1,"type":"supergroup","title":"x","permissions":{"can_send_messages":false}}}"#)], &[Finds::Broken], "초대"),
        check("administrator of a channel who may not post", &[("/getChat ", 200, r#"{"ok":true,"result":{"id":-1,"type":"channel","title":"x"}}"#), ("/getChatMember", 200, r#"{"ok":true,"result":{"status":"administrator","can_post_messages":false}}"#)], &[Finds::Broken], "administrator"),
        check("status of next year", &[("/getChatMember", 200, r#"{"ok":true,"result":{"status":"guest"}}"#)], &[Finds::Unasked], "guest"),
        check("nobody answers that", &[("/getChatMember", 404, r#"{"ok":false,"error_code":404,"description":"Not Found: method not found"}"#)], &[Finds::Unasked], "method not found"),
        check("too many", &[("", 429, r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 3","parameters":{"retry_after":3}}"#)], &[Finds::Unasked], "429"),
        check("ok without a bot", &[("/getMe", 200, r#"{"ok":true,"result":true}"#)], &[Finds::Unasked], "nothing that we understand"),
    ],
};

/// The channel names a topic, too, of which Telegram tells nothing.
const CHECK_WELL: Check = check(
    "may write",
    &[
        ("/getMe", 200, r#"{"ok":true,"result":{"id":123456,"is_bot":true,"username":"ops_bot"}}"#),
        ("/getChatMember", 200, r#"{"ok":true,"result":{"status":"member"}}"#),
        ("/getChat ", 200, r#"{"ok":true,"result":{"id":-1001234567890,"type":"supergroup","title":"운영","permissions":{"can_send_messages":true}}}"#),
    ],
    &[Finds::Ok, Finds::Unasked],
    "봇(@ops_bot)이 채팅방 \\\"운영\\\"에 글을 쓸 수 있습니다",
);

fn body(heard: &Heard) -> Value {
    serde_json::from_str(&heard.body).unwrap()
}

fn refused(code: u16, description: &str) -> Reply {
    Reply::json(code, &json!({ "ok": false, "error_code": code, "description": description }))
}

#[tokio::test]
async fn a_text_that_telegram_cannot_parse_goes_out_once_more_in_plain_form() {
    let stub = Stub::start(|heard| match body(heard).get("parse_mode") {
        Some(_) => refused(400, "Bad Request: can't parse entities: Unsupported start tag \"br\" at byte offset 0"),
        None => Reply::json(200, &SAMPLE.accepted),
    })
    .await;
    let sent = contract::send(&contract::channel("telegram", &SAMPLE, &stub.url()), Duration::from_secs(5)).await.unwrap();
    assert_eq!(sent.provider_id.as_deref(), Some("42"));
    assert_eq!(stub.heard().len(), 2);
}

#[tokio::test]
async fn a_chat_that_has_moved_gets_the_text_and_the_operator_the_new_number() {
    let stub = Stub::start(|heard| match body(heard)["chat_id"].as_i64() {
        Some(-1_009) => Reply::json(200, &SAMPLE.accepted),
        _ => Reply::json(400, &json!({ "ok": false, "error_code": 400, "description": "upgraded", "parameters": { "migrate_to_chat_id": -1_009 } })),
    })
    .await;
    let sent = contract::send(&contract::channel("telegram", &SAMPLE, &stub.url()), Duration::from_secs(5)).await.unwrap();
    assert!(sent.note.unwrap().contains("chat_id = \"-1009\""));
    assert_eq!(stub.heard().len(), 2);
}

#[tokio::test]
async fn a_chat_that_is_wrong_is_not_asked_again_in_plain_form() {
    let stub = Stub::start(|_| refused(400, "Bad Request: chat not found")).await;
    let result = contract::send(&contract::channel("telegram", &SAMPLE, &stub.url()), Duration::from_secs(5)).await;
    assert_eq!(result.unwrap_err().kind, Kind::Rejected);
    assert_eq!(stub.heard().len(), 1);
}
