use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::send::korea;
use super::{Kind, Refusal};
use crate::http::Incoming;
use crate::journal::Journal;
use crate::{Channel, Message};

/// `GET …/sender/{kind}`: what was sent, by request id or within a time, newest first.
pub(super) fn list(journal: &Journal, request: &Incoming, kind: Kind) -> Result<Value, Refusal> {
    let range = range(request)?;
    let wanted = |message: &&Message| {
        let field = |name| message.request.get(name).and_then(Value::as_str).unwrap_or_default();
        message.kind == kind.as_str()
            && range.is_none_or(|(start, end)| (start..=end).contains(&korean(message.at)))
            && asked(request, "requestId", &message.provider_id)
            && asked(request, "senderGroupingKey", field("senderGroupingKey"))
            && asked(request, "sendNo", field("sendNo"))
            && asked(request, "recipientNo", &message.to)
    };
    let found: Vec<Value> = journal.of(Channel::NhnSms).rev().filter(wanted).map(row).collect();
    let number = |name, default| request.query(name).and_then(|number| number.parse().ok()).unwrap_or(default);
    let (page, size) = (number("pageNum", 1_usize).max(1), number("pageSize", 15_usize).clamp(1, 1000));
    let shown: Vec<&Value> = found.iter().skip((page - 1) * size).take(size).collect();
    Ok(json!({ "pageNum": page, "pageSize": size, "totalCount": found.len(), "data": shown }))
}

/// `GET …/sender/{kind}/{requestId}?recipientSeq=`: one recipient's message.
pub(super) fn one(journal: &Journal, request: &Incoming, kind: Kind, id: &str) -> Result<Value, Refusal> {
    let seq: u64 = request
        .query("recipientSeq")
        .and_then(|seq| seq.parse().ok())
        .ok_or_else(|| (-2012, "RequestId or recipientSeq is invalid.".to_owned()))?;
    let mine = |message: &&Message| {
        message.kind == kind.as_str()
            && message.provider_id == id
            && message.part.get("recipientSeq").and_then(Value::as_u64) == Some(seq)
    };
    Ok(json!({ "data": journal.of(Channel::NhnSms).find(mine).map(row) }))
}

/// Whether a message has what the query asks for, where it asks.
fn asked(request: &Incoming, name: &str, value: &str) -> bool {
    request.query(name).is_none_or(|wanted| wanted.is_empty() || wanted == value)
}

/// The time asked for: needed without a request id, and at most a month.
fn range(request: &Incoming) -> Result<Option<(DateTime, DateTime)>, Refusal> {
    let (start, end) = (request.query("startRequestDate"), request.query("endRequestDate"));
    let (Some(start), Some(end)) = (start, end) else {
        let missing = (-2011, "RequestId or startRequestDate and endRequestDate are required.".to_owned());
        return request.query("requestId").map(|_| None).ok_or(missing);
    };
    let read =
        |text| DateTime::strptime("%Y-%m-%d %H:%M:%S", text).map_err(|_| (-2000, "Date format error.".to_owned()));
    let (start, end) = (read(start)?, read(end)?);
    let latest = start.checked_add(1.month()).unwrap_or(DateTime::MAX);
    if end > latest {
        return Err((-4000, "The query range must not exceed a month.".to_owned()));
    }
    Ok(Some((start, end)))
}

/// A moment as NHN keeps it: Korean, in whole seconds.
fn korean(at: Timestamp) -> DateTime {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    whole.to_zoned(korea()).datetime()
}

/// A sent message as NHN lists it. Here everything that was accepted is delivered at once.
fn row(message: &Message) -> Value {
    let at = korean(message.at).strftime("%Y-%m-%d %H:%M:%S.0").to_string();
    let long = message.kind == Kind::Lms.as_str();
    let mut row = json!({
        "requestId": message.provider_id, "requestDate": at, "resultDate": at,
        "templateId": null, "templateName": null, "categoryId": null, "categoryName": null,
        "body": message.text, "sendNo": message.from, "countryCode": "82", "recipientNo": message.to,
        "msgStatus": "3", "msgStatusName": "성공", "resultCode": "1000", "resultCodeName": "성공",
        "telecomCode": 10001, "telecomCodeName": "SKT", "recipientSeq": message.part.get("recipientSeq"),
        "sendType": if long { "1" } else { "0" }, "messageType": if long { "LMS" } else { "SMS" },
        "userId": null, "adYn": "N", "resultMessage": "",
        "senderGroupingKey": message.request.get("senderGroupingKey"),
        "recipientGroupingKey": message.part.get("recipientGroupingKey"),
    });
    if let (Some(fields), true) = (row.as_object_mut(), long) {
        fields.insert("title".to_owned(), json!(message.subject));
    }
    row
}
