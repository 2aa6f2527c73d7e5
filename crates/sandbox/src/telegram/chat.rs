use serde_json::{Value, json};

use crate::Bot;

/// Whether a bot may write to a chat.
pub(crate) enum Access {
    Open,
    Unknown,
    Blocked,
    Migrated(i64),
}

/// Looks a chat up. Ids are compared as text, names without regard to case.
pub(crate) fn access(bot: &Bot, id: &str) -> Access {
    let known = |list: &[String]| list.iter().any(|chat| chat.eq_ignore_ascii_case(id));
    if let Some((_, new)) = bot.migrated.iter().find(|(old, _)| old == id) {
        Access::Migrated(*new)
    } else if known(&bot.blocked) {
        Access::Blocked
    } else if known(&bot.chats) {
        Access::Open
    } else {
        Access::Unknown
    }
}

/// What sort of chat an id names: <https://core.telegram.org/api/bots/ids>.
pub(crate) fn kind(id: &str) -> &'static str {
    match id {
        _ if id.starts_with('@') => "channel",
        _ if id.starts_with("-100") && id.len() > 10 => "supergroup",
        _ if id.starts_with('-') => "group",
        _ => "private",
    }
}

/// A `Chat` object: <https://core.telegram.org/bots/api#chat>.
pub(crate) fn chat(id: &str) -> Value {
    match (kind(id), id.parse::<i64>()) {
        ("private", Ok(number)) => json!({ "id": number, "first_name": "Operator", "type": "private" }),
        (kind, Ok(number)) => json!({ "id": number, "title": "Sandbox", "type": kind }),
        (kind, Err(_)) => {
            let name = id.trim_start_matches('@');
            json!({ "id": -1_001_999_999_999_i64, "title": name, "username": name, "type": kind })
        }
    }
}

/// A `ChatFullInfo` object, as `getChat` gives it: <https://core.telegram.org/bots/api#chatfullinfo>.
pub(crate) fn full(id: &str) -> Value {
    let mut full = chat(id);
    if let Value::Object(fields) = &mut full {
        let more = json!({
            "accent_color_id": 1, "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false,
                "premium_subscription": false, "gifts_from_channels": false,
            },
        });
        fields.extend(more.as_object().cloned().unwrap_or_default());
        if kind(id) != "private" {
            fields.insert("permissions".to_owned(), permissions());
        }
    }
    full
}

/// The bot as a `ChatMember`: <https://core.telegram.org/bots/api#chatmember>.
pub(crate) fn member(bot: &Bot, id: &str, me: &Value) -> Value {
    let silenced = bot.silenced.iter().any(|chat| chat == id);
    match (kind(id), silenced) {
        ("channel", _) => json!({ "user": me, "status": "administrator", "can_post_messages": !silenced }),
        (_, true) => json!({ "user": me, "status": "restricted", "is_member": true, "can_send_messages": false }),
        (_, false) => json!({ "user": me, "status": "member" }),
    }
}

fn permissions() -> Value {
    let may = [
        "can_send_messages",
        "can_send_audios",
        "can_send_documents",
        "can_send_photos",
        "can_send_videos",
        "can_send_video_notes",
        "can_send_voice_notes",
        "can_send_polls",
        "can_send_other_messages",
        "can_add_web_page_previews",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
    ];
    may.iter().map(|name| ((*name).to_owned(), Value::Bool(true))).collect()
}
