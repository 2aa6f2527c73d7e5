use jiff::tz::{self, TimeZone};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Kind, PAGE, Refusal, envelope};
use crate::http::Incoming;
use crate::providers::Verdict;
use crate::server::House;
use crate::{Channel, Message, NhnApp, State, api, euc_kr};

/// The body of a send; what bongsu does not use (templates, reservations) is not played.
#[derive(Deserialize)]
struct Send {
    title: Option<String>,
    body: Option<String>,
    #[serde(rename = "sendNo")]
    from: Option<String>,
    #[serde(rename = "recipientList")]
    recipients: Option<Vec<Recipient>>,
    #[serde(rename = "senderGroupingKey")]
    grouping_key: Option<String>,
    #[serde(rename = "statsId")]
    stats_id: Option<String>,
}

#[derive(Deserialize)]
struct Recipient {
    #[serde(rename = "recipientNo")]
    number: Option<String>,
    #[serde(rename = "countryCode")]
    country: Option<String>,
    #[serde(rename = "recipientGroupingKey")]
    grouping_key: Option<String>,
}

/// `POST …/sender/sms` and `…/sender/mms`.
pub(super) fn send(house: &House, request: &Incoming, app: &NhnApp, kind: Kind) -> Result<Verdict, Refusal> {
    if request.content_type() != "application/json" {
        return Err(refusal(-9996, "Only application/json Content-type is supported."));
    }
    let send: Send = serde_json::from_slice(&request.body).map_err(|_| refusal(-9997, "Invalid API parameters."))?;
    let sender = send.from.as_deref().unwrap_or_default();
    if sender.len() > 13 || !app.senders.iter().any(|registered| registered == sender) {
        return Err(refusal(-2312, "SendNo is not registered."));
    }
    let bytes = texts(&send, kind)?;
    fits("senderGroupingKey", send.grouping_key.as_deref(), 100)?;
    fits("statsId", send.stats_id.as_deref(), 10)?;
    let recipients = send.recipients.as_deref().unwrap_or_default();
    match recipients.len() {
        0 => return Err(refusal(-2001, "RecipientList can not be null.")),
        1..=1000 => {}
        _ => return Err(refusal(-2016, "The number of recipients must not exceed 1,000.")),
    }
    let results: Vec<Result<(), Refusal>> = recipients.iter().map(|recipient| check(recipient, kind)).collect();
    if results.iter().all(Result::is_err) {
        results.iter().find_map(|result| result.clone().err()).map_or(Ok(()), Err)?;
    }
    Ok(accept(house, request, &send, kind, bytes, &results))
}

fn refusal(code: i64, message: &str) -> Refusal {
    (code, message.to_owned())
}

/// The length of the body in bytes, if title and body are whole, short enough and within EUC-KR.
///
/// The real service takes up to 255 characters of SMS, 120 of title and 4,000 of LMS, and what arrives is cut at 90, 40
/// and 2,000 bytes (<https://docs.nhncloud.com/ko/Notification/SMS/ko/api-guide/#precautions>). A cut alert is a defect,
/// so the sandbox refuses it as a violation of those maxima.
fn texts(send: &Send, kind: Kind) -> Result<usize, Refusal> {
    let body = send.body.as_deref().unwrap_or_default();
    let missing = |what: &str| refusal(-2014, &format!("The {what} can not be empty."));
    if body.is_empty() {
        return Err(missing("body"));
    }
    if kind == Kind::Sms {
        return measure("body", body, 90);
    }
    let title = send.title.as_deref().filter(|title| !title.is_empty()).ok_or_else(|| missing("title"))?;
    measure("title", title, 40)?;
    measure("body", body, 2000)
}

fn measure(what: &str, text: &str, limit: usize) -> Result<usize, Refusal> {
    let bytes = euc_kr::len(text)
        .map_err(|character| refusal(-2023, &format!("The {what} contains an invalid character: {character:?}.")))?;
    if bytes > limit {
        let told = format!("Parameter validation failed: the {what} has {bytes} bytes and would be cut at {limit}.");
        return Err((4, told));
    }
    Ok(bytes)
}

fn fits(what: &str, value: Option<&str>, limit: usize) -> Result<(), Refusal> {
    if value.unwrap_or_default().chars().count() > limit {
        return Err((4, format!("Parameter validation failed: {what} has more than {limit} characters.")));
    }
    Ok(())
}

/// One recipient: a number of digits, at home beginning with 0. LMS does not go abroad.
fn check(recipient: &Recipient, kind: Kind) -> Result<(), Refusal> {
    let number = recipient.number.as_deref().unwrap_or_default();
    if number.is_empty() {
        return Err(refusal(-2018, "RecipientNo can not be empty."));
    }
    let home = recipient.country.as_deref().unwrap_or("82") == "82";
    if !home && kind == Kind::Lms {
        return Err(refusal(-2024, "MMS can not be sent abroad."));
    }
    let length = if home { 9..=11 } else { 5..=20 };
    let good = number.bytes().all(|byte| byte.is_ascii_digit()) && length.contains(&number.len());
    if !good || (home && !number.starts_with('0')) {
        return Err(refusal(-2019, "RecipientNo is invalid."));
    }
    fits("recipientGroupingKey", recipient.grouping_key.as_deref(), 100)
}

/// Writes down what was accepted, and answers with a result for every recipient.
fn accept(
    house: &House,
    request: &Incoming,
    send: &Send,
    kind: Kind,
    bytes: usize,
    results: &[Result<(), Refusal>],
) -> Verdict {
    let id = request_id(request, house.journal().next());
    let recipients = send.recipients.iter().flatten().zip(results);
    let parts: Vec<(Value, bool)> = recipients
        .zip(1_u32..)
        .map(|((recipient, result), seq)| (part(recipient, result, seq), result.is_ok()))
        .collect();
    let accepted = parts.iter().filter(|(_, good)| *good).map(|(part, _)| Message {
        channel: Channel::NhnSms,
        at: request.at,
        play: request.play,
        kind: kind.as_str(),
        to: part.get("recipientNo").and_then(Value::as_str).unwrap_or_default().to_owned(),
        from: send.from.clone(),
        subject: send.title.clone().filter(|_| kind == Kind::Lms),
        text: send.body.clone().unwrap_or_default(),
        parse_mode: None,
        entities: Vec::new(),
        bytes: Some(bytes),
        provider_id: id.clone(),
        state: Some(State::Pending),
        fate: State::Delivered,
        request: api::shown(&request.body),
        part: part.clone(),
    });
    let rule = results.iter().find_map(|result| result.as_ref().err());
    let data = json!({
        "requestId": id, "statusCode": "2", "senderGroupingKey": send.grouping_key,
        "sendResultList": parts.iter().map(|(part, _)| part).collect::<Vec<_>>(),
    });
    Verdict {
        accepted: accepted.collect(),
        reply: envelope(axum::http::StatusCode::OK, 0, "SUCCESS", &json!({ "data": data })),
        rule: rule.map(|(code, message)| format!("{code} {message} ({PAGE})")),
    }
}

/// An entry of `sendResultList`.
fn part(recipient: &Recipient, result: &Result<(), Refusal>, seq: u32) -> Value {
    let (code, message) = result.as_ref().err().map_or((0, "SUCCESS"), |(code, message)| (*code, message.as_str()));
    json!({
        "recipientNo": recipient.number, "resultCode": code, "resultMessage": message,
        "recipientSeq": seq, "recipientGroupingKey": recipient.grouping_key,
    })
}

/// `20180810100630ReZQ6KZzAH0`: the time in Korea and eleven letters or digits.
fn request_id(request: &Incoming, number: u64) -> String {
    format!("{}{number:0>11}", request.at.to_zoned(korea()).strftime("%Y%m%d%H%M%S"))
}

/// NHN writes times without a zone, and means Korea's.
pub(super) fn korea() -> TimeZone {
    TimeZone::fixed(tz::offset(9))
}
