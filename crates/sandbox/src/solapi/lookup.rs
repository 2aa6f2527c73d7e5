use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{ACCOUNT, CHANNEL, Refusal};
use crate::Message;
use crate::http::Incoming;
use crate::journal::Journal;

/// `GET /messages/v4/list` (<https://docs.solapi.com/api-reference/messages/getmessagelist>): registered messages by
/// their id, newest first. Everything is delivered at once here, so that creation and update are the same moment.
pub(super) fn list(journal: &Journal, request: &Incoming) -> Result<Value, Refusal> {
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
    let mut matching = journal.of(CHANNEL).rev().filter(wanted);
    let page: Map<String, Value> =
        matching.by_ref().take(limit).map(|message| (message.provider_id.clone(), row(message))).collect();
    let next = matching.next().map(|message| message.provider_id.as_str());
    Ok(json!({ "startKey": request.query("startKey"), "nextKey": next, "limit": limit, "messageList": page }))
}

fn date(request: &Incoming, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let text = request.query(name).filter(|text| !text.is_empty());
    let read = |text: &str| text.parse().map_err(|_| Refusal::invalid(format!("\"{name}\" must be an ISO 8601 date")));
    text.map(read).transpose()
}

/// A field that a list can be narrowed by.
fn field(message: &Message, name: &str) -> Option<String> {
    match name {
        "to" => Some(message.to.clone()),
        "from" => message.from.clone(),
        "messageId" => Some(message.provider_id.clone()),
        "statusCode" => Some("4000".to_owned()),
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

fn row(message: &Message) -> Value {
    let at = message.at.to_string();
    json!({
        "_id": message.provider_id, "messageId": message.provider_id, "groupId": message.part.get("groupId"),
        "accountId": ACCOUNT, "type": message.part.get("type"), "country": "82", "to": message.to, "from": message.from,
        "subject": message.subject, "text": message.text, "customFields": message.part.get("customFields"),
        "statusCode": "4000", "status": "COMPLETE", "reason": "정상", "networkName": "ETC", "networkCode": null,
        "autoTypeDetect": true, "replacement": false, "imageId": null, "kakaoOptions": null, "log": [],
        "dateCreated": at, "dateUpdated": at, "dateProcessed": at, "dateReported": at, "dateReceived": at,
    })
}
