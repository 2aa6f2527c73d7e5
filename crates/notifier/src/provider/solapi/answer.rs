//! What SOLAPI answers. <https://developers.solapi.com/references/message-status-codes>

use std::collections::BTreeMap;
use std::time::Duration;

use http::Response;
use serde::Deserialize;

use super::super::{Recipient, Sent, by_status, retry_after, words};
use crate::error::{Failure, Kind};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    failed_message_list: Vec<Entry>,
    group_info: Option<GroupInfo>,
    #[serde(default)]
    message_list: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    to: Option<String>,
    message_id: Option<String>,
    status_code: Option<String>,
    #[serde(default, deserialize_with = "words")]
    status_message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupInfo {
    group_id: Option<String>,
    count: Option<Count>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Count {
    registered_success: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Refusal {
    #[serde(deserialize_with = "words")]
    pub(super) error_code: String,
    #[serde(deserialize_with = "words")]
    error_message: String,
    #[serde(deserialize_with = "words")]
    message: String,
}

impl Refusal {
    /// Its words; "too many requests" alone has them in another place.
    pub(super) fn said(&self) -> &str {
        if self.error_message.is_empty() { &self.message } else { &self.error_message }
    }
}

/// Reads the answer to a send. HTTP 200 with a `failedMessageList` is a failure of those recipients.
pub(super) fn verdict(response: &Response<Vec<u8>>, to: &[Recipient]) -> Result<Sent, Failure> {
    let refusal: Refusal = serde_json::from_slice(response.body()).unwrap_or_default();
    if !response.status().is_success() || !refusal.error_code.is_empty() {
        return Err(refused(response, &refusal));
    }
    let answer: Answer = serde_json::from_slice(response.body())
        .map_err(|_| Failure::uncertain(format!("HTTP {} without a SOLAPI answer", response.status().as_u16())))?;
    let Some(group) = &answer.group_info else {
        return Err(Failure::uncertain("SOLAPI said ok, but names no group"));
    };
    let failed = by_number(&answer.failed_message_list);
    let passed: Vec<_> = to.iter().filter(|to| !failed.contains_key(to.reveal())).collect();
    let registered = group.count.as_ref().and_then(|count| count.registered_success);
    let recipients = to.iter().map(|to| {
        let result = match failed.get(to.reveal()) {
            Some(entry) => Err(not_registered(entry)),
            None if registered.is_none_or(|count| count < passed.len()) => {
                Err(Failure::uncertain("SOLAPI did not say what became of this number"))
            }
            None => registered_message(&answer.message_list, &passed, to),
        };
        (to.clone(), result)
    });
    Ok(Sent { recipients: recipients.collect(), provider_id: group.group_id.clone(), note: None })
}

fn by_number(entries: &[Entry]) -> BTreeMap<&str, &Entry> {
    entries.iter().filter_map(|entry| Some((entry.to.as_deref()?, entry))).collect()
}

/// Entries need not name their number; then they stand in the order of the request.
fn registered_message(entries: &[Entry], passed: &[&Recipient], to: &Recipient) -> Result<Option<String>, Failure> {
    let named = by_number(entries).get(to.reveal()).copied();
    let place = passed.iter().position(|passed| *passed == to).filter(|_| entries.len() == passed.len());
    match named.or_else(|| place.and_then(|place| entries.get(place))) {
        Some(entry) if entry.status_code.as_deref().is_some_and(|code| code != "2000") => Err(not_registered(entry)),
        entry => Ok(entry.and_then(|entry| entry.message_id.clone())),
    }
}

/// What a registration code means.
fn not_registered(entry: &Entry) -> Failure {
    let code = entry.status_code.as_deref().unwrap_or("without a code");
    let message = format!("SOLAPI {code}: {}", entry.status_message);
    match code {
        // Credentials; the sender is not registered.
        "1020" | "1062" => Failure::unauthorized(message),
        _ => Failure::rejected(message),
    }
}

/// What an error means: by its code, since documents and observed statuses differ.
pub(super) fn refused(response: &Response<Vec<u8>>, refusal: &Refusal) -> Failure {
    let error_code = &refusal.error_code;
    let message = format!("SOLAPI {} {error_code}: {}", response.status().as_u16(), refusal.said());
    let wait = || Kind::RateLimited(retry_after(response).unwrap_or(Duration::from_secs(1)));
    match error_code.to_ascii_lowercase().as_str() {
        "invalidapikey" | "signaturedoesnotmatch" | "forbidden" | "unauthorized" => Failure::unauthorized(message),
        // Nothing was sent, and the next attempt is signed afresh.
        "duplicatedsignature" | "requesttimetooskewed" => Failure::unavailable(message),
        "toomanyrequests" => Failure::new(wait(), message),
        "validationerror" | "notenoughbalance" | "resourcenotfound" => Failure::rejected(message),
        // A code that we do not know, with a status that says that all is well.
        _ if response.status().is_success() => Failure::rejected(message),
        _ => by_status(response, message),
    }
}

/// Registered, handed to the carrier, delivered. Every other code says that the message reaches nobody.
const ON_ITS_WAY: [&str; 3] = ["2000", "3000", "4000"];

/// A list of messages is an object of them by id; an array is read too.
#[derive(Deserialize)]
#[serde(untagged)]
enum Messages {
    ById(BTreeMap<String, Listed>),
    List(Vec<Listed>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    message_id: Option<String>,
    pub(super) status_code: Option<String>,
    /// Why it failed. Lists call it so, reports to a webhook `statusMessage`.
    #[serde(default, deserialize_with = "words")]
    pub(super) reason: String,
    #[serde(default, deserialize_with = "words")]
    pub(super) status_message: String,
    #[serde(default = "Option::default")]
    custom_fields: Option<BTreeMap<String, serde_json::Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    message_list: Messages,
}

impl List {
    /// The messages, with their ids.
    pub(super) fn entries(self) -> impl Iterator<Item = (Option<String>, Listed)> {
        let entries: Vec<_> = match self.message_list {
            Messages::ById(entries) => entries.into_iter().map(|(id, entry)| (Some(id), entry)).collect(),
            Messages::List(entries) => entries.into_iter().map(|entry| (None, entry)).collect(),
        };
        entries.into_iter().map(|(key, entry)| (entry.message_id.clone().or(key), entry))
    }
}

/// Reads the answer to a look-up: the message that carries our reference.
pub(super) fn found(response: &Response<Vec<u8>>, reference: &str) -> Result<Option<String>, Failure> {
    let unreadable = |_| Failure::unavailable(format!("the look-up cannot be read (HTTP {})", response.status().as_u16()));
    let list: List = serde_json::from_slice(response.body()).map_err(unreadable)?;
    let ours = |entry: &Listed| {
        let fields = entry.custom_fields.as_ref();
        let reaches = entry.status_code.as_deref().is_none_or(|code| ON_ITS_WAY.contains(&code));
        reaches && fields.and_then(|fields| fields.get(super::REFERENCE)).and_then(serde_json::Value::as_str) == Some(reference)
    };
    let entry = list.entries().find(|(_, entry)| ours(entry));
    Ok(entry.map(|(id, _)| id.unwrap_or_default()))
}
