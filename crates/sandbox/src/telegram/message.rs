use serde_json::{Map, Value, json};

use super::chat;
use super::entities::{Entity, Formatted, Style};
use super::html::parse;
use super::parameters::Parameters;
use super::tidy::tidy;

/// Raw text may be this many bytes long before Telegram even looks at it.
const RAW_BYTES: usize = 1 << 15;
/// What a reader may get, in UTF-16 units: <https://core.telegram.org/bots/api#sendmessage> says 4096 characters, and
/// clients count offsets in units, so the stricter reading is used.
const TEXT_UNITS: usize = 4096;

/// A message that has been found good.
pub(crate) struct Draft {
    pub(crate) formatted: Formatted,
    /// Optional fields of the answer.
    extra: Map<String, Value>,
}

/// Checks all parameters of `sendMessage` but the chat. The order is that of the Bot API server, and so are the words
/// (<https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp>).
pub(crate) fn draft(parameters: &Parameters) -> Result<Draft, String> {
    let mut extra = Map::new();
    if parameters.has("reply_markup") {
        extra.extend(keyboard(parameters.text("reply_markup"))?.map(|keyboard| ("reply_markup".to_owned(), keyboard)));
    }
    if parameters.has("link_preview_options") {
        extra.insert("link_preview_options".to_owned(), link_preview(parameters.text("link_preview_options"))?);
    } else if parameters.flag("disable_web_page_preview") {
        extra.insert("link_preview_options".to_owned(), json!({ "is_disabled": true }));
    }
    if parameters.flag("protect_content") {
        extra.insert("has_protected_content".to_owned(), true.into());
    }
    extra.extend(thread(parameters)?);
    Ok(Draft { formatted: text(parameters)?, extra })
}

/// Only supergroups have topics.
fn thread(parameters: &Parameters) -> Result<Map<String, Value>, String> {
    let Ok(id @ 1..) = parameters.text("message_thread_id").parse::<i64>() else { return Ok(Map::new()) };
    if chat::kind(parameters.text("chat_id")) != "supergroup" {
        return Err("message thread not found".to_owned());
    }
    Ok(Map::from_iter([("message_thread_id".to_owned(), id.into()), ("is_topic_message".to_owned(), true.into())]))
}

fn text(parameters: &Parameters) -> Result<Formatted, String> {
    let raw = parameters.text("text");
    if raw.is_empty() {
        return Err("message text is empty".to_owned());
    }
    if raw.len() > RAW_BYTES {
        return Err("text is too long".to_owned());
    }
    let formatted = match parameters.text("parse_mode").to_ascii_lowercase().as_str() {
        "" | "none" if parameters.has("entities") => return Err(unplayed("entities")),
        "" | "none" => Formatted { text: raw.to_owned(), entities: Vec::new() },
        "html" => parse(raw).map_err(|error| format!("can't parse entities: {error}"))?,
        "markdown" | "markdownv2" => return Err(unplayed("Markdown")),
        _ => return Err("unsupported parse_mode".to_owned()),
    };
    let formatted = tidy(&formatted);
    match formatted.text.encode_utf16().count() {
        0 => Err("text must be non-empty".to_owned()),
        1..=TEXT_UNITS => Ok(formatted),
        _ => Err("message is too long".to_owned()),
    }
}

/// Better refused than half done.
fn unplayed(what: &str) -> String {
    format!("the sandbox does not know {what}")
}

fn link_preview(text: &str) -> Result<Value, String> {
    let options: Value =
        serde_json::from_str(text).map_err(|_| "can't parse link preview options JSON object".to_owned())?;
    let fields = options.as_object().ok_or("object expected as link preview options")?;
    for flag in ["is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"] {
        if fields.get(flag).is_some_and(|value| !value.is_boolean()) {
            return Err(format!("field \"{flag}\" must be of type Boolean"));
        }
    }
    Ok(options)
}

/// An inline keyboard stays with the message; other keyboards do not.
fn keyboard(text: &str) -> Result<Option<Value>, String> {
    let markup: Value =
        serde_json::from_str(text).map_err(|_| "can't parse reply keyboard markup JSON object".to_owned())?;
    let fields = markup.as_object().ok_or("object expected as reply markup")?;
    let Some(rows) = fields.get("inline_keyboard") else { return Ok(None) };
    let rows = rows.as_array().ok_or("field \"inline_keyboard\" must be of type Array")?;
    for row in rows {
        for button in row.as_array().ok_or("can't parse inline keyboard button: object expected")? {
            check_button(button)?;
        }
    }
    Ok(Some(json!({ "inline_keyboard": rows })))
}

/// `callback_data` has 1 to 64 bytes: <https://core.telegram.org/bots/api#inlinekeyboardbutton>.
fn check_button(button: &Value) -> Result<(), String> {
    let field = |name| button.get(name).and_then(Value::as_str);
    if field("text").unwrap_or_default().is_empty() {
        return Err("can't parse inline keyboard button: field \"text\" must be non-empty".to_owned());
    }
    match (field("callback_data"), field("url")) {
        (Some(data), _) if data.is_empty() || data.len() > 64 => Err("BUTTON_DATA_INVALID".to_owned()),
        (None, Some(url)) if super::link::checked(url).is_none() => Err("BUTTON_URL_INVALID".to_owned()),
        (None, None) if button.as_object().is_none_or(|fields| fields.len() < 2) => {
            Err("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard".to_owned())
        }
        _ => Ok(()),
    }
}

/// A `Message` object: <https://core.telegram.org/bots/api#message>.
pub(crate) fn message(draft: Draft, id: u64, date: i64, from: &Value, chat: &str) -> Value {
    let entities = entities(&draft);
    let mut message = Map::from_iter([
        ("message_id".to_owned(), id.into()),
        ("from".to_owned(), from.clone()),
        ("chat".to_owned(), chat::chat(chat)),
        ("date".to_owned(), date.into()),
        ("text".to_owned(), draft.formatted.text.into()),
    ]);
    if !entities.is_empty() {
        message.insert("entities".to_owned(), entities.into());
    }
    message.extend(draft.extra);
    message.into()
}

/// What a draft's markup has become.
pub(crate) fn entities(draft: &Draft) -> Vec<Value> {
    draft.formatted.entities.iter().filter_map(entity).collect()
}

/// A `MessageEntity` object: <https://core.telegram.org/bots/api#messageentity>. A mention of somebody whom the bot has
/// never met is dropped, and the sandbox's bots have met nobody.
fn entity(entity: &Entity) -> Option<Value> {
    let (offset, length) = (entity.offset, entity.length);
    let plain = |name: &str| json!({ "type": name, "offset": offset, "length": length });
    Some(match &entity.style {
        Style::Bold => plain("bold"),
        Style::Italic => plain("italic"),
        Style::Underline => plain("underline"),
        Style::Strikethrough => plain("strikethrough"),
        Style::Spoiler => plain("spoiler"),
        Style::Blockquote => plain("blockquote"),
        Style::ExpandableBlockquote => plain("expandable_blockquote"),
        Style::Code => plain("code"),
        Style::Pre(None) => plain("pre"),
        Style::Pre(Some(language)) => {
            json!({ "type": "pre", "offset": offset, "length": length, "language": language })
        }
        Style::Link(url) => json!({ "type": "text_link", "offset": offset, "length": length, "url": url }),
        Style::CustomEmoji(id) => {
            json!({ "type": "custom_emoji", "offset": offset, "length": length, "custom_emoji_id": id.to_string() })
        }
        Style::Mention(_) => return None,
    })
}
