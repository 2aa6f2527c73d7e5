use std::time::Duration;

use reqwest::Method;
use sandbox::demo::{NHN_APP_KEY, NHN_SECRET_KEY, NHN_SENDER, TELEGRAM_CHAT, TELEGRAM_TOKEN};
use sandbox::{Channel, FaultKind, Outcome};
use serde_json::json;

use crate::stage::{Answer, Silence, Stage, stage};

/// Sends something to a channel, good or not: faults do not look.
async fn send(stage: &Stage, channel: Channel) -> Result<Answer, Silence> {
    let json = ("content-type", "application/json");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let (path, headers, body) = match channel {
        Channel::Telegram => (
            format!("/bot{TELEGRAM_TOKEN}/sendMessage"),
            vec![json],
            json!({ "chat_id": TELEGRAM_CHAT, "text": "봉수" }).to_string(),
        ),
        Channel::NhnSms => (
            format!("/sms/v3.0/appKeys/{NHN_APP_KEY}/sender/sms"),
            vec![json, ("x-secret-key", NHN_SECRET_KEY)],
            json!({ "body": "봉수", "sendNo": NHN_SENDER, "senderGroupingKey": "k",
                    "recipientList": [{ "recipientNo": "01012345678" }] })
            .to_string(),
        ),
        Channel::Solapi => ("/messages/v4/send-many/detail".to_owned(), vec![json], String::new()),
        Channel::SnsEmail => ("/".to_owned(), vec![form], "Action=Publish".to_owned()),
    };
    stage.try_ask(Method::POST, &path, &headers, body).await
}

#[tokio::test]
async fn every_provider_fails_in_its_own_words() {
    let stage = stage().await;
    for (channel, kind, status, says) in [
        (Channel::Telegram, "500", 500, "Internal Server Error"),
        (Channel::Telegram, "429", 429, "\"retry_after\":1"),
        (Channel::Telegram, "unauthorized", 401, "Unauthorized"),
        (Channel::Telegram, "refuse", 400, "Bad Request"),
        (Channel::NhnSms, "500", 500, "-9999"),
        (Channel::NhnSms, "429", 429, "isSuccessful"),
        (Channel::NhnSms, "unauthorized", 200, "-1000"),
        (Channel::NhnSms, "refuse", 200, "-2023"),
        (Channel::Solapi, "500", 500, "errorCode"),
        (Channel::Solapi, "429", 429, "TooManyRequests"),
        (Channel::Solapi, "unauthorized", 403, "InvalidAPIKey"),
        (Channel::Solapi, "refuse", 400, "ValidationError"),
        (Channel::SnsEmail, "500", 500, "<Code>InternalError</Code>"),
        (Channel::SnsEmail, "429", 429, "<Code>Throttled</Code>"),
        (Channel::SnsEmail, "unauthorized", 403, "<Code>AuthorizationError</Code>"),
        (Channel::SnsEmail, "refuse", 400, "<Code>InvalidParameter</Code>"),
    ] {
        stage.inject(&format!("{channel}={kind}:1"));
        let answer = send(&stage, channel).await.unwrap();
        assert_eq!(answer.status, status, "{channel} {kind}");
        assert!(answer.text.contains(says), "{channel} {kind}: {}", answer.text);
    }
    assert!(stage.texts().is_empty());
}

#[tokio::test]
async fn telegram_says_when_to_come_back_in_a_header_too() {
    let stage = stage().await;
    stage.inject("telegram=429");
    assert_eq!(send(&stage, Channel::Telegram).await.unwrap().headers["retry-after"], "1");
}

#[tokio::test]
async fn garbage_has_status_200_and_is_neither_json_nor_accepted() {
    let stage = stage().await;
    for channel in Channel::ALL {
        stage.inject(&format!("{channel}=garbage"));
        let answer = send(&stage, channel).await.unwrap();
        assert_eq!(answer.status, 200);
        assert!(serde_json::from_str::<serde_json::Value>(&answer.text).is_err());
    }
    assert!(stage.texts().is_empty());
}

#[tokio::test]
async fn a_reset_after_the_write_leaves_an_accepted_message_and_no_answer() {
    let stage = stage().await;
    stage.inject("nhn-sms=reset-after-write:1");
    let error = send(&stage, Channel::NhnSms).await.unwrap_err();
    assert!(format!("{error:?}").contains("ConnectionReset"), "{error:?}");
    assert_eq!(stage.texts(), ["봉수"]);
    let request = &stage.sandbox.requests()[0];
    assert_eq!((request.outcome, request.fault), (Outcome::Accepted, Some(FaultKind::ResetAfterWrite)));
    assert_eq!(send(&stage, Channel::NhnSms).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_timeout_never_answers_and_accepts_nothing() {
    let stage = stage().await;
    stage.inject("telegram=timeout:1");
    let silence = tokio::time::timeout(Duration::from_secs(1), send(&stage, Channel::Telegram)).await;
    assert!(silence.is_err());
    assert!(stage.texts().is_empty());
    assert_eq!(stage.sandbox.requests()[0].fault, Some(FaultKind::Timeout));
    assert_eq!(send(&stage, Channel::Telegram).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_slow_answer_is_a_correct_one_and_the_message_is_there_at_once() {
    let stage = stage().await;
    stage.inject("telegram=slow:1");
    let early = tokio::time::timeout(Duration::from_secs(1), send(&stage, Channel::Telegram)).await;
    assert!(early.is_err());
    assert_eq!(stage.texts().len(), 1);
    stage.inject("telegram=slow:1");
    assert_eq!(send(&stage, Channel::Telegram).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_fault_counts_sends_only_and_other_channels_do_not_feel_it() {
    let stage = stage().await;
    stage.inject("telegram=500:1");
    assert_eq!(stage.get("/").await.status, 200);
    assert_eq!(stage.ask(Method::HEAD, "/", &[], "").await.status, 200);
    assert_eq!(stage.get(&format!("/bot{TELEGRAM_TOKEN}/getMe")).await.status, 200);
    assert_eq!(send(&stage, Channel::NhnSms).await.unwrap().status, 200);
    assert_eq!(send(&stage, Channel::Telegram).await.unwrap().status, 500);
    assert_eq!(send(&stage, Channel::Telegram).await.unwrap().status, 200);
}

#[tokio::test]
async fn faults_come_and_go_over_http() {
    let stage = stage().await;
    let post = async |body: &'static str| stage.ask(Method::POST, "/api/faults", &[], body).await;
    assert_eq!(post(r#"{"channel":"telegram","kind":"refuse","times":3}"#).await.status, 201);
    assert_eq!(stage.get("/api/faults").await.json()[0]["kind"], "refuse");
    assert_eq!(send(&stage, Channel::Telegram).await.unwrap().status, 400);
    assert_eq!(stage.ask(Method::DELETE, "/api/faults", &[], "").await.status, 204);
    assert_eq!(send(&stage, Channel::Telegram).await.unwrap().status, 200);
    for bad in [
        r#"{"channel":"pigeon","kind":"500"}"#,
        r#"{"channel":"telegram","kind":"rain"}"#,
        r#"{"channel":"telegram","kind":"carrier"}"#,
        "{}",
        "",
    ] {
        let answer = post(bad).await;
        assert_eq!(answer.status, 400);
        assert!(answer.json()["error"].is_string());
    }
}

#[tokio::test]
async fn what_arrived_is_told_over_http_and_forgotten_on_demand() {
    let stage = stage().await;
    send(&stage, Channel::Telegram).await.unwrap();
    send(&stage, Channel::NhnSms).await.unwrap();
    let messages = stage.get("/api/messages").await.json();
    assert_eq!((&messages[0]["channel"], &messages[1]["channel"]), (&json!("telegram"), &json!("nhn-sms")));
    assert_eq!((&messages[0]["text"], &messages[1]["bytes"]), (&json!("봉수"), &json!(4)));
    assert_eq!(stage.get("/api/requests").await.json()[1]["outcome"], "accepted");
    assert_eq!(stage.ask(Method::DELETE, "/api/messages", &[], "").await.status, 204);
    assert_eq!(stage.get("/api/messages").await.json(), json!([]));
    assert_eq!(stage.get("/api/requests").await.json(), json!([]));
}

#[tokio::test]
async fn no_secret_is_ever_shown() {
    let stage = stage().await;
    for channel in Channel::ALL {
        send(&stage, channel).await.unwrap();
    }
    stage.get(&format!("/bott{TELEGRAM_TOKEN}/getMe")).await;
    stage.get(&format!("/smss/{NHN_APP_KEY}")).await;
    let all = stage.get("/api/messages").await.text + &stage.get("/api/requests").await.text;
    for secret in [TELEGRAM_TOKEN, NHN_APP_KEY, NHN_SECRET_KEY] {
        assert!(!all.contains(secret), "{all}");
    }
}

#[tokio::test]
async fn a_path_that_no_provider_has_is_404_and_written_down() {
    let stage = stage().await;
    assert_eq!(stage.get("/v1/sms").await.status, 404);
    let request = &stage.sandbox.requests()[0];
    assert_eq!((request.channel, request.outcome), (None, Outcome::Refused));
}

#[tokio::test]
async fn a_stopped_sandbox_frees_its_port() {
    let stage = stage().await;
    let addr = stage.sandbox.url().trim_start_matches("http://").to_owned();
    assert!(tokio::net::TcpStream::connect(&addr).await.is_ok());
    stage.sandbox.stop().await;
    assert!(tokio::net::TcpStream::connect(&addr).await.is_err());
    let again = sandbox::Sandbox::start(addr.parse().unwrap(), sandbox::Accounts::default()).await.unwrap();
    let taken = sandbox::Sandbox::start(addr.parse().unwrap(), sandbox::Accounts::default()).await;
    assert!(taken.err().is_some_and(|error| error.to_string().contains(&addr)));
    drop(again);
}
