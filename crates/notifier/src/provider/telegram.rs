//! Telegram, by a bot. <https://core.telegram.org/bots/api#sendmessage>

mod check;

use std::time::Duration;

use async_trait::async_trait;
use http::{Request, Response};
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{Clients, Letter, Provider, Sent, address};
use crate::config::Reader;
use crate::delivery::Limit;
use crate::error::{Failure, Kind};
use crate::http::Http;
use crate::render;

/// Telegram takes 20 messages a minute in a group (<https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this>):
/// three classes of alerts, and the digest, stay below that.
pub(super) const LIMIT: Limit = Limit { per: SignedDuration::from_mins(5), count: 6 };

/// A bot and the chat that it writes to.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The token that `@BotFather` gave.
    pub token: SecretString,
    /// The chat's number, or `@name`.
    pub chat_id: String,
    /// A topic of the group.
    pub thread_id: Option<i64>,
    /// Where the Bot API is.
    pub base_url: String,
}

impl Settings {
    /// What is over is told: it costs nothing.
    #[expect(clippy::unused_self, reason = "every provider is asked, and paid ones look at their settings")]
    pub(crate) const fn tells_resolved(&self) -> bool {
        true
    }

    pub(crate) fn read(table: &Reader<'_>) -> Option<Self> {
        let token = table.required("token");
        if let Some(token) = token.as_ref().filter(|token| !token.invented && !is_token(&token.text)) {
            table.fault_at(token, "is not a bot token: copy the one that @BotFather gave, such as 123456:ABC-DEF");
        }
        let chat = table.required("chat_id");
        if let Some(chat) = chat.as_ref().filter(|chat| !chat.invented && !is_chat(&chat.text)) {
            table.fault_at(chat, "is not a chat: use its number in quotes, such as \"-1001234567890\", or \"@name\"");
        }
        let thread = table.optional("thread_id");
        let thread_id = thread.as_ref().and_then(|thread| thread.text.parse().ok());
        if let (Some(thread), None) = (thread.as_ref().filter(|thread| !thread.invented), thread_id) {
            table.fault_at(thread, "is not a topic of a group: use its number in quotes");
        }
        let base_url = address::read(table, "https://api.telegram.org");
        Some(Self { token: token?.text.into(), chat_id: chat?.text, thread_id, base_url })
    }
}

/// The token becomes part of a URL.
fn is_token(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":_-".contains(&byte))
}

fn is_chat(chat: &str) -> bool {
    chat.parse::<i64>().is_ok_and(|id| id != 0) || chat.strip_prefix('@').is_some_and(|name| !name.is_empty())
}

/// A channel of one chat.
#[derive(Debug)]
pub struct Telegram {
    settings: Settings,
    http: Http,
}

/// How the text is marked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Html,
    Plain,
}

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Accepted(Option<String>),
    /// The group became a supergroup with another number.
    Moved(i64),
    /// The text is refused, not the chat: another form of it may pass.
    Malformed(Failure),
    Failed(Failure),
}

impl Telegram {
    pub(crate) fn new(settings: Settings, clients: &Clients) -> Self {
        Self { settings, http: clients.http.clone() }
    }

    async fn post(&self, letter: &Letter<'_>, chat: &str, form: Form) -> Result<Verdict, Failure> {
        let request = request(&self.settings, letter, chat, form)?;
        Ok(verdict(&self.http.exchange(request).await?))
    }
}

#[async_trait]
impl Provider for Telegram {
    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.settings.token]
    }

    /// A refused form and a moved chat are definite refusals, so another request is no repeat: each is made once.
    async fn send(&self, letter: &Letter<'_>) -> Result<Sent, Failure> {
        let (mut chat, mut form, mut note) = (self.settings.chat_id.clone(), Form::Html, None);
        loop {
            match self.post(letter, &chat, form).await? {
                Verdict::Accepted(id) => return Ok(Sent { note, ..Sent::whole(id) }),
                Verdict::Moved(to) if chat == self.settings.chat_id => {
                    chat = to.to_string();
                    note = Some(format!("the chat has moved: set chat_id = \"{to}\" in the configuration"));
                }
                Verdict::Moved(_) => return Err(Failure::rejected("the chat has moved more than once")),
                Verdict::Malformed(_) if form == Form::Html => form = Form::Plain,
                Verdict::Malformed(failure) | Verdict::Failed(failure) => return Err(failure),
            }
        }
    }
}

/// <https://core.telegram.org/bots/api#sendmessage>
#[derive(Serialize)]
struct SendMessage<'a> {
    chat_id: Chat<'a>,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parse_mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_thread_id: Option<i64>,
    link_preview_options: LinkPreview,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Chat<'a> {
    Id(i64),
    Name(&'a str),
}

#[derive(Serialize)]
struct LinkPreview {
    is_disabled: bool,
}

fn request(settings: &Settings, letter: &Letter<'_>, chat: &str, form: Form) -> Result<Request<Vec<u8>>, Failure> {
    let text = match form {
        Form::Html => render::telegram_html(letter.document, letter.mark),
        Form::Plain => render::telegram_plain(letter.document, letter.mark),
    };
    let message = SendMessage {
        chat_id: chat.parse().map_or_else(|_| Chat::Name(chat), Chat::Id),
        text: &text,
        parse_mode: (form == Form::Html).then_some("HTML"),
        message_thread_id: settings.thread_id,
        link_preview_options: LinkPreview { is_disabled: true },
    };
    Request::post(format!("{}/bot{}/sendMessage", settings.base_url, settings.token.expose_secret()))
        .header("content-type", "application/json")
        .body(super::json(&message))
        .map_err(|_| Failure::unauthorized("base_url or token make no URL: check both"))
}

/// <https://core.telegram.org/bots/api#making-requests>
#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    error_code: Option<u16>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Option<Parameters>,
    #[serde(default)]
    result: serde_json::Value,
}

/// <https://core.telegram.org/bots/api#responseparameters>
#[derive(Default, Deserialize)]
struct Parameters {
    migrate_to_chat_id: Option<i64>,
    retry_after: Option<f64>,
}

/// Reads an answer. HTTP status and `error_code` are the same where both are there, but HTTP 200 can carry `ok: false`.
fn verdict(response: &Response<Vec<u8>>) -> Verdict {
    let status = response.status();
    let Ok(answer) = serde_json::from_slice::<Answer>(response.body()) else {
        return Verdict::Failed(without_body(response));
    };
    if answer.ok && status.is_success() {
        let id = answer.result.get("message_id").and_then(serde_json::Value::as_i64);
        return id.map_or_else(
            || Verdict::Failed(Failure::uncertain("Telegram said ok, but names no message")),
            |id| Verdict::Accepted(Some(id.to_string())),
        );
    }
    let code = answer.error_code.unwrap_or(status.as_u16());
    let parameters = answer.parameters.unwrap_or_default();
    let message = format!("Telegram {code}: {}", answer.description);
    match code {
        400 if parameters.migrate_to_chat_id.is_some() => {
            Verdict::Moved(parameters.migrate_to_chat_id.unwrap_or_default())
        }
        400 if is_about_the_chat(&answer.description) => Verdict::Failed(Failure::rejected(message)),
        400 => Verdict::Malformed(Failure::rejected(message)),
        401 | 404 => Verdict::Failed(Failure::unauthorized(message)),
        429 => {
            let after = parameters.retry_after.and_then(|after| Duration::try_from_secs_f64(after).ok()).or_else(|| super::retry_after(response));
            Verdict::Failed(Failure::new(Kind::RateLimited(after.unwrap_or(Duration::from_secs(1))), message))
        }
        408 => Verdict::Failed(Failure::unavailable(message)),
        402..=499 => Verdict::Failed(Failure::rejected(message)),
        _ => Verdict::Failed(Failure::uncertain(message)),
    }
}

/// A wrong chat refuses every text, so its plain form would be refused as well.
fn is_about_the_chat(description: &str) -> bool {
    let description = description.to_ascii_lowercase();
    ["chat not found", "chat_id", "thread", "topic", "rights", "kicked", "deactivated", "peer_id_invalid"]
        .iter()
        .any(|word| description.contains(word))
}

/// An answer that is not Telegram's: from a proxy, or cut short.
fn without_body(response: &Response<Vec<u8>>) -> Failure {
    let status = response.status().as_u16();
    let failure = super::by_status(response, format!("HTTP {status} without a Telegram answer"));
    if status == 403 { Failure::rejected(failure.message) } else { failure }
}

#[cfg(test)]
pub(crate) mod tests;
