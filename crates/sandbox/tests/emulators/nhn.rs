use reqwest::Method;
use sandbox::demo::{NHN_APP_KEY, NHN_SECRET_KEY, NHN_SENDER};
use sandbox::{FaultKind, Outcome};
use serde_json::{Value, json};

use crate::stage::{Stage, stage};

fn path(kind: &str) -> String {
    format!("/sms/v3.0/appKeys/{NHN_APP_KEY}/sender/{kind}")
}

fn headers() -> Vec<(&'static str, &'static str)> {
    vec![("content-type", "application/json;charset=UTF-8"), ("x-secret-key", NHN_SECRET_KEY)]
}

/// A body that is accepted.
fn good() -> Value {
    json!({ "body": "봉수", "sendNo": NHN_SENDER, "recipientList": [{ "recipientNo": "01012345678" }] })
}

/// The same with one field changed.
fn with(field: &str, value: impl Into<Value>) -> Value {
    let mut body = good();
    body[field] = value.into();
    body
}

/// Every failure has status 200.
async fn send(stage: &Stage, kind: &str, body: &Value) -> Value {
    let answer = stage.ask(Method::POST, &path(kind), &headers(), body.to_string()).await;
    assert_eq!(answer.status, 200);
    answer.json()
}

/// The code of a refusal, which must have no body.
fn code(answer: &Value) -> i64 {
    assert_eq!((&answer["header"]["isSuccessful"], &answer["body"]), (&json!(false), &Value::Null), "{answer}");
    answer["header"]["resultCode"].as_i64().unwrap()
}

#[tokio::test]
async fn an_sms_is_accepted_for_every_recipient() {
    let stage = stage().await;
    let recipients = json!([{ "recipientNo": "01012345678" }, { "recipientNo": "0212345678" }]);
    let answer = send(&stage, "sms", &with("recipientList", recipients)).await;
    let data = &answer["body"]["data"];
    assert_eq!((&answer["header"]["isSuccessful"], &data["statusCode"]), (&json!(true), &json!("2")));
    assert_eq!(data["sendResultList"][1]["recipientSeq"], 2);
    let messages = stage.sandbox.messages();
    assert_eq!(messages.iter().map(|message| message.to.as_str()).collect::<Vec<_>>(), ["01012345678", "0212345678"]);
    assert_eq!((messages[0].bytes, messages[0].kind), (Some(4), "sms"));
    assert_eq!(data["requestId"], messages[0].provider_id);
}

#[tokio::test]
async fn a_bad_number_fails_alone_but_not_if_there_is_no_other() {
    let stage = stage().await;
    let mixed = json!([{ "recipientNo": "01012345678" }, { "recipientNo": "010-1234-5678" }]);
    let answer = send(&stage, "sms", &with("recipientList", mixed)).await;
    assert_eq!(answer["body"]["data"]["sendResultList"][1]["resultCode"], -2019);
    assert_eq!(stage.texts().len(), 1);
    let only = json!([{ "recipientNo": "1012345678" }, { "recipientNo": "" }]);
    assert_eq!(code(&send(&stage, "sms", &with("recipientList", only)).await), -2019);
}

#[tokio::test]
async fn credentials_are_app_key_and_secret_key() {
    let stage = stage().await;
    let wrong = [("content-type", "application/json"), ("x-secret-key", "wrong")];
    let answer = stage.ask(Method::POST, &path("sms"), &wrong, good().to_string()).await;
    assert_eq!(code(&answer.json()), -1000);
    let other = path("sms").replace(NHN_APP_KEY, "nobody");
    let answer = stage.ask(Method::POST, &other, &headers(), good().to_string()).await;
    assert_eq!(code(&answer.json()), -1000);
    assert!(!stage.get("/api/requests").await.text.contains("nobody"));
}

#[tokio::test]
async fn every_rule_has_its_code() {
    let stage = stage().await;
    for (body, expected) in [
        (with("sendNo", "029999999"), -2312),
        (with("sendNo", Value::Null), -2312),
        (with("body", ""), -2014),
        (with("body", "불 🔥"), -2023),
        (with("body", 7), -9997),
        (with("recipientList", json!([])), -2001),
        (with("recipientList", json!([{}])), -2018),
        (with("recipientList", vec![json!({ "recipientNo": "01012345678" }); 1001]), -2016),
        (with("senderGroupingKey", "k".repeat(101)), 4),
        (with("statsId", "s".repeat(11)), 4),
    ] {
        assert_eq!(code(&send(&stage, "sms", &body).await), expected, "{expected}");
    }
    let plain = [("content-type", "text/plain"), ("x-secret-key", NHN_SECRET_KEY)];
    assert_eq!(code(&stage.ask(Method::POST, &path("sms"), &plain, good().to_string()).await.json()), -9996);
    assert_eq!(code(&stage.ask(Method::POST, &path("fax"), &headers(), good().to_string()).await.json()), -9998);
}

#[tokio::test]
async fn what_the_real_service_would_cut_is_refused() {
    let stage = stage().await;
    let body = |text: &str| with("body", text);
    assert_eq!(send(&stage, "sms", &body(&"가".repeat(45))).await["header"]["resultCode"], 0);
    let cut = send(&stage, "sms", &body(&("가".repeat(45) + "."))).await;
    assert_eq!(code(&cut), 4);
    assert!(cut["header"]["resultMessage"].as_str().unwrap().contains("cut at 90"));
    // 뷁 stands outside KS X 1001, so that strict EUC-KR needs eight bytes for it.
    assert_eq!(code(&send(&stage, "sms", &body(&"뷁".repeat(12))).await), 4);
}

#[tokio::test]
async fn an_lms_needs_a_title_and_has_room_for_2000_bytes() {
    let stage = stage().await;
    let lms = |title: &str, text: &str| {
        let mut body = with("body", text);
        body["title"] = title.into();
        body
    };
    assert_eq!(send(&stage, "mms", &lms(&"가".repeat(20), &"a".repeat(2000))).await["header"]["resultCode"], 0);
    assert_eq!(code(&send(&stage, "mms", &good()).await), -2014);
    assert_eq!(code(&send(&stage, "mms", &lms(&"가".repeat(21), "x")).await), 4);
    assert_eq!(code(&send(&stage, "mms", &lms("제목", &"a".repeat(2001))).await), 4);
    assert_eq!(code(&send(&stage, "mms", &lms("• 제목", "x")).await), -2023);
    let [message] = stage.sandbox.messages().try_into().unwrap();
    assert_eq!((message.kind, message.subject), ("lms", Some("가".repeat(20))));
}

#[tokio::test]
async fn a_message_is_found_by_its_grouping_key_and_by_its_id() {
    let stage = stage().await;
    let sent = send(&stage, "sms", &with("senderGroupingKey", "alert-1")).await;
    send(&stage, "sms", &good()).await;
    let id = sent["body"]["data"]["requestId"].as_str().unwrap();
    let day = "startRequestDate=2000-01-01%2000:00:00&endRequestDate=2000-01-31%2000:00:00";
    let old = look(&stage, &format!("?{day}&senderGroupingKey=alert-1")).await;
    assert_eq!(old["body"]["totalCount"], 0);
    let found = look(&stage, &format!("?{}&senderGroupingKey=alert-1", today(&stage))).await;
    assert_eq!((&found["body"]["totalCount"], &found["body"]["data"][0]["requestId"]), (&json!(1), &json!(id)));
    let one = look(&stage, &format!("/{id}?recipientSeq=1")).await;
    assert_eq!(one["body"]["data"]["recipientNo"], "01012345678");
}

#[tokio::test]
async fn a_text_is_on_its_way_when_first_asked_for_and_then_on_the_phone() {
    let stage = stage().await;
    let recipients = json!([{ "recipientNo": "01012345678" }, { "recipientNo": "01087654321" }]);
    let sent = send(&stage, "sms", &with("recipientList", recipients)).await;
    let id = sent["body"]["data"]["requestId"].as_str().unwrap();
    let ask = async |seq: u8| look(&stage, &format!("/{id}?recipientSeq={seq}")).await["body"]["data"].take();
    let first = ask(1).await;
    assert_eq!(
        (&first["msgStatus"], &first["resultCode"], &first["resultDate"]),
        (&json!("2"), &Value::Null, &Value::Null)
    );
    for _ in 0..2 {
        let next = ask(1).await;
        assert_eq!(
            (&next["msgStatus"], &next["resultCode"], &next["resultCodeName"]),
            (&json!("3"), &json!("1000"), &json!("성공"))
        );
    }
    assert_eq!(ask(2).await["msgStatus"], "2", "each text goes its own way");
    let shown = stage.get("/api/messages").await.json();
    assert_eq!((&shown[0]["state"], &shown[1]["state"]), (&json!("delivered"), &json!("delivered")));
}

#[tokio::test]
async fn a_list_of_texts_moves_none_of_them() {
    let stage = stage().await;
    send(&stage, "sms", &with("senderGroupingKey", "alert-1")).await;
    for _ in 0..2 {
        let list = look(&stage, &format!("?{}&senderGroupingKey=alert-1", today(&stage))).await;
        assert_eq!(list["body"]["data"][0]["msgStatus"], "2");
    }
    assert_eq!(stage.get("/api/messages").await.json()[0]["state"], "pending");
}

#[tokio::test]
async fn a_text_that_the_carrier_fails_is_accepted_and_says_so_later() {
    let stage = stage().await;
    stage.inject("nhn-sms=carrier:1");
    let mut titled = good();
    titled["title"] = "제목".into();
    let sent = send(&stage, "mms", &titled).await;
    assert_eq!(sent["body"]["data"]["sendResultList"][0]["resultCode"], 0);
    let id = sent["body"]["data"]["requestId"].as_str().unwrap();
    let path = format!("{}/{id}?recipientSeq=1", path("mms"));
    let ask = async || stage.ask(Method::GET, &path, &headers(), "").await.json()["body"]["data"].take();
    assert_eq!(ask().await["msgStatus"], "2");
    for _ in 0..2 {
        let text = ask().await;
        assert_eq!((&text["msgStatus"], &text["resultCode"]), (&json!("0"), &json!("2003")), "{text}");
        assert_eq!(text["resultCodeName"], "단말기 전원 꺼짐");
    }
    assert_eq!(stage.get("/api/messages").await.json()[0]["state"], "failed");
    let request = &stage.sandbox.requests()[0];
    assert_eq!((request.outcome, request.fault), (Outcome::Accepted, Some(FaultKind::Carrier)));
}

#[tokio::test]
async fn a_text_is_told_only_to_those_who_know_its_id_and_the_credentials() {
    let stage = stage().await;
    let sent = send(&stage, "sms", &good()).await;
    let id = sent["body"]["data"]["requestId"].as_str().unwrap();
    for (tail, expected) in [
        (format!("/{id}?recipientSeq=2"), -2007),
        ("/20260102030405ReZQ6KZzAH0?recipientSeq=1".to_owned(), -2007),
        (format!("/{id}"), -2012),
        (format!("/{id}?recipientSeq=x"), -2012),
    ] {
        assert_eq!(code(&look(&stage, &tail).await), expected, "{tail}");
    }
    let other_kind = stage.ask(Method::GET, &format!("{}/{id}?recipientSeq=1", path("mms")), &headers(), "").await;
    assert_eq!(code(&other_kind.json()), -2007);
    let path = format!("{}/{id}?recipientSeq=1", path("sms"));
    let stranger = stage.ask(Method::GET, &path, &[("x-secret-key", "wrong")], "").await;
    assert_eq!(code(&stranger.json()), -1000);
    assert_eq!(stage.get("/api/messages").await.json()[0]["state"], "pending", "nobody was told anything");
}

#[tokio::test]
async fn a_look_up_needs_a_time_of_at_most_a_month() {
    let stage = stage().await;
    let between = |start: &str, end: &str| format!("?startRequestDate={start}&endRequestDate={end}");
    assert_eq!(code(&look(&stage, "?senderGroupingKey=x").await), -2011);
    let short = between("2026-01-01", "2026-01-02");
    assert_eq!(code(&look(&stage, &short).await), -2000);
    let long = between("2026-01-01%2000:00:00", "2026-02-02%2000:00:00");
    assert_eq!(code(&look(&stage, &long).await), -4000);
}

async fn look(stage: &Stage, tail: &str) -> Value {
    stage.ask(Method::GET, &format!("{}{tail}", path("sms")), &headers(), "").await.json()
}

/// The second of the first message, in Korea.
fn today(stage: &Stage) -> String {
    let korea = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    let at = stage.sandbox.messages()[0].at.to_zoned(korea).strftime("%Y-%m-%d%%20%H:%M:%S").to_string();
    format!("startRequestDate={at}&endRequestDate={at}")
}

#[tokio::test]
async fn the_registered_senders_are_told_to_whoever_has_the_keys() {
    let stage = stage().await;
    let path = |query: &str| format!("/sms/v3.0/appKeys/{NHN_APP_KEY}/sendNos{query}");
    let all = stage.ask(Method::GET, &path(""), &headers(), "").await.json();
    assert_eq!(all["body"]["data"][0]["sendNo"], NHN_SENDER);
    assert_eq!((&all["body"]["data"][0]["useYn"], &all["body"]["data"][0]["blockYn"]), (&json!("Y"), &json!("N")));
    let other = stage.ask(Method::GET, &path("?sendNo=0311112222"), &headers(), "").await.json();
    assert_eq!((&other["header"]["isSuccessful"], &other["body"]["data"]), (&json!(true), &json!([])));
    let stranger = stage.ask(Method::GET, &path(""), &[("x-secret-key", "wrong")], "").await.json();
    assert_eq!(code(&stranger), -1000);
}
