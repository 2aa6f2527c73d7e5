use std::time::Duration;

use http::Response;
use serde_json::json;

use super::super::contract::{self, Answer, Means, Sample, answer};
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
