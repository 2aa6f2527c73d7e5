//! Text messages by NHN Cloud. <https://docs.nhncloud.com/en/Notification/SMS/en/api-guide/>

use std::collections::BTreeMap;

use async_trait::async_trait;
use http::{Request, Response};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::sms::{Format, Texting};
use super::{Clients, Found, Letter, Provider, Receipt, Recipient, Sent, address};
use crate::config::Reader;
use crate::error::Failure;
use crate::http::Http;

mod check;
mod receipt;

pub(super) use super::sms::LIMIT;

/// An app of NHN Cloud and the texts that it sends.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The key of the app.
    pub app_key: SecretString,
    /// The secret of the app.
    pub secret_key: SecretString,
    /// Sender, recipients and form of the texts.
    pub texting: Texting,
    /// Where the API is.
    pub base_url: String,
}

impl Settings {
    /// Texts cost money, so what is over is told only where the operator asks for it.
    pub(crate) const fn tells_resolved(&self) -> bool {
        self.texting.resolved
    }

    pub(crate) fn read(table: &Reader<'_>) -> Option<Self> {
        let (app_key, secret_key) = (table.secret("app_key"), table.secret("secret_key"));
        let texting = Texting::read(table);
        let base_url = address::read(table, "https://sms.api.nhncloudservice.com");
        Some(Self { app_key: app_key?, secret_key: secret_key?, texting: texting?, base_url })
    }

    /// `…/sender/sms` for one segment, `…/sender/mms` (without attachments) for long texts.
    fn url(&self) -> String {
        let kind = match self.texting.format {
            Format::Sms => "sms",
            Format::Lms => "mms",
        };
        let app_key = percent_encoding::utf8_percent_encode(self.app_key.expose_secret(), super::URL_PART);
        format!("{}/sms/v3.0/appKeys/{app_key}/sender/{kind}", self.base_url)
    }
}

/// A channel of one app.
#[derive(Debug)]
pub struct NhnSms {
    settings: Settings,
    http: Http,
}

impl NhnSms {
    pub(crate) fn new(settings: Settings, clients: &Clients) -> Self {
        Self { settings, http: clients.http.clone() }
    }
}

#[async_trait]
impl Provider for NhnSms {
    fn recipients(&self) -> Vec<Recipient> {
        self.settings.texting.to.clone()
    }

    fn is_paid(&self) -> bool {
        true
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.settings.app_key, &self.settings.secret_key]
    }

    async fn send(&self, letter: &Letter<'_>) -> Result<Sent, Failure> {
        verdict(&self.http.exchange(request(&self.settings, letter)?).await?, letter.to)
    }

    async fn receipt(&self, _to: &Recipient, id: &str, _since: Timestamp) -> Option<Result<Receipt, Failure>> {
        let request = receipt::request(&self.settings, id)?;
        Some(super::sms::receipt(&self.http, request, receipt::read).await)
    }

    async fn look_up(&self, letter: &Letter<'_>) -> Option<Result<Vec<Found>, Failure>> {
        let request = match look_up_request(&self.settings, letter, crate::clock::now()) {
            Ok(request) => request,
            Err(failure) => return Some(Err(failure)),
        };
        Some(self.http.exchange(request).await.and_then(|response| found(&response, letter.to)))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    body: String,
    send_no: &'a str,
    recipient_list: Vec<RecipientEntry<'a>>,
    sender_grouping_key: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecipientEntry<'a> {
    recipient_no: &'a str,
}

fn request(settings: &Settings, letter: &Letter<'_>) -> Result<Request<Vec<u8>>, Failure> {
    let (title, body) = settings.texting.words(letter.document, letter.mark);
    let message = Message {
        title,
        body,
        send_no: &settings.texting.from,
        recipient_list: letter.to.iter().map(|to| RecipientEntry { recipient_no: to.reveal() }).collect(),
        sender_grouping_key: letter.reference,
    };
    authorized(settings, Request::post(settings.url()))
        .body(super::json(&message))
        .map_err(|_| unusable())
}

/// The documents ask for the content type in questions without a body, too.
fn authorized(settings: &Settings, request: http::request::Builder) -> http::request::Builder {
    request
        .header("x-secret-key", settings.secret_key.expose_secret())
        .header("content-type", "application/json;charset=UTF-8")
}

fn unusable() -> Failure {
    Failure::unauthorized("base_url, app_key or secret_key make no request: check all three")
}

/// Dates are Korean ones, to the second.
fn look_up_request(settings: &Settings, letter: &Letter<'_>, now: Timestamp) -> Result<Request<Vec<u8>>, Failure> {
    let zone = TimeZone::get("Asia/Seoul").map_err(|_| Failure::rejected("the time zone Asia/Seoul is missing"))?;
    let date = |time: Timestamp| time.to_zoned(zone.clone()).strftime("%Y-%m-%d%%20%H:%M:%S").to_string();
    let (from, to) = (letter.since.saturating_sub(1.minute()), now.saturating_add(1.minute()));
    let (Ok(from), Ok(to)) = (from, to) else { return Err(Failure::rejected("no date to look up")) };
    let url = format!(
        "{}?startRequestDate={}&endRequestDate={}&senderGroupingKey={}&pageNum=1&pageSize=1000",
        settings.url(),
        date(from),
        date(to),
        letter.reference
    );
    authorized(settings, Request::get(url)).body(Vec::new()).map_err(|_| unusable())
}

#[derive(Deserialize)]
struct Answer<D> {
    header: Header,
    #[serde(default = "Option::default")]
    body: Option<AnswerBody<D>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    is_successful: bool,
    result_code: i64,
    #[serde(default, deserialize_with = "super::words")]
    result_message: String,
}

#[derive(Deserialize)]
struct AnswerBody<D> {
    #[serde(default = "Option::default")]
    data: Option<D>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendData {
    request_id: Option<String>,
    status_code: Option<String>,
    #[serde(default)]
    send_result_list: Vec<SendResult>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendResult {
    recipient_no: String,
    result_code: i64,
    #[serde(default, deserialize_with = "super::words")]
    result_message: String,
    recipient_seq: Option<i64>,
}

/// Reads the answer to a send. HTTP 200 says nothing: success is `isSuccessful`, a `statusCode` that is not `3`
/// (failed), and a result code of 0 for the recipient.
fn verdict(response: &Response<Vec<u8>>, to: &[Recipient]) -> Result<Sent, Failure> {
    let answer: Answer<SendData> =
        serde_json::from_slice(response.body()).map_err(|_| without_body(response))?;
    let Header { is_successful, result_code, result_message } = answer.header;
    if !is_successful {
        return Err(refusal(response, result_code, &result_message));
    }
    let Some(data) = answer.body.and_then(|body| body.data) else {
        return Err(Failure::uncertain("NHN Cloud said ok, but names no request"));
    };
    if data.status_code.as_deref() == Some("3") {
        return Err(Failure::rejected("NHN Cloud took the request and failed it (statusCode 3)"));
    }
    let results: BTreeMap<_, _> = data.send_result_list.iter().map(|result| (result.recipient_no.as_str(), result)).collect();
    let recipient = |to: &Recipient| {
        let result = match results.get(to.reveal()) {
            None => Err(Failure::uncertain("NHN Cloud did not say what became of this number")),
            Some(result) if result.result_code != 0 => Err(refusal(response, result.result_code, &result.result_message)),
            Some(result) => Ok(message_id(data.request_id.as_deref(), result.recipient_seq)),
        };
        (to.clone(), result)
    };
    Ok(Sent { recipients: to.iter().map(recipient).collect(), provider_id: data.request_id.clone(), note: None })
}

/// A message is found again by its request and its place in it.
fn message_id(request: Option<&str>, place: Option<i64>) -> Option<String> {
    let request = request?;
    Some(place.map_or_else(|| request.to_owned(), |place| format!("{request}/{place}")))
}

/// What a result code means. <https://docs.nhncloud.com/en/Notification/SMS/en/error-code/>
fn refusal(response: &Response<Vec<u8>>, code: i64, message: &str) -> Failure {
    let message = format!("NHN Cloud {code}: {message}");
    match code {
        // App key, secret key, IP address, service switched off, sender not registered.
        -1004..=-1000 | -1007 | -1008 | -2312 | -2313 | -9995 | -9996 | -9998 => {
            Failure::unauthorized(message)
        }
        -2021 => Failure::unavailable(message),
        -9999 => Failure::uncertain(message),
        // Content, recipients, quota.
        4 | -2053..=-2000 | -6001 | -9997 => Failure::rejected(message),
        // A code that is not documented (a wrong secret has none) was refused all the same where HTTP says no more.
        _ if response.status().is_success() => Failure::rejected(message),
        _ => super::by_status(response, message),
    }
}

fn without_body(response: &Response<Vec<u8>>) -> Failure {
    super::by_status(response, format!("HTTP {} without an NHN Cloud answer", response.status().as_u16()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    request_id: Option<String>,
    recipient_no: String,
    recipient_seq: Option<i64>,
    msg_status: Option<String>,
}

impl Listed {
    /// A message that failed (`0`) or was cancelled (`4`) reaches nobody.
    fn is_on_its_way(&self) -> bool {
        !matches!(self.msg_status.as_deref(), Some("0" | "4"))
    }
}

/// Reads the answer to a look-up: which of the numbers have a message.
fn found(response: &Response<Vec<u8>>, to: &[Recipient]) -> Result<Vec<Found>, Failure> {
    let answer: Answer<Vec<Listed>> =
        serde_json::from_slice(response.body()).map_err(|_| Failure::unavailable("the look-up cannot be read"))?;
    if !answer.header.is_successful {
        let Header { result_code, result_message, .. } = answer.header;
        return Err(Failure::unavailable(format!("the look-up failed: NHN Cloud {result_code}: {result_message}")));
    }
    let listed = answer.body.and_then(|body| body.data).unwrap_or_default();
    let entry = |to: &Recipient| listed.iter().find(|entry| entry.recipient_no == to.reveal() && entry.is_on_its_way());
    let found = |to: &Recipient| Some((to.clone(), entry(to).map(|it| message_id(it.request_id.as_deref(), it.recipient_seq))?));
    Ok(to.iter().filter_map(found).collect())
}

#[cfg(test)]
pub(crate) mod tests;
