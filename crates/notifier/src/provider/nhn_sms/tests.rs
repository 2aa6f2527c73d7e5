use std::time::Duration;

use serde_json::json;

use super::super::contract::{self, Answer, Finds, Means, Receipts, Sample, Says, answer, check, told};
use super::*;
use crate::error::Kind;
use crate::render::Mark;
use crate::testing::{Reply, Stub, document};

macro_rules! refused {
    ($code:literal) => {
        concat!(r#"{"header":{"isSuccessful":false,"resultCode":"#, $code, r#","resultMessage":"no"},"body":null}"#)
    };
}
/// A number, whether it is used, and whether it is blocked.
macro_rules! senders {
    ($number:literal, $used:literal, $blocked:literal) => {
        concat!(
            r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"body":{"pageNum":1,"pageSize":100,"totalCount":1,"data":[{"serviceId":1,"sendNo":""#,
            $number,
            r#"","useYn":""#,
            $used,
            r#"","blockYn":""#,
            $blocked,
            r#"","blockReason":"도용 신고","createDate":"2026-01-02 03:04:05.0"}]}}"#
        )
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
    receipts: Some(RECEIPTS),
    checks: &[
        check("registered", &[("/sendNos?sendNo=0212345678&", 200, senders!("0212345678", "Y", "N"))], &[Finds::Ok], "발신 번호 0212345678이(가) 등록"),
        check("not registered", &[("/sendNos", 200, senders!("0311112222", "Y", "N"))], &[Finds::Broken], "is not registered"),
        check("none is registered", &[("/sendNos", 200, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"body":{"totalCount":0,"data":[]}}"#)], &[Finds::Broken], "is not registered"),
        check("blocked", &[("/sendNos", 200, senders!("0212345678", "Y", "Y"))], &[Finds::Broken], "도용 신고"),
        check("switched off", &[("/sendNos", 200, senders!("0212345678", "N", "N"))], &[Finds::Broken], "switched off"),
        check("wrong app key", &[("/sendNos", 200, refused!(-1000))], &[Finds::Broken], "-1000"),
        check("address not allowed", &[("/sendNos", 200, refused!(-1004))], &[Finds::Broken], "-1004"),
        check("wrong secret, by the status", &[("/sendNos", 401, "{}")], &[Finds::Broken], "HTTP 401"),
        check("service switched off", &[("/sendNos", 200, refused!(-1007))], &[Finds::Broken], "-1007"),
        check("no such question", &[("/sendNos", 200, refused!(-9998))], &[Finds::Unasked], "-9998"),
        check("system error", &[("/sendNos", 200, refused!(-9999))], &[Finds::Unasked], "-9999"),
        check("too many", &[("/sendNos", 429, "{}")], &[Finds::Unasked], "429"),
    ],
};

macro_rules! text {
    ($fields:literal) => {
        concat!(
            r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"body":{"data":{"requestId":"R1","recipientNo":"01012345678","recipientSeq":1,"#,
            $fields,
            "}}}"
        )
    };
}

const RECEIPTS: Receipts = Receipts {
    id: "20260102030405ReZQ6KZzAH0/1",
    failed: text!(r#""msgStatus":"0","resultCode":"3014","resultCodeName":"MESSAGE""#),
    answers: &[
        told("on the phone", 200, text!(r#""msgStatus":"3","msgStatusName":"성공","resultCode":"1000","resultCodeName":"성공""#), Says::Delivered),
        told("requested", 200, text!(r#""msgStatus":"1","msgStatusName":"요청","resultCode":null,"resultCodeName":null"#), Says::Pending),
        told("in progress", 200, text!(r#""msgStatus":"2","msgStatusName":"처리 중","resultDate":null"#), Says::Pending),
        told("waits to be sent again", 200, text!(r#""msgStatus":"7""#), Says::Pending),
        told("failed", 200, text!(r#""msgStatus":"0","msgStatusName":"실패","resultCode":"2003","resultCodeName":"단말기 전원 꺼짐""#), Says::Failed("NHN Cloud 2003: 단말기 전원 꺼짐")),
        told("failed, as a number", 200, text!(r#""msgStatus":0,"resultCode":3012,"resultCodeName":"스팸""#), Says::Failed("NHN Cloud 3012: 스팸")),
        told("failed without words", 200, text!(r#""msgStatus":"0","resultCode":"E999","resultCodeName":null"#), Says::Failed("NHN Cloud E999")),
        told("failed without a code", 200, text!(r#""msgStatus":"0","msgStatusName":"실패","resultCode":null"#), Says::Failed("NHN Cloud msgStatus 0: 실패")),
        told("cancelled", 200, text!(r#""msgStatus":"4","msgStatusName":"예약취소""#), Says::Failed("NHN Cloud msgStatus 4: 예약취소")),
        told("dropped as a duplicate", 200, text!(r#""msgStatus":"5","resultCode":"E915","resultCodeName":"중복 메시지""#), Says::Failed("NHN Cloud E915: 중복 메시지")),
        told("refused by the hour", 200, text!(r#""msgStatus":"6","resultCode":"E919","resultCodeName":null"#), Says::Failed("NHN Cloud E919")),
        told("a status of tomorrow", 200, text!(r#""msgStatus":"8""#), Says::Nothing),
        told("no status", 200, text!(r#""msgStatus":null"#), Says::Nothing),
        told("a text without a status", 200, text!(r#""resultCode":"3000""#), Says::Nothing),
        told("not found", 200, refused!(-2007), Says::Nothing),
        told("not found, with success", 200, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"body":{"data":null}}"#, Says::Nothing),
        told("no body", 200, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"body":null}"#, Says::Nothing),
        told("a list", 200, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"body":{"data":[]}}"#, Says::Nothing),
        told("bad question", 200, refused!(-2012), Says::Nothing),
        told("wrong app key", 200, refused!(-1000), Says::Nothing),
        told("internal error", 500, refused!(-9999), Says::Nothing),
        told("a broken server that says failed", 500, text!(r#""msgStatus":"0""#), Says::Nothing),
        told("too many", 429, "", Says::Nothing),
        told("null", 200, "null", Says::Nothing),
        told("not JSON", 200, "<html>", Says::Nothing),
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

#[tokio::test]
async fn a_text_without_a_place_in_its_request_cannot_be_asked_for() {
    let channel = contract::channel("nhn-sms", &SAMPLE, "http://127.0.0.1:1");
    for id in ["", "R1", "R1/", "R1/x"] {
        assert_eq!(channel.provider.receipt(&numbers()[0], id, Timestamp::UNIX_EPOCH).await, None, "{id}");
    }
}

#[test]
fn an_id_can_ask_for_nothing_else() {
    let config = contract::config("nhn-sms", &SAMPLE, "http://127.0.0.1:1");
    let crate::provider::Settings::NhnSms(settings) = &config.channels[0].settings else { unreachable!() };
    let request = receipt::request(settings, "R1?x#../9").unwrap().unwrap();
    assert_eq!(request.uri().path(), "/sms/v3.0/appKeys/s3cretAppKey/sender/sms/R1%3Fx%23%2E%2E");
}
