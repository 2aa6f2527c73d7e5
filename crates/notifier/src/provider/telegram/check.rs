//! Whether the bot may write to the chat. <https://core.telegram.org/bots/api#getchat>

use http::{Request, Response};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::super::check::{ask, refused};
use super::{Answer, Chat, Settings, Telegram, without_body};
use crate::error::Failure;
use crate::health::{Health, State};

const TOKEN: (&str, &str) = (
    "@BotFather에서 토큰을 확인해 설정에 넣고 `bongsu config push`를 실행하세요.",
    "Get the token from @BotFather, put it into the configuration and run `bongsu config push`.",
);
const INVITE: (&str, &str) =
    ("봇을 채팅방에 초대하고 글을 쓸 수 있게 하세요.", "Invite the bot to the chat and let it write there.");

/// <https://core.telegram.org/bots/api#user>
#[derive(Deserialize)]
struct Me {
    id: i64,
    #[serde(default)]
    username: String,
}

/// <https://core.telegram.org/bots/api#chatfullinfo>
#[derive(Deserialize)]
struct Room {
    #[serde(rename = "type", default)]
    kind: String,
    title: Option<String>,
    first_name: Option<String>,
    permissions: Option<Rights>,
}

/// <https://core.telegram.org/bots/api#chatpermissions>
#[derive(Deserialize)]
struct Rights {
    can_send_messages: Option<bool>,
}

/// <https://core.telegram.org/bots/api#chatmember>
#[derive(Deserialize)]
struct Member {
    status: String,
    can_send_messages: Option<bool>,
    can_post_messages: Option<bool>,
}

#[derive(Serialize)]
struct Question<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_id: Option<Chat<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
}

/// What Telegram says when it does not say yes.
enum Refusal {
    /// No, by its code, in its words, and with the number that a chat has moved to.
    No(u16, String, Option<i64>),
    /// Nothing that says anything of the channel.
    Unclear(Failure),
}

impl Telegram {
    /// Asks for the bot, the chat, and what the bot may do there.
    pub(crate) async fn check(&self, _fewest: u64) -> Vec<Health> {
        let mut found = vec![self.may_write().await];
        if found.iter().all(|health| health.state == State::Ok) {
            found.extend(self.settings.thread_id.map(topic));
        }
        found
    }

    async fn may_write(&self) -> Health {
        let Self { settings, .. } = self;
        let chat = settings.chat_id.as_str();
        let me: Me = match self.question(settings, "getMe", None, None).await {
            Ok(me) => me,
            Err(refusal) => return of_token(refusal),
        };
        let room: Room = match self.question(settings, "getChat", Some(chat), None).await {
            Ok(room) => room,
            Err(refusal) => return of_chat(refusal, &me, chat),
        };
        if room.kind == "private" {
            // It shows for five seconds that the bot is typing, and is the only question that a person's chat refuses.
            // https://core.telegram.org/bots/api#sendchataction
            let typing: Result<bool, _> = self.question(settings, "sendChatAction", Some(chat), None).await;
            return typing.map_or_else(|refusal| of_chat(refusal, &me, chat), |_| in_order(&me, &room, chat));
        }
        match self.question(settings, "getChatMember", Some(chat), Some(me.id)).await {
            Ok(member) => of_member(&member, &me, &room, chat),
            Err(refusal) => of_chat(refusal, &me, chat),
        }
    }

    async fn question<T: serde::de::DeserializeOwned>(
        &self,
        settings: &Settings,
        method: &str,
        chat: Option<&str>,
        user: Option<i64>,
    ) -> Result<T, Refusal> {
        let question = Question {
            chat_id: chat.map(|chat| chat.parse().map_or_else(|_| Chat::Name(chat), Chat::Id)),
            user_id: user,
            action: (method == "sendChatAction").then_some("typing"),
        };
        let request = Request::post(format!("{}/bot{}/{method}", settings.base_url, settings.token.expose_secret()))
            .header("content-type", "application/json")
            .body(super::super::json(&question))
            .map_err(|_| Failure::unauthorized("base_url or token make no URL: check both"));
        read(&ask(&self.http, request).await.map_err(Refusal::Unclear)?)
    }
}

fn read<T: serde::de::DeserializeOwned>(response: &Response<Vec<u8>>) -> Result<T, Refusal> {
    let Ok(answer) = serde_json::from_slice::<Answer>(response.body()) else {
        return Err(Refusal::Unclear(Failure::unavailable(without_body(response).message)));
    };
    if answer.ok && response.status().is_success() {
        let unclear = |_| Refusal::Unclear(Failure::unavailable("Telegram said ok, and nothing that we understand"));
        return serde_json::from_value(answer.result).map_err(unclear);
    }
    let code = answer.error_code.unwrap_or(response.status().as_u16());
    let moved = answer.parameters.unwrap_or_default().migrate_to_chat_id;
    Err(Refusal::No(code, answer.description, moved))
}

/// A token that nobody has is 401, one of no form 404.
fn of_token(refusal: Refusal) -> Health {
    match refusal {
        Refusal::No(code @ (401 | 404), words, _) => {
            refused(&Failure::unauthorized(format!("Telegram {code}: {words}")), TOKEN.0, TOKEN.1)
        }
        other => unclear(other),
    }
}

fn of_chat(refusal: Refusal, me: &Me, chat: &str) -> Health {
    let bot = &me.username;
    match refusal {
        Refusal::No(400, _, Some(to)) => Health::warning(
            format!("채팅방 {chat}의 번호가 {to}(으)로 바뀌었습니다."),
            format!("The chat {chat} has moved to {to}."),
        )
        .advice(
            format!("설정에 chat_id = \"{to}\"를 넣고 `bongsu config push`를 실행하세요."),
            format!("Set chat_id = \"{to}\" in the configuration and run `bongsu config push`."),
        ),
        Refusal::No(401, words, _) => of_token(Refusal::No(401, words, None)),
        Refusal::No(403, words, _) => Health::broken(
            format!("봇(@{bot})이 채팅방 {chat}에 글을 쓸 수 없습니다({words})."),
            format!("The bot @{bot} cannot write to the chat {chat} ({words})."),
        )
        .advice(INVITE.0, INVITE.1),
        Refusal::No(400, words, _) => Health::broken(
            format!("봇(@{bot})이 채팅방 {chat}을(를) 찾지 못합니다({words})."),
            format!("The bot @{bot} does not find the chat {chat} ({words})."),
        )
        .advice(
            "chat_id가 맞는지 확인하고, 봇을 채팅방에 초대하세요. 1:1 대화라면 봇에게 먼저 말을 거세요.",
            "See whether chat_id is right and invite the bot to the chat. A person has to write to it first.",
        ),
        other => unclear(other),
    }
}

fn of_member(member: &Member, me: &Me, room: &Room, chat: &str) -> Health {
    let in_channel = room.kind == "channel";
    let may = match member.status.as_str() {
        "creator" => true,
        "administrator" => !in_channel || member.can_post_messages == Some(true),
        "member" => !in_channel && room.permissions.as_ref().is_none_or(|rights| rights.can_send_messages != Some(false)),
        "restricted" => member.can_send_messages == Some(true),
        "left" | "kicked" => false,
        other => return Health::unasked(format!("Telegram: status {other:?} is not documented")),
    };
    if may {
        return in_order(me, room, chat);
    }
    let (bot, status) = (&me.username, &member.status);
    Health::broken(
        format!("봇(@{bot})이 채팅방 \"{}\"에 글을 쓸 수 없습니다(상태: {status}).", name(room, chat)),
        format!("The bot @{bot} may not write to the chat \"{}\" (it is: {status}).", name(room, chat)),
    )
    .advice(INVITE.0, INVITE.1)
}

fn in_order(me: &Me, room: &Room, chat: &str) -> Health {
    let (bot, name) = (&me.username, name(room, chat));
    Health::ok(
        format!("봇(@{bot})이 채팅방 \"{name}\"에 글을 쓸 수 있습니다."),
        format!("The bot @{bot} may write to the chat \"{name}\"."),
    )
}

fn name<'a>(room: &'a Room, chat: &'a str) -> &'a str {
    room.title.as_deref().or(room.first_name.as_deref()).unwrap_or(chat)
}

/// No method of the Bot API tells of a topic.
fn topic(thread: i64) -> Health {
    Health::unasked(format!("thread_id = {thread} (Telegram)")).advice(
        "텔레그램은 주제가 있는지 알려 주지 않습니다. `bongsu doctor --send`로 시험 메시지를 보내 확인하세요.",
        "Telegram does not tell whether a topic is there: `bongsu doctor --send` sends a test message.",
    )
}

fn unclear(refusal: Refusal) -> Health {
    match refusal {
        Refusal::No(code, words, _) => Health::unasked(format!("Telegram {code}: {words}")),
        Refusal::Unclear(failure) => refused(&failure, TOKEN.0, TOKEN.1),
    }
}
