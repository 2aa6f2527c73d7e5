use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{ACCOUNT, CHANNEL, Refusal};
use crate::http::Incoming;
use crate::journal::Journal;
use crate::{Message, State};

/// `GET /messages/v4/list` (<https://docs.solapi.com/api-reference/messages/getmessagelist>): registered messages by
/// their id, newest first. Creation and update are the same moment here. A message that was asked for by its id has come
/// further the next time.
pub(super) fn list(journal: &mut Journal, request: &Incoming) -> Result<Value, Refusal> {
    let (start, end) = (date(request, "startDate")?, date(request, "endDate")?);
    if let Some(kind) = request.query("dateType").filter(|kind| !matches!(*kind, "CREATED" | "UPDATED")) {
        return Err(Refusal::invalid(format!("\"dateType\" must be CREATED or UPDATED, not {kind}")));
    }
    let limit = match request.query("limit") {
        None => 20,
        Some(limit) => limit
            .parse()
            .ok()
            .filter(|limit| (1..=500).contains(limit))
            .ok_or_else(|| Refusal::invalid("\"limit\" must be 1 to 500"))?,
    };
    let wanted = |message: &&Message| {
        start.is_none_or(|start| message.at >= start)
            && end.is_none_or(|end| message.at <= end)
            && asked(request, message)
            && criteria(request, message)
    };
    let matching: Vec<&Message> = journal.of(CHANNEL).rev().filter(wanted).collect();
    let next = matching.get(limit).map(|message| message.provider_id.clone());
    let page: Map<String, Value> =
        matching.iter().take(limit).map(|message| (message.provider_id.clone(), row(message))).collect();
    if asks_for_one(request) {
        let shown = journal.messages.iter_mut().filter(|message| page.contains_key(&message.provider_id));
        shown.for_each(Message::move_on);
    }
    Ok(json!({ "startKey": request.query("startKey"), "nextKey": next, "limit": limit, "messageList": page }))
}

fn date(request: &Incoming, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let text = request.query(name).filter(|text| !text.is_empty());
    let read = |text: &str| text.parse().map_err(|_| Refusal::invalid(format!("\"{name}\" must be an ISO 8601 date")));
    text.map(read).transpose()
}

/// Whether one message is asked for by its id, in the plain way or the older one.
fn asks_for_one(request: &Incoming) -> bool {
    let criteria = request.query("criteria").unwrap_or_default();
    request.query("messageId").is_some_and(|id| !id.is_empty()) || criteria.split(',').any(|name| name == "messageId")
}

/// A field that a list can be narrowed by.
fn field(message: &Message, name: &str) -> Option<String> {
    match name {
        "to" => Some(message.to.clone()),
        "from" => message.from.clone(),
        "messageId" => Some(message.provider_id.clone()),
        "statusCode" => Some(status(message).0.to_owned()),
        "groupId" | "type" => message.part.get(name)?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// The plain parameters: `to=…&from=…`.
fn asked(request: &Incoming, message: &Message) -> bool {
    ["to", "from", "messageId", "groupId", "type", "statusCode"].iter().all(|name| {
        let wanted = request.query(name).filter(|wanted| !wanted.is_empty());
        wanted.is_none_or(|wanted| field(message, name).as_deref() == Some(wanted))
    })
}

/// The older way to ask: `criteria=to,type&cond=eq,eq&value=…,SMS`; only `eq` is played.
fn criteria(request: &Incoming, message: &Message) -> bool {
    let names = request.query("criteria").unwrap_or_default().split(',').filter(|name| !name.is_empty());
    let values = request.query("value").unwrap_or_default().split(',');
    names.zip(values).all(|(name, value)| field(message, name).as_deref() == Some(value))
}

/// The code, what SOLAPI calls it as a whole (a guess), and what the carrier said.
/// <https://docs.solapi.com/api-reference/message-status-codes>
const fn status(message: &Message) -> (&'static str, &'static str, Option<&'static str>) {
    match message.state {
        Some(State::Pending) => ("3000", "SENDING", None),
        Some(State::Failed) => ("3043", "FAILED", Some("단말기 Power off")),
        Some(State::Delivered) | None => ("4000", "COMPLETE", Some("정상")),
    }
}

fn row(message: &Message) -> Value {
    let at = message.at.to_string();
    let (code, status, reason) = status(message);
    let reported = reason.map(|_| at.as_str());
    json!({
        "_id": message.provider_id, "messageId": message.provider_id, "groupId": message.part.get("groupId"),
        "accountId": ACCOUNT, "type": message.part.get("type"), "country": "82", "to": message.to, "from": message.from,
        "subject": message.subject, "text": message.text, "customFields": message.part.get("customFields"),
        "statusCode": code, "status": status, "reason": reason, "networkName": "ETC", "networkCode": null,
        "autoTypeDetect": true, "replacement": false, "imageId": null, "kakaoOptions": null, "log": [],
        "dateCreated": at, "dateUpdated": at, "dateProcessed": at, "dateReported": reported, "dateReceived": reported,
    })
}
