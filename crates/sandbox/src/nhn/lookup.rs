use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::send::korea;
use super::{Kind, Refusal};
use crate::http::Incoming;
use crate::journal::Journal;
use crate::{Channel, Message, State};

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

/// `GET …/sender/{kind}/{requestId}?recipientSeq=`: one recipient's message, which has come further the next time.
///
/// That `-2007` is the answer to an id that nothing has is a guess; the documents say of it that the data asked for do
/// not exist.
pub(super) fn one(journal: &mut Journal, request: &Incoming, kind: Kind, id: &str) -> Result<Value, Refusal> {
    let seq: u64 = request
        .query("recipientSeq")
        .and_then(|seq| seq.parse().ok())
        .ok_or_else(|| (-2012, "Search parameter is invalid.(requestId and mtPr).".to_owned()))?;
    let mine = |message: &&mut Message| {
        message.channel == Channel::NhnSms
            && message.kind == kind.as_str()
            && message.provider_id == id
            && message.part.get("recipientSeq").and_then(Value::as_u64) == Some(seq)
    };
    let message = journal.messages.iter_mut().find(mine).ok_or_else(|| (-2007, "Not exist data.".to_owned()))?;
    let body = json!({ "data": row(message) });
    message.move_on();
    Ok(body)
}

/// Whether a message has what the query asks for, where it asks.
fn asked(request: &Incoming, name: &str, value: &str) -> bool {
    request.query(name).is_none_or(|wanted| wanted.is_empty() || wanted == value)
}

/// The time asked for: needed without a request id, and at most a month.
fn range(request: &Incoming) -> Result<Option<(DateTime, DateTime)>, Refusal> {
    let (start, end) = (request.query("startRequestDate"), request.query("endRequestDate"));
    let (Some(start), Some(end)) = (start, end) else {
        let missing = (-2011, "RequestId or start/endRequestDate or start/endCreateDate is required.".to_owned());
        return request.query("requestId").map(|_| None).ok_or(missing);
    };
    let read =
        |text| DateTime::strptime("%Y-%m-%d %H:%M:%S", text).map_err(|_| (-2000, "Date format error.".to_owned()));
    let (start, end) = (read(start)?, read(end)?);
    let latest = start.checked_add(1.month()).unwrap_or(DateTime::MAX);
    if end > latest {
        return Err((-4000, "Search is possible within one month.".to_owned()));
    }
    Ok(Some((start, end)))
}

/// A moment as NHN keeps it: Korean, in whole seconds.
fn korean(at: Timestamp) -> DateTime {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    whole.to_zoned(korea()).datetime()
}

/// A sent message as NHN lists it: `msgStatus` and its name, then the carrier's result and its name. While there is no
/// result, those and the date of it are null.
fn row(message: &Message) -> Value {
    let at = korean(message.at).strftime("%Y-%m-%d %H:%M:%S.0").to_string();
    let long = message.kind == Kind::Lms.as_str();
    let (status, result) = match message.state {
        Some(State::Pending) => (["2", "처리 중"], None),
        Some(State::Failed) => (["0", "실패"], Some(["2003", "단말기 전원 꺼짐"])),
        Some(State::Delivered) | None => (["3", "성공"], Some(["1000", "성공"])),
    };
    let mut row = json!({
        "requestId": message.provider_id, "requestDate": at, "resultDate": result.map(|_| at.as_str()),
        "templateId": null, "templateName": null, "categoryId": null, "categoryName": null,
        "body": message.text, "sendNo": message.from, "countryCode": "82", "recipientNo": message.to,
        "msgStatus": status[0], "msgStatusName": status[1],
        "resultCode": result.map(|result| result[0]), "resultCodeName": result.map(|result| result[1]),
        "telecomCode": result.map(|_| 10001), "telecomCodeName": result.map(|_| "SKT"),
        "recipientSeq": message.part.get("recipientSeq"),
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
