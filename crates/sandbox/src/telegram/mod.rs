//! Telegram Bot API: `sendMessage`, `getMe`, `getChat`, `getChatMember`,
//! `sendChatAction` (<https://core.telegram.org/bots/api>).

mod chat;
mod entities;
mod escape;
mod html;
mod link;
mod message;
mod parameters;
mod tags;
mod tidy;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::http::{Incoming, Reply};
use crate::providers::Verdict;
use crate::server::House;
use crate::{Bot, Channel, FaultKind, Message, State};

use chat::Access;
use parameters::Parameters;

/// Method names have no case in the Bot API.
fn method(request: &Incoming) -> String {
    request.path.get(1).map(|name| name.to_ascii_lowercase()).unwrap_or_default()
}

/// Whether the request sends.
pub(crate) fn sends(request: &Incoming) -> bool {
    method(request) == "sendmessage"
}

/// Answers any method.
pub(crate) fn answer(house: &House, request: &Incoming) -> Verdict {
    let token = request.path.first().and_then(|part| part.strip_prefix("bot")).unwrap_or_default();
    let Some(bot) = house.accounts.telegram.iter().find(|bot| bot.token == token) else {
        return stranger(token);
    };
    if request.path.len() != 2 || !matches!(request.method.as_str(), "GET" | "POST") {
        return refuse(404, "Not Found", None);
    }
    let parameters = match Parameters::read(request) {
        Ok(parameters) => parameters,
        Err(error) => return refuse(400, &error, None),
    };
    match method(request).as_str() {
        "sendmessage" => send(house, request, bot, &parameters),
        "getme" => Verdict::answered(ok(&me(bot))),
        "getchat" => get_chat(bot, parameters.text("chat_id")),
        "getchatmember" => get_chat_member(bot, parameters.text("chat_id"), parameters.text("user_id")),
        "sendchataction" => send_chat_action(bot, parameters.text("chat_id"), parameters.text("action")),
        _ => refuse(404, "Not Found: method not found", None),
    }
}

/// A token that nobody has: 401 where it looks like one, 404 where it does not.
fn stranger(token: &str) -> Verdict {
    let looks_real = token.split_once(':').is_some_and(|(id, secret)| {
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) && secret.len() == 35
    });
    if looks_real { refuse(401, "Unauthorized", None) } else { refuse(404, "Not Found", None) }
}

/// <https://core.telegram.org/bots/api#sendmessage>
fn send(house: &House, request: &Incoming, bot: &Bot, parameters: &Parameters) -> Verdict {
    let chat = parameters.text("chat_id");
    let draft = match message::draft(parameters) {
        Ok(draft) => draft,
        Err(error) => return refuse(400, &format!("Bad Request: {error}"), None),
    };
    if let Err(refused) = reachable(bot, chat) {
        return *refused;
    }
    let id = house.journal().next();
    let accepted = Message {
        channel: Channel::Telegram,
        at: request.at,
        play: request.play,
        kind: "message",
        to: chat.to_owned(),
        from: None,
        subject: None,
        text: draft.formatted.text.clone(),
        parse_mode: Some(parameters.text("parse_mode")).filter(|mode| !mode.is_empty()).map(str::to_owned),
        entities: message::entities(&draft),
        bytes: None,
        provider_id: id.to_string(),
        state: None,
        fate: State::Delivered,
        request: parameters.shown(),
        part: Value::Null,
    };
    let sent = message::message(draft, id, request.at.as_second(), &sender(bot), chat);
    Verdict { reply: ok(&sent), accepted: vec![accepted], rule: None }
}

/// <https://core.telegram.org/bots/api#getchat>; whoever has blocked the bot is known to it all the same.
fn get_chat(bot: &Bot, id: &str) -> Verdict {
    match reachable(bot, id) {
        Err(refused) if chat::kind(id) != "private" || !matches!(chat::access(bot, id), Access::Blocked) => *refused,
        _ => Verdict::answered(ok(&chat::full(id))),
    }
}

/// <https://core.telegram.org/bots/api#getchatmember>; of other members than itself a bot is told here nothing.
fn get_chat_member(bot: &Bot, chat: &str, user: &str) -> Verdict {
    if let Err(refused) = reachable(bot, chat) {
        return *refused;
    }
    let me = sender(bot);
    if me.get("id").and_then(Value::as_i64) != user.parse().ok() {
        return refuse(400, "Bad Request: invalid user_id specified", None);
    }
    Verdict::answered(ok(&chat::member(bot, chat, &me)))
}

/// <https://core.telegram.org/bots/api#sendchataction>; nothing of it stays.
fn send_chat_action(bot: &Bot, chat: &str, action: &str) -> Verdict {
    match reachable(bot, chat) {
        Err(refused) => *refused,
        Ok(()) if action == "typing" => Verdict::answered(ok(&Value::Bool(true))),
        Ok(()) => refuse(400, "Bad Request: wrong parameter action in request", None),
    }
}

/// Descriptions of refusals are not documented but stable, and clients go by them
/// (<https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp>).
fn reachable(bot: &Bot, chat: &str) -> Result<(), Box<Verdict>> {
    let refused = match chat::access(bot, chat) {
        Access::Open => return Ok(()),
        Access::Unknown if chat.is_empty() => refuse(400, "Bad Request: chat_id is empty", None),
        Access::Unknown => refuse(400, "Bad Request: chat not found", None),
        Access::Blocked if chat::kind(chat) == "private" => refuse(403, "Forbidden: bot was blocked by the user", None),
        Access::Blocked => refuse(403, &format!("Forbidden: bot was kicked from the {} chat", chat::kind(chat)), None),
        Access::Migrated(new) => {
            let parameters = json!({ "migrate_to_chat_id": new });
            refuse(400, "Bad Request: group chat was upgraded to a supergroup chat", Some(&parameters))
        }
    };
    Err(Box::new(refused))
}

/// What Telegram says when it fails, as a fault.
pub(crate) fn fault(kind: FaultKind) -> Reply {
    match kind {
        FaultKind::Status429 => failure(429, "Too Many Requests: retry after 1", Some(&json!({ "retry_after": 1 })))
            .with("retry-after", "1"),
        FaultKind::Unauthorized => failure(401, "Unauthorized", None),
        FaultKind::Refuse => failure(400, "Bad Request: message text is empty", None),
        _ => failure(500, "Internal Server Error", None),
    }
}

/// <https://core.telegram.org/bots/api#making-requests>
fn failure(code: u16, description: &str, parameters: Option<&Value>) -> Reply {
    let mut body = json!({ "ok": false, "error_code": code, "description": description });
    if let (Some(fields), Some(parameters)) = (body.as_object_mut(), parameters) {
        fields.insert("parameters".to_owned(), parameters.clone());
    }
    Reply::json(StatusCode::from_u16(code).unwrap_or_default(), &body)
}

fn refuse(code: u16, description: &str, parameters: Option<&Value>) -> Verdict {
    Verdict::refused(failure(code, description, parameters), format!("{code} {description}"))
}

fn ok(result: &Value) -> Reply {
    Reply::json(StatusCode::OK, &json!({ "ok": true, "result": result }))
}

/// The bot as the author of its messages: <https://core.telegram.org/bots/api#user>.
fn sender(bot: &Bot) -> Value {
    let id: i64 = bot.token.split(':').next().and_then(|id| id.parse().ok()).unwrap_or(1);
    json!({ "id": id, "is_bot": true, "first_name": "bongsu sandbox", "username": "bongsu_sandbox_bot" })
}

/// The bot as `getMe` tells of it: <https://core.telegram.org/bots/api#getme>.
fn me(bot: &Bot) -> Value {
    let mut me = sender(bot);
    if let Some(fields) = me.as_object_mut() {
        let no = [
            "can_read_all_group_messages",
            "supports_inline_queries",
            "can_connect_to_business",
            "has_main_web_app",
            "has_topics_enabled",
            "allows_users_to_create_topics",
            "can_manage_bots",
        ];
        fields.insert("can_join_groups".to_owned(), true.into());
        fields.extend(no.map(|name| (name.to_owned(), false.into())));
    }
    me
}
