//! Mends what `serde_json` refuses and Lambda accepts, so that a sign-in with a hostile user agent is still told as one.

use std::borrow::Cow;

use serde_json::Value;

/// The JSON of a text, mended where that helps; nothing, where it is not JSON even so (prose, a truncated event,
/// over 128 levels, a number beyond `f64`).
pub(crate) fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().or_else(|| match surrogates(text) {
        Cow::Owned(mended) => serde_json::from_str(&mended).ok(),
        Cow::Borrowed(_) => None,
    })
}

/// Bytes as text: without a byte order mark, with U+FFFD for what is not UTF-8.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
}

/// Replaces escapes of lone surrogates (`\ud800`), which JSON allows and UTF-8 cannot hold, by `\ufffd`.
pub(crate) fn surrogates(text: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut rest = text;
    let mut lone = false;
    while let Some((before, escape)) = rest.split_once('\\') {
        mended.push_str(before);
        let (length, alone) = match (unit(escape), escape.get(5..).and_then(|next| unit(next.strip_prefix('\\')?))) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (11, false),
            (Some(0xd800..=0xdfff), _) => (5, true),
            _ => (escape.chars().next().map_or(0, char::len_utf8), false),
        };
        lone |= alone;
        let (escape, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        mended.push('\\');
        mended.push_str(if alone { "ufffd" } else { escape });
        rest = after;
    }
    if !lone {
        return Cow::Borrowed(text);
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

/// The UTF-16 unit of an escape, given what follows its backslash: `u` and four hexadecimal digits.
fn unit(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix('u')?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_replaced_and_pairs_are_kept() {
        let cases = [
            (r#"{"a":"\ud800"}"#, r#"{"a":"\ufffd"}"#),
            (r#"{"a":"x\uDFFFy"}"#, r#"{"a":"x\ufffdy"}"#),
            (r#"{"a":"\ud83d\ude00"}"#, r#"{"a":"\ud83d\ude00"}"#),
            (r#"{"a":"\ud83d\ud83d\ude00"}"#, r#"{"a":"\ufffd\ud83d\ude00"}"#),
            (r#"{"a":"\ud800"#, r#"{"a":"\ufffd"#),
            (r#"{"a":"\\ud800"}"#, r#"{"a":"\\ud800"}"#),
            (r#"{"a":"\ud80"#, r#"{"a":"\ud80"#),
            ("한\\", "한\\"),
            ("\\한", "\\한"),
        ];
        for (broken, mended) in cases {
            assert_eq!(surrogates(broken), mended, "{broken}");
        }
    }

    #[test]
    fn an_event_with_a_hostile_user_agent_is_read() {
        let event = parse(r#"{"userAgent":"\ud800 curl","eventName":"ConsoleLogin"}"#).unwrap();
        assert_eq!(event["eventName"], "ConsoleLogin");
        assert_eq!(event["userAgent"], "\u{fffd} curl");
    }

    #[test]
    fn a_byte_order_mark_and_broken_bytes_are_no_obstacle() {
        assert_eq!(text(b"\xef\xbb\xbf{\"a\":\"\xff\"}"), "{\"a\":\"\u{fffd}\"}");
    }

    #[test]
    fn what_cannot_be_mended_is_not_json() {
        for broken in ["", "AWS Budget Notification", "{\"a\":", "{\"a\":1e999}", &"[".repeat(1000)] {
            assert_eq!(parse(broken), None);
        }
    }
}
