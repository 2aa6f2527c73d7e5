//! Text messages by SOLAPI. <https://developers.solapi.com/references/messages/sendManyDetail>

mod answer;
mod check;
mod receipt;
mod signature;

use std::collections::BTreeMap;

use async_trait::async_trait;
use http::Request;
use jiff::{Timestamp, ToSpan};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::sms::{Format, Texting};
use super::{Clients, Found, Letter, Provider, Receipt, Recipient, Sent, address};
use crate::clock;
use crate::config::Reader;
use crate::error::Failure;
use crate::http::Http;

pub(super) use super::sms::LIMIT;

/// Our field in a message's `customFields` that names the alert.
const REFERENCE: &str = "bongsu";

/// An account of SOLAPI and the texts that it sends.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The key of the account.
    pub api_key: SecretString,
    /// The secret of the account.
    pub api_secret: SecretString,
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
        let (api_key, api_secret) = (table.secret("api_key"), table.secret("api_secret"));
        let texting = Texting::read(table);
        let base_url = address::read(table, "https://api.solapi.com");
        Some(Self { api_key: api_key?, api_secret: api_secret?, texting: texting?, base_url })
    }
}

/// A channel of one account.
#[derive(Debug)]
pub struct Solapi {
    settings: Settings,
    http: Http,
}

impl Solapi {
    pub(crate) fn new(settings: Settings, clients: &Clients) -> Self {
        Self { settings, http: clients.http.clone() }
    }

    async fn find(&self, letter: &Letter<'_>) -> Result<Vec<Found>, Failure> {
        let mut found = Vec::new();
        for to in letter.to {
            let request = look_up_request(&self.settings, letter, to, clock::now())?;
            let response = self.http.exchange(request).await?;
            if let Some(id) = answer::found(&response, letter.reference)? {
                found.push((to.clone(), Some(id)));
            }
        }
        Ok(found)
    }
}

#[async_trait]
impl Provider for Solapi {
    fn recipients(&self) -> Vec<Recipient> {
        self.settings.texting.to.clone()
    }

    fn is_paid(&self) -> bool {
        true
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.settings.api_key, &self.settings.api_secret]
    }

    async fn send(&self, letter: &Letter<'_>) -> Result<Sent, Failure> {
        let request = request(&self.settings, letter, clock::now())?;
        answer::verdict(&self.http.exchange(request).await?, letter.to)
    }

    async fn receipt(&self, _to: &Recipient, id: &str, _since: Timestamp) -> Option<Result<Receipt, Failure>> {
        let request = receipt::request(&self.settings, id, clock::now())?;
        Some(super::sms::receipt(&self.http, request, |response| receipt::read(response, id)).await)
    }

    async fn look_up(&self, letter: &Letter<'_>) -> Option<Result<Vec<Found>, Failure>> {
        Some(self.find(letter).await)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Send<'a> {
    messages: Vec<Message<'a>>,
    show_message_list: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    to: &'a str,
    from: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    text: &'a str,
    custom_fields: BTreeMap<&'static str, &'a str>,
}

fn request(settings: &Settings, letter: &Letter<'_>, now: Timestamp) -> Result<Request<Vec<u8>>, Failure> {
    let (subject, text) = settings.texting.words(letter.document, letter.mark);
    let kind = match settings.texting.format {
        Format::Sms => "SMS",
        Format::Lms => "LMS",
    };
    let (from, subject) = (settings.texting.from.as_str(), subject.as_deref());
    let custom_fields = BTreeMap::from([(REFERENCE, letter.reference)]);
    let mut messages = Vec::new();
    for to in letter.to {
        let to = to.reveal();
        messages.push(Message { to, from, kind, subject, text: &text, custom_fields: custom_fields.clone() });
    }
    let send = Send { messages, show_message_list: true };
    let url = format!("{}/messages/v4/send-many/detail", settings.base_url);
    signed(settings, Request::post(url), now)?
        .header("content-type", "application/json")
        .body(super::json(&send))
        .map_err(|_| unusable())
}

fn look_up_request(
    settings: &Settings,
    letter: &Letter<'_>,
    to: &Recipient,
    now: Timestamp,
) -> Result<Request<Vec<u8>>, Failure> {
    let since = letter.since.saturating_sub(1.minute()).map_err(|_| Failure::rejected("no date to look up"))?;
    let url = format!(
        "{}/messages/v4/list?to={}&from={}&startDate={}&dateType=CREATED&limit=500",
        settings.base_url,
        to.reveal(),
        settings.texting.from,
        since.strftime("%Y-%m-%dT%H:%M:%SZ"),
    );
    signed(settings, Request::get(url), now)?.body(Vec::new()).map_err(|_| unusable())
}

/// Signs a request. A signature works once within 15 minutes, so every attempt gets one of its own.
fn signed(
    settings: &Settings,
    request: http::request::Builder,
    now: Timestamp,
) -> Result<http::request::Builder, Failure> {
    let salt = signature::salt()?;
    let date = now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let key = settings.api_key.expose_secret();
    let signature = signature::signature(settings.api_secret.expose_secret(), &date, &salt);
    let header = format!("HMAC-SHA256 apiKey={key}, date={date}, salt={salt}, signature={signature}");
    Ok(request.header("authorization", header))
}

fn unusable() -> Failure {
    Failure::unauthorized("base_url or api_key make no request: check both")
}

#[cfg(test)]
pub(crate) mod tests;
