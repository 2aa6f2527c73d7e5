use std::time::Duration;

use serde_json::json;

use super::super::contract::{self, Answer, Means, Sample, answer};
use super::*;
use crate::error::Kind;
use crate::render::Mark;
use crate::testing::{Reply, Stub, document};

macro_rules! refused {
    ($code:literal) => {
        concat!(r#"{"header":{"isSuccessful":false,"resultCode":"#, $code, r#","resultMessage":"no"},"body":null}"#)
    };
}
const TAKEN: &str = r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"body":{"data":{"requestId":"R1","statusCode":"2","sendResultList":[{"recipientNo":"01012345678","resultCode":0,"resultMessage":"SUCCESS","recipientSeq":1},{"recipientNo":"01087654321","resultCode":0,"resultMessage":"SUCCESS","recipientSeq":2}]}}}"#;

pub(crate) const SAMPLE: Sample = Sample {
    settings: "app_key = \"s3cretAppKey\"\nsecret_key = \"s3cretKey\"\nfrom = \"0212345678\"\nto = [\"01012345678\", \"01087654321\"]",
    secrets: &["s3cretAppKey", "s3cretKey"],
    accepted: TAKEN,
    error: r#"{"header":{"isSuccessful":false,"resultCode":-2000,"resultMessage":"MESSAGE"},"body":null}"#,
    answers: &[
        answer("taken", 200, TAKEN, Means::Accepted),
        answer("wrong app key", 200, refused!(-1000), Means::Unauthorized),
        answer("app key of no service", 200, refused!(-1001), Means::Unauthorized),
        answer("app key switched off", 200, refused!(-1002), Means::Unauthorized),
        answer("no rights", 200, refused!(-1003), Means::Unauthorized),
        answer("address not allowed", 200, refused!(-1004), Means::Unauthorized),
        answer("service switched off", 200, refused!(-1007), Means::Unauthorized),
        answer("wrong secret", 200, refused!(-1008), Means::Unauthorized),
        answer("sender not registered", 200, refused!(-2312), Means::Unauthorized),
        answer("sender refused", 200, refused!(-2313), Means::Unauthorized),
        answer("app key of no use", 401, refused!(-9995), Means::Unauthorized),
        answer("no access", 200, refused!(-9996), Means::Unauthorized),
        answer("no such address", 404, refused!(-9998), Means::Unauthorized),
        answer("bad parameter", 200, refused!(-2000), Means::Rejected),
        answer("bad date", 200, refused!(-2001), Means::Rejected),
        answer("no recipient", 200, refused!(-2014), Means::Rejected),
        answer("emoji", 200, refused!(-2023), Means::Rejected),
        answer("too long", 200, refused!(-2044), Means::Rejected),
        answer("quota of the month", 200, refused!(-2052), Means::Rejected),
        answer("quota of the day", 200, refused!(-2053), Means::Rejected),
        answer("bad JSON", 400, refused!(-9997), Means::Rejected),
        answer("too long to ask", 408, "", Means::Unavailable),
        answer("a code of tomorrow and too many", 429, refused!(-7777), Means::RateLimited(1)),
        answer("a code of tomorrow and no rights", 401, refused!(-7777), Means::Unauthorized),
        answer("a code of tomorrow and a broken server", 503, refused!(-7777), Means::Uncertain),
        answer("a refusal without words", 200, r#"{"header":{"isSuccessful":false,"resultCode":-1000,"resultMessage":null},"body":null}"#, Means::Unauthorized),
        answer("a code of tomorrow", 200, refused!(-7777), Means::Rejected),
        answer("busy", 200, refused!(-2021), Means::Unavailable),
        answer("internal error", 500, refused!(-9999), Means::Uncertain),
        answer("failed as a whole", 200, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":""},"body":{"data":{"requestId":"R1","statusCode":"3","sendResultList":[]}}}"#, Means::Rejected),
        answer("one number refused", 200, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":""},"body":{"data":{"requestId":"R1","statusCode":"2","sendResultList":[{"recipientNo":"01012345678","resultCode":0,"recipientSeq":1},{"recipientNo":"01087654321","resultCode":-2019,"resultMessage":"bad number"}]}}}"#, Means::Rejected),
        answer("one number forgotten", 200, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":""},"body":{"data":{"requestId":"R1","statusCode":"2","sendResultList":[{"recipientNo":"01012345678","resultCode":0,"recipientSeq":1}]}}}"#, Means::Uncertain),
        answer("ok without a request", 200, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":""},"body":null}"#, Means::Uncertain),
        Answer { name: "too many", status: 429, headers: &[("retry-after", "2")], body: "", means: Means::RateLimited(2) },
        answer("not theirs", 403, "<html>", Means::Unauthorized),
        answer("not JSON", 200, "<html>", Means::Uncertain),
        answer("bad gateway", 502, "<html>", Means::Uncertain),
    ],
};

fn numbers() -> Vec<Recipient> {
    vec![Recipient::number("01012345678"), Recipient::number("01087654321")]
}

fn response(body: &serde_json::Value) -> Response<Vec<u8>> {
    Response::new(body.to_string().into_bytes())
}

#[test]
fn each_number_has_its_own_verdict_and_message() {
    let body = json!({ "header": { "isSuccessful": true, "resultCode": 0 }, "body": { "data": { "requestId": "R1", "statusCode": "2", "sendResultList": [
        { "recipientNo": "01087654321", "resultCode": -2019, "resultMessage": "bad number" },
        { "recipientNo": "01012345678", "resultCode": 0, "recipientSeq": 1 },
    ] } } });
    let sent = verdict(&response(&body), &numbers()).unwrap();
    assert_eq!(sent.recipients[0].1, Ok(Some("R1/1".to_owned())));
    assert_eq!(sent.recipients[1].1.as_ref().unwrap_err().kind, Kind::Rejected);
}

#[test]
fn a_look_up_asks_for_our_key_in_korean_time() {
    let config = contract::config("nhn-sms", &SAMPLE, "http://127.0.0.1:1");
    let crate::provider::Settings::NhnSms(settings) = &config.channels[0].settings else { unreachable!() };
    let document = document();
    let since = "2026-01-02T15:04:05Z".parse().unwrap();
    let letter = Letter { document: &document, mark: Mark::First, to: &numbers(), reference: "abc", since };
    let request = look_up_request(settings, &letter, "2026-01-02T15:05:00Z".parse().unwrap()).unwrap();
    let query = request.uri().query().unwrap();
    assert_eq!(query, "startRequestDate=2026-01-03%2000:03:05&endRequestDate=2026-01-03%2000:06:00&senderGroupingKey=abc&pageNum=1&pageSize=1000");
}

#[test]
fn a_look_up_finds_the_numbers_that_have_a_message_and_no_others() {
    let body = json!({ "header": { "isSuccessful": true, "resultCode": 0 }, "body": { "data": [
        { "requestId": "R1", "recipientNo": "01087654321", "recipientSeq": 2, "msgStatus": "3" },
    ] } });
    let found = found(&response(&body), &numbers()).unwrap();
    assert_eq!(found, [(Recipient::number("01087654321"), Some("R1/2".to_owned()))]);
}

#[test]
fn a_message_that_failed_or_was_cancelled_is_not_one_that_arrived() {
    for status in ["0", "4"] {
        let body = json!({ "header": { "isSuccessful": true, "resultCode": 0 }, "body": { "data": [
            { "requestId": "R1", "recipientNo": "01087654321", "recipientSeq": 2, "msgStatus": status },
        ] } });
        assert_eq!(found(&response(&body), &numbers()).unwrap(), []);
    }
}

#[test]
fn a_look_up_that_fails_does_not_say_that_nothing_was_sent() {
    let body = json!({ "header": { "isSuccessful": false, "resultCode": -9999, "resultMessage": "no" }, "body": null });
    assert!(found(&response(&body), &numbers()).is_err());
}

#[tokio::test]
async fn long_texts_go_to_the_other_address_with_a_title() {
    let stub = Stub::start(|_| Reply::json(200, &TAKEN)).await;
    let sample = Sample { settings: "format = \"lms\"\napp_key = \"a\"\nsecret_key = \"b\"\nfrom = \"0212345678\"\nto = [\"01012345678\"]", ..SAMPLE };
    contract::send(&contract::channel("nhn-sms", &sample, &stub.url()), Duration::from_secs(5)).await.unwrap();
    let heard = &stub.heard()[0];
    assert!(heard.line.contains("/sender/mms"), "{}", heard.line);
    assert!(heard.body.contains("\"title\""), "{}", heard.body);
}
