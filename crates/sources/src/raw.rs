//! An event that no source knows, or that cannot even be parsed, becomes an alert all the same.

use alert::{Alert, Fact, Link, Severity, Status, Text};
use serde_json::{Map, Value};

use crate::arn::console;
use crate::fields::Fields;
use crate::origin::{Origin, Saying};

/// The most of an event that an alert carries, in bytes: an email holds 262,144 with everything else.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>
const LIMIT: usize = 100_000;

/// Characters of an event's text that stand among the facts.
const GLIMPSE: usize = 200;

const UNKNOWN: Saying = Saying {
    severity: Severity::High,
    status: Status::Notice,
    title: Text::new("처음 보는 이벤트를 받았습니다", "Received an event that we do not know"),
    advice: Text::new(
        "원본 이벤트를 보고 무슨 일인지 확인하세요. 받을 필요가 없다면 보낸 규칙에서 빼세요.",
        "Read the raw event and find out what happened. If nobody needs it, take it out of the rule that sent it.",
    ),
};

const UNREADABLE: Saying = Saying {
    title: Text::new("읽지 못한 이벤트를 받았습니다", "Received an event that we cannot read"),
    advice: Text::new(
        "원본 이벤트를 보고 무슨 일인지 확인하세요. 중요한 알림이 깨져서 온 것일 수 있습니다.",
        "Read the raw event and find out what happened. It may be an important alert that arrived broken.",
    ),
    ..UNKNOWN
};

/// The alert for an event that no source took. Text that is not JSON comes as [`Value::String`].
///
/// The whole event is its key, `id` and `time` included. One without those (a text from a topic) is named by its
/// `delivery` too, so that the same words tomorrow are no repeat of today's.
pub fn alert(event: &Value, delivery: Option<&str>, slug: &'static str) -> Alert {
    let seen = event.as_str().map_or_else(|| event.clone(), |text| Value::Object(glimpse(text)));
    let origin = Origin::new(slug, &seen).account(&["/account"]).region(&["/region"]).time(&["/time"]);

    let whole = event.to_string();
    let named = seen.get("id").is_some() && seen.get("time").is_some();
    let key: &[&str] = &[&whole, delivery.filter(|_| !named).unwrap_or_default()];
    let (source, kind) = (seen.text("/source"), seen.text("/detail-type"));
    let fingerprint = match (&source, &kind) {
        (None, None) => whole.clone(),
        (source, kind) => format!("{source:?} {kind:?}"),
    };
    Alert {
        facts: facts(source, kind, content(event)),
        links: vec![Link::new(
            Text::new("EventBridge 규칙", "EventBridge rules"),
            console(origin.region.as_deref(), "events", "/rules"),
        )],
        raw: printed(event),
        ..origin.alert(if is_broken(event) { UNREADABLE } else { UNKNOWN }, Some(key), &[&fingerprint])
    }
}

/// JSON that cannot be parsed, or nothing at all; prose is none of these.
fn is_broken(event: &Value) -> bool {
    let text = event.as_str().map(str::trim);
    text.is_some_and(|text| text.is_empty() || text.starts_with(['{', '[']) || text.contains('\u{fffd}'))
}

/// What the event says: its `detail` where it has one, else all of it.
fn content(event: &Value) -> Option<String> {
    let told = event.get("detail").unwrap_or(event);
    match told {
        Value::Null => None,
        Value::Object(fields) if fields.is_empty() => None,
        Value::Array(items) if items.is_empty() => None,
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        told => Some(told.to_string()),
    }
}

fn facts(source: Option<String>, kind: Option<String>, content: Option<String>) -> Vec<Fact> {
    const CONTENT: Text = Text::new("내용", "Content");
    let known = kind.is_some() || source.is_some();
    let content = content.map_or_else(
        || Fact::words(CONTENT, Text::new("빈 이벤트", "empty event")),
        |content| Fact::foreign(CONTENT, content.chars().take(GLIMPSE).collect::<String>()),
    );
    let kind = kind.map(|kind| Fact::foreign(Text::new("종류", "Kind"), kind).brief());
    let source = source.map(|source| Fact::foreign(Text::new("보낸 곳", "Source"), source));
    let source = if kind.is_some() { source } else { source.map(Fact::brief) };
    kind.into_iter().chain(source).chain([if known { content } else { content.brief() }]).collect()
}

/// An event as people read it: JSON with line breaks, other text as it is, at most [`LIMIT`] bytes.
pub(crate) fn printed(event: &Value) -> String {
    let text = match event {
        Value::String(text) => text.clone(),
        event => serde_json::to_string_pretty(event).unwrap_or_else(|_| event.to_string()),
    };
    match text.get(..text.floor_char_boundary(LIMIT)) {
        Some(start) if start.len() < text.len() => format!("{start}\n… ({} bytes, the rest is cut)", text.len()),
        _ => text,
    }
}

/// The text fields on the first level of JSON that cannot be parsed. What lies deeper may be an attacker's and must not
/// pass for the envelope (`{"detail":{"source":"drill.…"`).
fn glimpse(text: &str) -> Map<String, Value> {
    let mut seen = Map::new();
    let (mut depth, mut key, mut last) = (0_usize, None::<String>, None::<String>);
    let mut chars = text.chars();
    while let Some(next) = chars.next() {
        match next {
            '"' => {
                let Some(string) = string(&mut chars) else { break };
                match key.take().filter(|_| depth == 1) {
                    Some(key) => drop(seen.entry(key).or_insert(Value::String(string))),
                    None => last = Some(string),
                }
            }
            ':' => key = last.take(),
            '{' | '[' => (depth, key, last) = (depth + 1, None, None),
            '}' | ']' => (depth, key, last) = (depth.saturating_sub(1), None, None),
            ',' => (key, last) = (None, None),
            _ => {}
        }
    }
    seen
}

/// The rest of a JSON string whose first quote was read; nothing, if it does not end.
fn string(chars: &mut std::str::Chars<'_>) -> Option<String> {
    let mut string = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(string),
            '\\' => string.push(chars.next()?),
            other => string.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_level_of_a_broken_event_is_seen_and_nothing_below_it() {
        let seen = glimpse(
            r#" {"time":"t","detail":{"source":"drill.evil","x":["source","drill"]},"source":"aws.a","n":1,"cut":"of"#,
        );
        assert_eq!(Value::Object(seen), serde_json::json!({"time": "t", "source": "aws.a"}));
    }

    #[test]
    fn a_quote_inside_a_value_does_not_end_it() {
        let seen = glimpse(r#"{"a":"x\",\"source\":\"drill.evil","source":"aws.a""#);
        assert_eq!(seen["source"], "aws.a");
    }

    #[test]
    fn a_huge_event_is_cut_between_characters_and_says_so() {
        let printed = printed(&Value::String("가".repeat(100_000)));
        assert!(printed.len() <= LIMIT + 60);
        assert!(printed.ends_with("… (300000 bytes, the rest is cut)"));
    }

    #[test]
    fn the_same_words_tomorrow_are_another_alert_and_the_same_delivery_is_not() {
        let words = Value::String("disk full".to_owned());
        let key = |delivery| alert(&words, delivery, "unknown").key;
        assert_ne!(key(Some("monday")), key(Some("tuesday")));
        assert_eq!(key(Some("monday")), key(Some("monday")));
    }

    #[test]
    fn an_event_that_names_itself_is_the_same_by_every_delivery() {
        let event = serde_json::json!({"id": "1", "time": "2026-03-10T02:14:09Z", "source": "shop.orders"});
        assert_eq!(alert(&event, Some("queue"), "unknown").key, alert(&event, None, "unknown").key);
    }
}
