use std::sync::atomic::{AtomicU32, Ordering};

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use sandbox::State;
use sandbox::demo::{SOLAPI_API_KEY, SOLAPI_API_SECRET, SOLAPI_SENDER};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::stage::{Answer, Stage, stage};

const SEND: &str = "/messages/v4/send-many/detail";

#[expect(clippy::disallowed_methods, reason = "a signature carries the time of day")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn header(key: &str, secret: &str, date: &str, salt: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{date}{salt}").as_bytes());
    let hex = mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!("HMAC-SHA256 apiKey={key}, date={date}, salt={salt}, signature={hex}")
}

/// A signature that nobody has used.
fn fresh() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let salt = format!("salt{:028}", COUNT.fetch_add(1, Ordering::Relaxed));
    header(SOLAPI_API_KEY, SOLAPI_API_SECRET, &now().to_string(), &salt)
}

async fn post(stage: &Stage, authorization: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("authorization", authorization)];
    stage.ask(Method::POST, SEND, &headers, body.to_string()).await
}

async fn get(stage: &Stage, path: &str) -> Answer {
    stage.ask(Method::GET, path, &[("authorization", &fresh())], "").await
}

/// A message that is registered.
fn good() -> Value {
    json!({ "to": "01012345678", "from": SOLAPI_SENDER, "text": "봉수" })
}

/// The same with one field changed.
fn with(field: &str, value: impl Into<Value>) -> Value {
    let mut message = good();
    message[field] = value.into();
    message
}

async fn send(stage: &Stage, messages: &[Value]) -> Value {
    let answer = post(stage, &fresh(), &json!({ "messages": messages })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// The codes of the messages that failed.
fn failures(answer: &Value) -> Vec<&str> {
    let list = answer["failedMessageList"].as_array().unwrap();
    list.iter().map(|failed| failed["statusCode"].as_str().unwrap()).collect()
}

fn error(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["errorCode"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_message_is_registered_and_shows_on_the_phone() {
    let stage = stage().await;
    let answer = send(&stage, &[with("customFields", json!({ "alert": "abc123" }))]).await;
    assert_eq!(answer["groupInfo"]["count"]["registeredSuccess"], 1);
    assert_eq!(answer["failedMessageList"], json!([]));
    let [message] = stage.sandbox.messages().try_into().unwrap();
    assert_eq!((message.kind, message.bytes, message.text.as_str()), ("sms", Some(4), "봉수"));
    let found = get(&stage, "/messages/v4/list?to=01012345678").await.json();
    assert_eq!(found["messageList"][&message.provider_id]["customFields"], json!({ "alert": "abc123" }));
}

/// What SOLAPI says of one message.
async fn text(stage: &Stage, query: &str) -> Value {
    let list = get(stage, &format!("/messages/v4/list?{query}")).await.json();
    let texts: Vec<_> = list["messageList"].as_object().unwrap().values().cloned().collect();
    let [text] = texts.try_into().unwrap();
    text
}

#[tokio::test]
async fn a_text_is_on_its_way_when_first_asked_for_and_then_on_the_phone() {
    let stage = stage().await;
    send(&stage, &[good()]).await;
    let id = stage.sandbox.messages()[0].provider_id.clone();
    for _ in 0..2 {
        assert_eq!(text(&stage, "to=01012345678").await["statusCode"], "3000", "a list moves nothing");
    }
    let first = text(&stage, &format!("messageId={id}")).await;
    assert_eq!(
        (&first["statusCode"], &first["reason"], &first["dateReceived"]),
        (&json!("3000"), &Value::Null, &Value::Null)
    );
    for query in
        [format!("messageId={id}"), format!("criteria=messageId&cond=eq&value={id}"), "statusCode=4000".to_owned()]
    {
        let next = text(&stage, &query).await;
        assert_eq!((&next["statusCode"], &next["reason"]), (&json!("4000"), &json!("정상")));
    }
    assert_eq!(stage.get("/api/messages").await.json()[0]["state"], "delivered");
}

#[tokio::test]
async fn a_text_that_the_carrier_fails_is_registered_and_says_so_later() {
    let stage = stage().await;
    stage.inject("solapi=carrier:1");
    let answer = send(&stage, &[good()]).await;
    assert_eq!(answer["groupInfo"]["count"]["registeredSuccess"], 1);
    send(&stage, &[with("to", "01087654321")]).await;
    let mut said = Vec::new();
    for message in stage.sandbox.messages() {
        for _ in 0..2 {
            said.push(text(&stage, &format!("criteria=messageId&cond=eq&value={}", message.provider_id)).await);
        }
    }
    let codes: Vec<_> = said.iter().map(|text| text["statusCode"].as_str().unwrap()).collect();
    assert_eq!(codes, ["3000", "3043", "3000", "4000"]);
    assert_eq!(said[1]["reason"], "단말기 Power off");
    let states: Vec<_> = stage.sandbox.messages().iter().map(|message| message.state).collect();
    assert_eq!(states, [Some(State::Failed), Some(State::Delivered)]);
}

#[tokio::test]
async fn a_text_that_nobody_sent_is_in_no_list() {
    let stage = stage().await;
    send(&stage, &[good()]).await;
    let list = get(&stage, "/messages/v4/list?messageId=M4V20260102030405000000000000000").await.json();
    assert_eq!(list["messageList"], json!({}));
    let unsigned = stage.get(&format!("/messages/v4/list?messageId={}", stage.sandbox.messages()[0].provider_id)).await;
    assert_eq!(error(&unsigned), (401, "Unauthorized".to_owned()));
    assert_eq!(stage.sandbox.messages()[0].state, Some(State::Pending), "nobody was told anything");
}

#[tokio::test]
async fn a_signature_works_once() {
    let stage = stage().await;
    let authorization = fresh();
    let body = json!({ "messages": [good()] });
    assert_eq!(post(&stage, &authorization, &body).await.status, 200);
    assert_eq!(error(&post(&stage, &authorization, &body).await), (403, "DuplicatedSignature".to_owned()));
    assert_eq!(stage.texts().len(), 1);
}

#[tokio::test]
async fn a_date_may_be_15_minutes_off_and_not_more() {
    let stage = stage().await;
    for (minutes, code) in
        [(-14, "ValidationError"), (14, "ValidationError"), (-16, "RequestTimeTooSkewed"), (16, "RequestTimeTooSkewed")]
    {
        let date = (now() + SignedDuration::from_mins(minutes)).to_string();
        let authorization = header(SOLAPI_API_KEY, SOLAPI_API_SECRET, &date, "0123456789ab");
        // With a good date, the next thing that SOLAPI dislikes is the empty body.
        assert_eq!(error(&post(&stage, &authorization, &json!({})).await).1, code, "{minutes}");
    }
}

#[tokio::test]
async fn credentials_that_do_not_fit_are_told_apart() {
    let stage = stage().await;
    let (date, salt) = (now().to_string(), "0123456789abcdef");
    let short = header(SOLAPI_API_KEY, SOLAPI_API_SECRET, &date, "0123456789a");
    let shouted = header(SOLAPI_API_KEY, SOLAPI_API_SECRET, &date, salt).replace("signature=", "signature=F");
    for (authorization, expected) in [
        (header("NOBODY", SOLAPI_API_SECRET, &date, salt), (403, "InvalidAPIKey")),
        (header(SOLAPI_API_KEY, "wrong", &date, salt), (403, "SignatureDoesNotMatch")),
        (shouted, (403, "SignatureDoesNotMatch")),
        (short, (400, "ValidationError")),
        (header(SOLAPI_API_KEY, SOLAPI_API_SECRET, "today", salt), (400, "ValidationError")),
        ("Basic eDp5".to_owned(), (401, "Unauthorized")),
    ] {
        let answer = post(&stage, &authorization, &json!({ "messages": [good()] })).await;
        assert_eq!(error(&answer), (expected.0, expected.1.to_owned()));
    }
    assert!(stage.texts().is_empty());
}

#[tokio::test]
async fn every_rule_of_a_message_has_its_code() {
    let stage = stage().await;
    let subject_of_sms =
        json!({ "to": "01012345678", "from": SOLAPI_SENDER, "text": "x", "type": "SMS", "subject": "s" });
    let long_sms = json!({ "to": "01012345678", "from": SOLAPI_SENDER, "text": "가".repeat(46), "type": "sms" });
    for (message, code) in [
        (with("text", ""), "1010"),
        (with("from", Value::Null), "1010"),
        (with("to", "010-1234-5678"), "1011"),
        (with("to", "1012345678"), "1011"),
        (with("from", "02-1234-5678"), "1011"),
        (subject_of_sms, "1013"),
        (with("subject", "가".repeat(21)), "1014"),
        (with("type", "FAXX"), "1025"),
        (with("text", "a\u{7}"), "1028"),
        (with("text", "불 🔥"), "1029"),
        (with("text", "— • ₩"), "1029"),
        (with("text", "가".repeat(1001)), "1031"),
        (long_sms, "1031"),
        (with("customFields", json!({ "n": 1 })), "1032"),
        (with("customFields", json!({ "n": "x".repeat(101) })), "1032"),
        (with("customFields", json!({ "k".repeat(31): "x" })), "1032"),
        (with("from", "0299999999"), "1062"),
    ] {
        assert_eq!(failures(&send(&stage, std::slice::from_ref(&message)).await), [code], "{message}");
    }
    assert!(stage.texts().is_empty());
}

#[tokio::test]
async fn what_fails_does_not_keep_the_rest_from_going() {
    let stage = stage().await;
    let answer = send(&stage, &[good(), with("to", "01099998888"), good()]).await;
    assert_eq!(failures(&answer), ["1026"]);
    assert_eq!(answer["groupInfo"]["count"]["total"], 3);
    assert_eq!(stage.texts().len(), 2);
    assert_eq!(stage.sandbox.requests()[0].outcome, sandbox::Outcome::Partial);
}

#[tokio::test]
async fn the_same_number_twice_is_fine_when_asked_for() {
    let stage = stage().await;
    let body = json!({ "messages": [good(), good()], "allowDuplicates": true, "showMessageList": true });
    let answer = post(&stage, &fresh(), &body).await.json();
    assert_eq!(answer["messageList"].as_array().unwrap().len(), 2);
    assert_eq!(stage.texts().len(), 2);
}

#[tokio::test]
async fn more_than_90_bytes_or_a_subject_make_an_lms() {
    let stage = stage().await;
    send(&stage, &[with("text", "가".repeat(45)), with("to", "01000000001")]).await;
    let mut titled = with("subject", "제목");
    titled["to"] = "01000000002".into();
    let mut long = with("text", "가".repeat(46));
    long["to"] = "01000000003".into();
    // 뷁 takes eight bytes of strict EUC-KR.
    let mut rare = with("text", "뷁".repeat(12));
    rare["to"] = "01000000004".into();
    send(&stage, &[titled, long, rare]).await;
    let kinds: Vec<_> = stage.sandbox.messages().iter().map(|message| message.kind).collect();
    assert_eq!(kinds, ["sms", "sms", "lms", "lms", "lms"]);
}

#[tokio::test]
async fn a_body_that_is_no_list_of_messages_is_invalid() {
    let stage = stage().await;
    for body in [json!({}), json!({ "messages": [] }), json!({ "messages": "x" }), json!([])] {
        assert_eq!(error(&post(&stage, &fresh(), &body).await), (400, "ValidationError".to_owned()));
    }
}

#[tokio::test]
async fn an_alimtalk_names_its_channel_and_template() {
    let stage = stage().await;
    let kakao = |options: Value| with("kakaoOptions", options);
    let answer = send(&stage, &[kakao(json!({ "pfId": "KA01PF1", "templateId": "KA01TP1" }))]).await;
    assert_eq!(failures(&answer), Vec::<&str>::new());
    assert_eq!(failures(&send(&stage, &[kakao(json!({ "templateId": "KA01TP1" }))]).await), ["1041"]);
    assert_eq!(failures(&send(&stage, &[kakao(json!({ "pfId": "KA01PF1" }))]).await), ["1042"]);
    assert_eq!(stage.sandbox.messages()[0].kind, "ata");
}

#[tokio::test]
async fn messages_are_listed_by_number_and_date_a_page_at_a_time() {
    let stage = stage().await;
    send(&stage, &[good(), with("to", "01000000001")]).await;
    let size = async |query: &str| {
        let list = get(&stage, &format!("/messages/v4/list?{query}")).await.json();
        list["messageList"].as_object().unwrap().len()
    };
    assert_eq!(size(&format!("from={SOLAPI_SENDER}")).await, 2);
    assert_eq!(size("to=01000000001&dateType=CREATED&startDate=2020-01-01T00:00:00Z").await, 1);
    assert_eq!(size("endDate=2020-01-01T00:00:00Z").await, 0);
    assert_eq!(size("criteria=to&cond=eq&value=01012345678").await, 1);
    let page = get(&stage, "/messages/v4/list?limit=1").await.json();
    assert_eq!(page["messageList"].as_object().unwrap().len(), 1);
    assert!(page["nextKey"].is_string());
    assert_eq!(error(&get(&stage, "/messages/v4/list?startDate=yesterday").await).1, "ValidationError");
}

#[tokio::test]
async fn the_balance_is_a_number() {
    let stage = stage().await;
    assert!(get(&stage, "/cash/v1/balance").await.json()["balance"].is_number());
}

#[tokio::test]
async fn prices_and_senders_are_told() {
    let stage = stage().await;
    let prices = get(&stage, "/pricing/v1/messaging?countryId=82").await.json();
    assert_eq!((&prices["sms"], &prices["lms"]), (&json!(20), &json!(50)));
    let senders = get(&stage, "/senderid/v1/numbers/active").await.json();
    assert_eq!(senders, json!([sandbox::demo::SOLAPI_SENDER]));
}
