//! Careful access to events: a field of the wrong type counts as absent, and no alert is lost over it.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde_json::Value;

/// AWS Health writes its dates as HTTP does (`Tue, 10 Mar 2026 02:14:09 GMT`). The day of the week decides nothing.
const HTTP_DATE: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);

/// Reads fields by JSON pointer (`/detail/eventName`).
pub(crate) trait Fields {
    /// A string that is not blank: what decides over an alert must not be guessed from another type.
    fn word(&self, pointer: &str) -> Option<&str>;

    /// A string that is not blank, or a number or truth value as text.
    fn text(&self, pointer: &str) -> Option<String>;

    /// The first of these fields that [`Fields::text`] finds and that `fits`.
    fn first(&self, pointers: &[&str], fits: fn(&str) -> bool) -> Option<String> {
        pointers.iter().filter_map(|pointer| self.text(pointer)).find(|text| fits(text))
    }

    /// A moment, in any of the spellings that AWS uses.
    fn time(&self, pointer: &str) -> Option<Timestamp> {
        moment(&self.text(pointer)?)
    }

    /// A moment as part of a key: one spelling, however it was written (`+0000` or `Z`); else the text itself.
    fn moment(&self, pointer: &str) -> Option<String> {
        let text = self.text(pointer)?;
        Some(moment(&text).map_or(text, |time| time.to_string()))
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| HTTP_DATE.parse_timestamp(text).ok())
}

impl Fields for Value {
    fn word(&self, pointer: &str) -> Option<&str> {
        self.pointer(pointer)?.as_str().filter(|text| !text.trim().is_empty())
    }

    fn text(&self, pointer: &str) -> Option<String> {
        match self.pointer(pointer)? {
            Self::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }
}

/// Twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The form of a Region code. It stands in the host name of console links, so nothing else may pass.
pub(crate) fn is_region(text: &str) -> bool {
    (3..=32).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.ends_with('-')
}

/// A value from the event as it may stand in a [`Reason`](crate::Reason): quoted, escaped, at most 80 characters.
pub(crate) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() { format!("{short:?}…") } else { format!("{short:?}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_spellings_of_a_moment_are_one() {
        let event = json!({
            "zulu": "2026-01-02T03:04:05.678Z",
            "alarm": "2026-01-02T03:04:05.678+0000",
            "colon": "2026-01-02T12:04:05.678+09:00",
            "nanoseconds": "2026-01-02T03:04:05.678000000Z",
        });
        for field in ["/zulu", "/alarm", "/colon", "/nanoseconds"] {
            assert_eq!(event.moment(field).as_deref(), Some("2026-01-02T03:04:05.678Z"), "{field}");
        }
    }

    #[test]
    fn a_date_of_http_is_a_moment_too() {
        let event = json!({
            "padded": "Fri, 02 Jan 2026 03:04:05 GMT",
            "plain": "Fri, 2 Jan 2026 03:04:05 GMT",
            "wrong-day": "Mon, 2 Jan 2026 03:04:05 GMT",
            "offset": "Fri, 2 Jan 2026 12:04:05 +0900",
            "none": "2 Jan",
        });
        for field in ["/padded", "/plain", "/wrong-day", "/offset"] {
            assert_eq!(event.moment(field).as_deref(), Some("2026-01-02T03:04:05Z"), "{field}");
        }
        assert_eq!(event.time("/none"), None);
    }

    #[test]
    fn a_moment_that_cannot_be_read_still_tells_two_occurrences_apart() {
        let event = json!({"a": "yesterday", "b": "today"});
        assert_ne!(event.moment("/a"), event.moment("/b"));
    }

    #[test]
    fn a_field_of_the_wrong_type_is_absent() {
        let event = json!({"list": [], "object": {}, "null": null, "blank": " "});
        for field in ["/list", "/object", "/null", "/blank", "/none", "/list/0/x"] {
            assert_eq!(event.text(field), None, "{field}");
            assert_eq!(event.word(field), None, "{field}");
        }
    }

    #[test]
    fn what_is_no_region_cannot_become_a_host_name() {
        for odd in ["", "evil.example", "us-east-1.evil", "us east 1", "a/b", "-a-", "US-EAST-1", "서울-1", "us-east-"]
        {
            assert!(!is_region(odd), "{odd}");
        }
        assert!(["us-east-1", "ap-northeast-2", "us-gov-west-1", "cn-north-1"].into_iter().all(is_region));
    }

    #[test]
    fn a_quoted_value_cannot_fake_a_line_of_the_log() {
        assert_eq!(quoted("a\nb\u{202e}"), "\"a\\nb\\u{202e}\"");
        assert!(quoted(&"x".repeat(10_000)).len() < 100);
    }
}
