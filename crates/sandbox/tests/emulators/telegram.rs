use reqwest::Method;
use sandbox::demo::{TELEGRAM_BLOCKED_CHAT, TELEGRAM_CHAT, TELEGRAM_MIGRATED_CHAT, TELEGRAM_TOKEN};
use serde_json::{Value, json};

use crate::stage::{Answer, Stage, form, stage};

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

fn path(method: &str) -> String {
    format!("/bot{TELEGRAM_TOKEN}/{method}")
}

async fn send(stage: &Stage, body: &Value) -> Answer {
    stage.ask(Method::POST, &path("sendMessage"), JSON, body.to_string()).await
}

async fn html(stage: &Stage, text: &str) -> Answer {
    send(stage, &json!({ "chat_id": TELEGRAM_CHAT, "text": text, "parse_mode": "HTML" })).await
}

/// The description of a refusal, which must say the same as its status.
fn refusal(answer: &Answer) -> (u16, String) {
    let body = answer.json();
    assert_eq!((&body["ok"], &body["error_code"]), (&json!(false), &json!(answer.status)), "{body}");
    (answer.status, body["description"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_message_arrives_without_its_markup_and_with_its_entities() {
    let stage = stage().await;
    let answer = html(&stage, "<b>봉수 😀</b> <code>10.0.0.1</code>").await.json();
    let result = &answer["result"];
    assert_eq!(result["text"], "봉수 😀 10.0.0.1");
    assert_eq!(
        result["entities"],
        json!([
            { "type": "bold", "offset": 0, "length": 5 },
            { "type": "code", "offset": 6, "length": 8 },
        ])
    );
    assert_eq!(result["chat"]["id"].to_string(), TELEGRAM_CHAT);
    let [message] = stage.sandbox.messages().try_into().unwrap();
    assert_eq!((message.to.as_str(), message.text.as_str()), (TELEGRAM_CHAT, "봉수 😀 10.0.0.1"));
    assert_eq!(message.provider_id, result["message_id"].to_string());
}

#[tokio::test]
async fn parameters_come_as_json_as_a_form_and_in_the_query() {
    let stage = stage().await;
    let urlencoded = &[("content-type", "application/x-www-form-urlencoded")];
    let fields = form(&[("chat_id", TELEGRAM_CHAT), ("text", "양식 & 글")]);
    assert_eq!(stage.ask(Method::POST, &path("sendMessage"), urlencoded, fields.clone()).await.status, 200);
    assert_eq!(stage.get(&format!("{}?{fields}", path("SENDMESSAGE"))).await.status, 200);
    assert_eq!(send(&stage, &json!({ "chat_id": -1_001_000_000_001_i64, "text": "양식 & 글" })).await.status, 200);
    assert_eq!(stage.texts(), ["양식 & 글"; 3]);
}

#[tokio::test]
async fn markup_that_telegram_cannot_read_is_refused_in_its_words() {
    let stage = stage().await;
    for (text, says) in [
        ("a<br>", "Unsupported start tag \"br\" at byte offset 1"),
        ("<b>a", "Can't find end tag corresponding to start tag \"b\""),
        ("<b>a</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
        ("1 < 2 ", "Unsupported start tag \"\" at byte offset 2"),
    ] {
        let expected = (400, format!("Bad Request: can't parse entities: {says}"));
        assert_eq!(refusal(&html(&stage, text).await), expected);
    }
    assert!(stage.texts().is_empty());
}

#[tokio::test]
async fn a_text_has_1_to_4096_units_after_parsing() {
    let stage = stage().await;
    let (just, over) = ("😀".repeat(2048), "😀".repeat(2048) + "a");
    assert_eq!(html(&stage, &format!("<b>{just}</b>")).await.status, 200);
    assert_eq!(html(&stage, &"&amp;".repeat(4096)).await.status, 200);
    assert_eq!(refusal(&html(&stage, &over).await), (400, "Bad Request: message is too long".to_owned()));
    assert_eq!(refusal(&html(&stage, "").await), (400, "Bad Request: message text is empty".to_owned()));
    assert_eq!(refusal(&html(&stage, "<b> </b>\n").await), (400, "Bad Request: text must be non-empty".to_owned()));
}

#[tokio::test]
async fn a_raw_text_over_32768_bytes_is_refused_however_little_it_shows() {
    let stage = stage().await;
    let source = |links: usize| format!("<a href=\"https://x.com/{}\">x</a>", "y".repeat(links));
    let fits = source(32_768 - source(0).len());
    assert_eq!(html(&stage, &fits).await.status, 200);
    assert_eq!(refusal(&html(&stage, &(fits + " ")).await), (400, "Bad Request: text is too long".to_owned()));
}

#[tokio::test]
async fn chats_are_known_blocked_migrated_or_not_found() {
    let stage = stage().await;
    let to = async |chat: &str| send(&stage, &json!({ "chat_id": chat, "text": "x" })).await;
    assert_eq!(refusal(&to("42").await), (400, "Bad Request: chat not found".to_owned()));
    assert_eq!(refusal(&to("").await), (400, "Bad Request: chat_id is empty".to_owned()));
    let blocked = (403, "Forbidden: bot was blocked by the user".to_owned());
    assert_eq!(refusal(&to(TELEGRAM_BLOCKED_CHAT).await), blocked);
    let migrated = to(TELEGRAM_MIGRATED_CHAT).await;
    assert_eq!(migrated.status, 400);
    assert_eq!(migrated.json()["parameters"]["migrate_to_chat_id"].to_string(), TELEGRAM_CHAT);
}

#[tokio::test]
async fn a_wrong_token_is_401_and_a_malformed_one_404() {
    let stage = stage().await;
    let wrong = TELEGRAM_TOKEN.replace("demo", "omed");
    assert_eq!(refusal(&stage.get(&format!("/bot{wrong}/getMe")).await), (401, "Unauthorized".to_owned()));
    assert_eq!(refusal(&stage.get("/botx/getMe").await), (404, "Not Found".to_owned()));
    let missing = stage.get(&path("sendPigeon")).await;
    assert_eq!(refusal(&missing), (404, "Not Found: method not found".to_owned()));
}

#[tokio::test]
async fn what_null_means_to_json_it_does_not_mean_to_telegram() {
    let stage = stage().await;
    let body = json!({ "chat_id": TELEGRAM_CHAT, "text": "x", "parse_mode": null });
    assert_eq!(refusal(&send(&stage, &body).await), (400, "Bad Request: unsupported parse_mode".to_owned()));
    let body = json!({ "chat_id": TELEGRAM_CHAT, "text": "x", "reply_markup": null });
    assert_eq!(refusal(&send(&stage, &body).await), (400, "Bad Request: object expected as reply markup".to_owned()));
}

#[tokio::test]
async fn buttons_carry_1_to_64_bytes_and_come_back_with_the_message() {
    let stage = stage().await;
    let with = async |data: String| {
        let keyboard = json!({ "inline_keyboard": [[{ "text": "확인", "callback_data": data }]] });
        send(&stage, &json!({ "chat_id": TELEGRAM_CHAT, "text": "x", "reply_markup": keyboard })).await
    };
    let good = with("a".repeat(64)).await.json();
    assert_eq!(good["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"], "a".repeat(64));
    for bad in [String::new(), "a".repeat(65), "가".repeat(22)] {
        assert_eq!(refusal(&with(bad).await), (400, "Bad Request: BUTTON_DATA_INVALID".to_owned()));
    }
}

#[tokio::test]
async fn options_of_a_message_are_checked_and_come_back() {
    let stage = stage().await;
    let body = json!({
        "chat_id": TELEGRAM_CHAT, "text": "x", "message_thread_id": 7, "protect_content": true,
        "disable_notification": true, "link_preview_options": { "is_disabled": true },
    });
    let result = &send(&stage, &body).await.json()["result"];
    assert_eq!(result["message_thread_id"], 7);
    assert_eq!(result["has_protected_content"], true);
    assert_eq!(result["link_preview_options"], json!({ "is_disabled": true }));
    let bad = json!({ "chat_id": TELEGRAM_CHAT, "text": "x", "link_preview_options": { "is_disabled": "1" } });
    let says = "Bad Request: field \"is_disabled\" must be of type Boolean".to_owned();
    assert_eq!(refusal(&send(&stage, &bad).await), (400, says));
}

#[tokio::test]
async fn credentials_are_checked_with_get_me_and_get_chat() {
    let stage = stage().await;
    assert_eq!(stage.get(&path("getMe")).await.json()["result"]["is_bot"], true);
    let chat = stage.get(&format!("{}?chat_id={TELEGRAM_CHAT}", path("getChat"))).await.json();
    assert_eq!(chat["result"]["type"], "supergroup");
    assert_eq!(refusal(&stage.get(&format!("{}?chat_id=1", path("getChat"))).await).0, 400);
    let blocked = stage.get(&format!("{}?chat_id={TELEGRAM_BLOCKED_CHAT}", path("getChat"))).await;
    assert_eq!(blocked.status, 200);
}

#[tokio::test]
async fn a_bot_is_told_what_it_may_do_in_a_chat() {
    let stage = stage().await;
    let ask = async |method: &str, body: Value| stage.ask(Method::POST, &path(method), JSON, body.to_string()).await;
    let me = ask("getMe", json!({})).await.json()["result"]["id"].clone();
    let member = ask("getChatMember", json!({ "chat_id": TELEGRAM_CHAT, "user_id": me })).await.json();
    assert_eq!((&member["ok"], &member["result"]["status"]), (&json!(true), &json!("member")));
    let other = ask("getChatMember", json!({ "chat_id": TELEGRAM_CHAT, "user_id": 1 })).await;
    assert_eq!(refusal(&other).0, 400);
    let typing = |chat: &str| json!({ "chat_id": chat, "action": "typing" });
    assert_eq!(ask("sendChatAction", typing(TELEGRAM_CHAT)).await.json()["result"], json!(true));
    let blocked = ask("sendChatAction", typing(TELEGRAM_BLOCKED_CHAT)).await;
    assert_eq!(refusal(&blocked), (403, "Forbidden: bot was blocked by the user".to_owned()));
    assert!(stage.texts().is_empty());
}
