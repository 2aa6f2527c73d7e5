use std::time::Duration;

use http::Response;
use serde_json::json;

use super::super::contract::{self, Answer, Finds, Means, Receipts, Sample, Says, answer, check, told};
use super::*;
use crate::error::Kind;
use crate::testing::{Reply, Stub};

macro_rules! refused {
    ($code:literal) => {
        concat!(r#"{"errorCode":""#, $code, r#"","errorMessage":"no"}"#)
    };
}

macro_rules! not_registered {
    ($code:literal) => {
        concat!(
            r#"{"failedMessageList":[{"to":"01012345678","statusCode":""#,
            $code,
            r#"","statusMessage":"no"}],"groupInfo":{"groupId":"G1","count":{"total":1,"registeredSuccess":0,"registeredFailed":1}}}"#
        )
    };
}

const TAKEN: &str = r#"{"failedMessageList":[],"groupInfo":{"groupId":"G1","count":{"total":1,"registeredSuccess":1,"registeredFailed":0}},"messageList":[{"messageId":"M1","statusCode":"2000","statusMessage":"ok"}]}"#;

pub(crate) const SAMPLE: Sample = Sample {
    settings: "api_key = \"NCSs3cretKEY\"\napi_secret = \"s3cretSECRET\"\nfrom = \"0212345678\"\nto = [\"01012345678\"]",
    secrets: &["NCSs3cretKEY", "s3cretSECRET"],
    accepted: TAKEN,
    error: r#"{"errorCode":"ValidationError","errorMessage":"MESSAGE"}"#,
    answers: &[
        answer("taken", 200, TAKEN, Means::Accepted),
        answer("taken, without a list", 200, r#"{"failedMessageList":[],"groupInfo":{"groupId":"G1","count":{"registeredSuccess":1}}}"#, Means::Accepted),
        answer("wrong key", 403, refused!("InvalidAPIKey"), Means::Unauthorized),
        answer("wrong key, in other letters", 400, refused!("InvalidApiKey"), Means::Unauthorized),
        answer("wrong signature", 403, refused!("SignatureDoesNotMatch"), Means::Unauthorized),
        answer("wrong signature, as observed", 400, refused!("SignatureDoesNotMatch"), Means::Unauthorized),
        answer("not allowed", 403, refused!("Forbidden"), Means::Unauthorized),
        answer("clock is off", 403, refused!("RequestTimeTooSkewed"), Means::Unavailable),
        answer("signature used before", 400, refused!("DuplicatedSignature"), Means::Unavailable),
        answer("bad request", 400, refused!("ValidationError"), Means::Rejected),
        answer("no money", 402, refused!("NotEnoughBalance"), Means::Rejected),
        answer("not found", 404, refused!("ResourceNotFound"), Means::Rejected),
        Answer { name: "too many", status: 429, headers: &[("retry-after", "4")], body: r#"{"errorCode":"TooManyRequests","message":"slow"}"#, means: Means::RateLimited(4) },
        answer("too many, without a header", 429, r#"{"errorCode":"TooManyRequests","message":"slow"}"#, Means::RateLimited(1)),
        answer("taken, with the group named twice", 200, r#"{"failedMessageList":[],"groupInfo":{"_id":"G1","groupId":"G1","count":{"registeredSuccess":1}}}"#, Means::Accepted),
        answer("wrong key with HTTP 200", 200, refused!("InvalidAPIKey"), Means::Unauthorized),
        answer("bad request with HTTP 200", 200, refused!("ValidationError"), Means::Rejected),
        answer("wrong key without words", 400, r#"{"errorCode":"InvalidAPIKey","errorMessage":null}"#, Means::Unauthorized),
        answer("taken, without words", 200, r#"{"failedMessageList":[],"groupInfo":{"groupId":"G1","count":{"registeredSuccess":1}},"messageList":[{"messageId":"M1","statusCode":"2000","statusMessage":null}]}"#, Means::Accepted),
        answer("too long to ask", 408, "", Means::Unavailable),
        answer("an error of tomorrow", 400, refused!("Novelty"), Means::Rejected),
        answer("internal error", 500, refused!("InternalError"), Means::Uncertain),
        answer("bad gateway", 502, "<html>", Means::Uncertain),
        answer("missing field", 200, not_registered!("1010"), Means::Rejected),
        answer("bad form", 200, not_registered!("1011"), Means::Rejected),
        answer("bad subject", 200, not_registered!("1013"), Means::Rejected),
        answer("not allowed to", 200, not_registered!("1020"), Means::Unauthorized),
        answer("their server", 200, not_registered!("1024"), Means::Rejected),
        answer("recipient twice", 200, not_registered!("1026"), Means::Rejected),
        answer("not printable", 200, not_registered!("1028"), Means::Rejected),
        answer("not EUC-KR", 200, not_registered!("1029"), Means::Rejected),
        answer("no balance", 200, not_registered!("1030"), Means::Rejected),
        answer("too long", 200, not_registered!("1031"), Means::Rejected),
        answer("no route", 200, not_registered!("1058"), Means::Rejected),
        answer("blocked", 200, not_registered!("1060"), Means::Rejected),
        answer("sender not registered", 200, not_registered!("1062"), Means::Unauthorized),
        answer("listed with another code", 200, r#"{"failedMessageList":[],"groupInfo":{"groupId":"G1","count":{"registeredSuccess":1}},"messageList":[{"messageId":"M1","statusCode":"1030","statusMessage":"no"}]}"#, Means::Rejected),
        answer("fewer registered than asked", 200, r#"{"failedMessageList":[],"groupInfo":{"groupId":"G1","count":{"registeredSuccess":0}}}"#, Means::Uncertain),
        answer("ok without a group", 200, "{}", Means::Uncertain),
        answer("not JSON", 200, "<html>", Means::Uncertain),
    ],
    receipts: Some(RECEIPTS),
    checks: &[
        check(
            "rich, with a registered sender",
            &[
                ("/cash/v1/balance ", 200, r#"{"balance":10000,"point":0,"autoRecharge":0}"#),
                ("/pricing/v1/messaging?countryId=82 ", 200, r#"{"countryId":"82","sms":20,"lms":50,"mms":200}"#),
                ("/senderid/v1/numbers/active ", 200, r#"["0212345678","01000000000"]"#),
            ],
            &[Finds::Ok, Finds::Ok],
            "잔액 10000원으로 500건을 보낼 수 있습니다.",
        ),
        check("points pay, too", &[("/cash", 200, r#"{"balance":1000,"point":1000.5}"#)], &[Finds::Ok, Finds::Ok], "잔액 2000원으로 100건을"),
        check("below what there should be", &[("/cash", 200, r#"{"balance":1999.9,"point":0}"#)], &[Finds::Warning, Finds::Ok], "buys 99 texts only"),
        check("below a tenth of it", &[("/cash", 200, r#"{"balance":120}"#)], &[Finds::Broken, Finds::Ok], "잔액 120원으로 6건만 보낼 수 있습니다."),
        check("without a won", &[("/cash", 200, r#"{"balance":0}"#)], &[Finds::Broken, Finds::Ok], "충전하세요: https://"),
        check("in debt", &[("/cash", 200, r#"{"balance":-5}"#)], &[Finds::Broken, Finds::Ok], "0건만"),
        check("without a price", &[("/pricing", 500, "{}")], &[Finds::Unasked, Finds::Ok], "10000 won"),
        check("at no price", &[("/pricing", 200, r#"{"sms":0,"lms":0}"#)], &[Finds::Unasked, Finds::Ok], "price"),
        check("not registered", &[("/senderid", 200, r#"["01000000000"]"#)], &[Finds::Ok, Finds::Broken], "is not registered"),
        check("registered, told in full", &[("/senderid", 200, r#"[{"phoneNumber":"02-1234-5678","status":"ACTIVE"}]"#)], &[Finds::Ok, Finds::Ok], "등록되어 있습니다"),
        check("wrong key", &[("", 403, refused!("InvalidAPIKey"))], &[Finds::Broken], "https://console.solapi.com/credentials"),
        check("wrong secret", &[("", 403, refused!("SignatureDoesNotMatch"))], &[Finds::Broken], "SignatureDoesNotMatch"),
        check("without the right to ask for the balance", &[("/cash", 403, refused!("Forbidden"))], &[Finds::Unasked, Finds::Ok], "Forbidden"),
        check("without the right to ask for senders", &[("/senderid", 403, refused!("Forbidden"))], &[Finds::Ok, Finds::Unasked], "Forbidden"),
        check("too many", &[("", 429, r#"{"errorCode":"TooManyRequests","message":"no"}"#)], &[Finds::Unasked, Finds::Unasked], "TooManyRequests"),
    ],
};

macro_rules! text {
    ($fields:literal) => {
        concat!(r#"{"startKey":null,"limit":20,"messageList":{"M4V1":{"messageId":"M4V1","to":"01012345678","#, $fields, "}}}")
    };
}

const RECEIPTS: Receipts = Receipts {
    id: "M4V1",
    failed: text!(r#""statusCode":"3048","reason":"MESSAGE""#),
    answers: &[
        told("on the phone", 200, text!(r#""statusCode":"4000","reason":"정상""#), Says::Delivered),
        told("on the phone, in an array", 200, r#"{"messageList":[{"messageId":"M4V0","statusCode":"3043"},{"messageId":"M4V1","statusCode":"4000"}]}"#, Says::Delivered),
        told("on the phone, named by its key alone", 200, r#"{"messageList":{"M4V1":{"statusCode":"4000"}}}"#, Says::Delivered),
        told("registered", 200, text!(r#""statusCode":"2000","reason":null"#), Says::Pending),
        told("at the carrier", 200, text!(r#""statusCode":"3000""#), Says::Pending),
        told("no code yet", 200, text!(r#""statusCode":null"#), Says::Pending),
        told("not registered", 200, text!(r#""statusCode":"1062","reason":"발신번호 미등록""#), Says::Failed("SOLAPI 1062: 발신번호 미등록")),
        told("no balance", 200, text!(r#""statusCode":"2230","reason":"잔액 부족""#), Says::Failed("SOLAPI 2230: 잔액 부족")),
        told("phone switched off", 200, text!(r#""statusCode":"3043","reason":"단말기 Power off""#), Says::Failed("SOLAPI 3043: 단말기 Power off")),
        told("spam, in the words of a webhook", 200, text!(r#""statusCode":"3054","statusMessage":"SPAM""#), Says::Failed("SOLAPI 3054: SPAM")),
        told("failed without words", 200, text!(r#""statusCode":"3014","reason":null"#), Says::Failed("SOLAPI 3014")),
        told("a code of tomorrow", 200, text!(r#""statusCode":"5000""#), Says::Nothing),
        told("a code of another sort", 200, text!(r#""statusCode":"TEST1000""#), Says::Nothing),
        told("a code that begins like a failure", 200, text!(r#""statusCode":"30""#), Says::Nothing),
        told("not found", 200, r#"{"startKey":null,"limit":20,"messageList":{}}"#, Says::Nothing),
        told("somebody else's text", 200, r#"{"messageList":{"M4V0":{"messageId":"M4V0","statusCode":"3043"}}}"#, Says::Nothing),
        told("no list", 200, "{}", Says::Nothing),
        told("wrong key", 403, refused!("InvalidAPIKey"), Says::Nothing),
        told("wrong key with HTTP 200", 200, refused!("InvalidAPIKey"), Says::Nothing),
        told("signature used before", 400, refused!("DuplicatedSignature"), Says::Nothing),
        told("too many", 429, r#"{"errorCode":"TooManyRequests","message":"slow"}"#, Says::Nothing),
        told("internal error", 500, refused!("InternalError"), Says::Nothing),
        told("a broken server that says failed", 500, text!(r#""statusCode":"3043""#), Says::Nothing),
        told("null", 200, "null", Says::Nothing),
        told("not JSON", 200, "<html>", Says::Nothing),
    ],
};

fn response(body: &serde_json::Value) -> Response<Vec<u8>> {
    Response::new(body.to_string().into_bytes())
}

#[tokio::test]
async fn every_attempt_is_signed_afresh() {
    let stub = Stub::start(|_| Reply::json(200, &TAKEN)).await;
    let channel = contract::channel("solapi", &SAMPLE, &stub.url());
    for _ in 0..3 {
        contract::send(&channel, Duration::from_secs(5)).await.unwrap();
    }
    let mut headers: Vec<_> = stub.heard().iter().map(|heard| heard.headers["authorization"].clone()).collect();
    headers.sort();
    headers.dedup();
    assert_eq!(headers.len(), 3);
}

#[test]
fn one_number_can_fail_where_another_passes() {
    let to = [Recipient::number("01012345678"), Recipient::number("01087654321")];
    let body = json!({
        "failedMessageList": [{ "to": "01012345678", "statusCode": "1030", "statusMessage": "no balance" }],
        "groupInfo": { "groupId": "G1", "count": { "registeredSuccess": 1, "registeredFailed": 1 } },
        "messageList": [{ "messageId": "M2", "statusCode": "2000" }],
    });
    let sent = answer::verdict(&response(&body), &to).unwrap();
    assert_eq!(sent.recipients[0].1.as_ref().unwrap_err().kind, Kind::Rejected);
    assert_eq!(sent.recipients[1].1, Ok(Some("M2".to_owned())));
}

#[test]
fn a_look_up_finds_our_message_in_either_form_of_list() {
    let ours = json!({ "messageId": "M1", "customFields": { "bongsu": "abc" } });
    let other = json!({ "messageId": "M0", "customFields": null });
    for list in [json!({ "M0": other, "M1": ours }), json!([other, ours])] {
        let found = answer::found(&response(&json!({ "messageList": list })), "abc").unwrap();
        assert_eq!(found.as_deref(), Some("M1"));
    }
    let none = answer::found(&response(&json!({ "messageList": {} })), "abc").unwrap();
    assert_eq!(none, None);
}

#[test]
fn a_message_that_failed_is_not_one_that_arrived() {
    let failed = json!({ "messageId": "M1", "statusCode": "1030", "customFields": { "bongsu": "abc" } });
    assert_eq!(answer::found(&response(&json!({ "messageList": { "M1": failed } })), "abc").unwrap(), None);
}

#[test]
fn a_look_up_that_fails_does_not_say_that_nothing_was_sent() {
    assert!(answer::found(&response(&json!({ "errorCode": "InternalError" })), "abc").is_err());
}

#[tokio::test]
async fn every_question_is_signed_afresh() {
    let stub = Stub::start(|_| Reply::json(200, &RECEIPTS.answers[0].body)).await;
    let channel = contract::channel("solapi", &SAMPLE, &stub.url());
    for _ in 0..2 {
        let to = Recipient::number("01012345678");
        let receipt = channel.provider.receipt(&to, RECEIPTS.id, Timestamp::UNIX_EPOCH).await;
        assert_eq!(receipt, Some(Ok(Receipt::Delivered)));
    }
    let heard = stub.heard();
    assert_ne!(heard[0].headers["authorization"], heard[1].headers["authorization"]);
}

#[test]
fn an_id_can_ask_for_nothing_else() {
    let config = contract::config("solapi", &SAMPLE, "http://127.0.0.1:1");
    let crate::provider::Settings::Solapi(settings) = &config.channels[0].settings else { unreachable!() };
    let request = receipt::request(settings, "M1&to=1#", Timestamp::UNIX_EPOCH).unwrap().unwrap();
    assert_eq!(request.uri().query(), Some("messageId=M1%26to%3D1%23"));
    assert!(receipt::request(settings, "", Timestamp::UNIX_EPOCH).is_none());
}
