use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::check::{DUPLICATE, Draft, REGISTERED, Status, To, check};
use super::{ACCOUNT, CHANNEL, CODES, Refusal, id};
use crate::http::{Incoming, Reply};
use crate::providers::Verdict;
use crate::server::House;
use crate::{Message, SolapiAccount, State, api, euc_kr};

/// The body of `POST /messages/v4/send-many/detail`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Send {
    messages: Vec<Draft>,
    #[serde(default)]
    allow_duplicates: bool,
    #[serde(default)]
    show_message_list: bool,
}

/// A message to one number, and what is said to it.
struct Piece {
    draft: Draft,
    to: String,
    id: String,
    result: Result<(), Status>,
}

/// `POST /messages/v4/send-many/detail`: up to 10,000 messages, each of which is registered or fails by itself.
pub(super) fn send(house: &House, request: &Incoming, account: &SolapiAccount) -> Result<Verdict, Refusal> {
    if request.content_type() != "application/json" {
        return Err(Refusal::invalid("Content-Type must be application/json"));
    }
    let send: Send = serde_json::from_slice(&request.body).map_err(|error| Refusal::invalid(error.to_string()))?;
    if !(1..=10_000).contains(&send.messages.len()) {
        return Err(Refusal::invalid("\"messages\" must contain 1 to 10000 items"));
    }
    let pieces = pieces(house, request, &send, account);
    let group = id("G4V", request, house.journal().next());
    let failed = pieces.iter().filter(|piece| piece.result.is_err()).count();
    let mut body = json!({
        "failedMessageList": pieces.iter().filter(|piece| piece.result.is_err()).map(failure).collect::<Vec<_>>(),
        "groupInfo": group_info(request, &group, &pieces, failed, send.allow_duplicates),
    });
    if let (true, Some(fields)) = (send.show_message_list, body.as_object_mut()) {
        let list: Vec<Value> = pieces.iter().filter(|piece| piece.result.is_ok()).map(entry).collect();
        fields.insert("messageList".to_owned(), list.into());
    }
    let rule =
        pieces.iter().find_map(|piece| piece.result.err()).map(|(code, text)| format!("{code} {text} ({CODES})"));
    let accepted = pieces.iter().filter(|piece| piece.result.is_ok()).map(|piece| accept(request, &group, piece));
    Ok(Verdict { accepted: accepted.collect(), reply: Reply::json(StatusCode::OK, &body), rule })
}

/// All messages, one for each number.
fn pieces(house: &House, request: &Incoming, send: &Send, account: &SolapiAccount) -> Vec<Piece> {
    let mut seen = Vec::new();
    let numbered = send.messages.iter().flat_map(|draft| {
        let numbers = match draft.to.clone() {
            Some(To::One(number)) => vec![number],
            Some(To::Many(numbers)) => numbers,
            None => vec![String::new()],
        };
        numbers.into_iter().map(move |to| (draft, to))
    });
    let judged = numbered.map(|(draft, to)| {
        let again = !send.allow_duplicates && seen.contains(&to);
        seen.push(to.clone());
        let result = if again { Err(DUPLICATE) } else { check(draft, &to, account) };
        Piece { draft: draft.clone(), to, id: id("M4V", request, house.journal().next()), result }
    });
    judged.collect()
}

/// What is said of a message in either list.
fn entry(piece: &Piece) -> Value {
    let (code, text) = piece.result.err().unwrap_or(REGISTERED);
    let mut entry = json!({ "messageId": piece.id, "statusCode": code, "statusMessage": text });
    if let (Some(custom), Some(fields)) = (&piece.draft.custom_fields, entry.as_object_mut()) {
        fields.insert("customFields".to_owned(), custom.clone().into());
    }
    entry
}

fn failure(piece: &Piece) -> Value {
    let mut failure = entry(piece);
    if let Some(fields) = failure.as_object_mut() {
        let country = piece.draft.country.as_deref().unwrap_or("82");
        fields.insert("to".to_owned(), piece.to.as_str().into());
        fields.insert("from".to_owned(), piece.draft.from().into());
        fields.insert("type".to_owned(), piece.draft.kind().into());
        fields.insert("country".to_owned(), country.into());
        fields.insert("accountId".to_owned(), ACCOUNT.into());
    }
    failure
}

/// The group that SOLAPI makes of every request; the official SDKs insist on every field
/// (`groupMessageResponseSchema` in <https://github.com/solapi/solapi-nodejs>).
fn group_info(request: &Incoming, group: &str, pieces: &[Piece], failed: usize, allow_duplicates: bool) -> Value {
    let registered = pieces.len() - failed;
    let kinds = ["sms", "lms", "mms", "ata", "cta", "cti", "nsa", "rcs_sms", "rcs_lms", "rcs_mms", "rcs_tpl"];
    let charge = kinds.iter().map(|kind| {
        let good = |piece: &&Piece| piece.result.is_ok() && piece.draft.kind().eq_ignore_ascii_case(kind);
        let count = pieces.iter().filter(good).count();
        ((*kind).to_owned(), if count > 0 { json!({ "82": count }) } else { json!({}) })
    });
    let nothing: Map<String, Value> = kinds.iter().map(|kind| ((*kind).to_owned(), 0.into())).collect();
    let cash = json!({ "requested": 0, "replacement": 0, "refund": 0, "sum": 0 });
    let at = request.at.to_string();
    json!({
        "count": {
            "total": pieces.len(), "sentTotal": 0, "sentFailed": 0, "sentSuccess": 0, "sentPending": 0,
            "sentReplacement": 0, "refund": 0, "registeredFailed": failed, "registeredSuccess": registered,
        },
        "countForCharge": charge.collect::<Map<_, _>>(), "balance": cash, "point": cash,
        "app": { "profit": nothing, "appId": null }, "log": [],
        "status": if registered > 0 { "SENDING" } else { "FAILED" },
        "allowDuplicates": allow_duplicates, "isRefunded": false, "accountId": ACCOUNT, "masterAccountId": null,
        "apiVersion": "4", "groupId": group, "_id": group, "price": {}, "dateCreated": at, "dateUpdated": at,
        "scheduledDate": null, "dateSent": at, "dateCompleted": null,
    })
}

fn accept(request: &Incoming, group: &str, piece: &Piece) -> Message {
    let draft = &piece.draft;
    let kind = match draft.kind().as_str() {
        "SMS" => "sms",
        "ATA" => "ata",
        _ => "lms",
    };
    Message {
        channel: CHANNEL,
        at: request.at,
        play: request.play,
        kind,
        to: piece.to.clone(),
        from: draft.from.clone(),
        subject: draft.subject.clone().filter(|subject| !subject.is_empty()),
        text: draft.text().to_owned(),
        parse_mode: None,
        entities: Vec::new(),
        bytes: euc_kr::len(draft.text()).ok(),
        provider_id: piece.id.clone(),
        state: Some(State::Pending),
        fate: State::Delivered,
        request: api::shown(&request.body),
        part: json!({ "groupId": group, "type": draft.kind(), "customFields": draft.custom_fields.clone().unwrap_or_default() }),
    }
}
