//! The event itself, at the end of an email: the same JSON, but nothing in it can be clicked or mistaken for our words.

use std::fmt::Write;

use super::value;

/// Before each line, so that none looks like one of ours; JSON stays JSON when it is copied.
const INDENT: &str = "    ";

/// The lines of an event, indented. Escapes of JSON (<https://www.rfc-editor.org/rfc/rfc8259#section-7>) stand for
/// characters that hide or turn text, for the dots and slashes of links, and for a bracket that could begin a mark.
pub(super) fn lines(raw: &str) -> impl Iterator<Item = String> {
    raw.lines().map(|line| {
        let line = value::break_hosts(line, "\\u002e").replace("://", ":\\/\\/");
        INDENT.to_owned() + escape(&line).trim_end()
    })
}

fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            '\t' => out.push_str("  "),
            '[' if !begins_array(rest.as_str()) => push_escaped(&mut out, c),
            c if hides(c) => push_escaped(&mut out, c),
            c => out.push(c),
        }
    }
    out
}

/// Whether what follows a bracket can only be JSON and not the words of a mark.
fn begins_array(rest: &str) -> bool {
    rest.starts_with([']', '[', '{', '"', ' ', '-', 't', 'f', 'n'])
        || rest.starts_with(|c: char| c.is_ascii_digit())
        || rest.is_empty()
}

fn hides(c: char) -> bool {
    c.is_control() || value::is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}' | '［' | '﹇')
}

fn push_escaped(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a String cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    fn shown(raw: &str) -> String {
        super::lines(raw).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn an_event_is_indented_and_otherwise_as_it_arrived() {
        let event = "{\n  \"source\": \"signin.amazonaws.com\",\n  \"ips\": [\"203.0.113.5\", [1.5]]\n}";
        assert_eq!(shown(event), event.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn marks_links_and_hidden_characters_are_escaped_as_json_would() {
        for (raw, shown_as) in [
            ("[DRILL]", r"    \u005bDRILL]"),
            ("[훈련] [ 훈련]", r"    \u005b훈련] [ 훈련]"),
            ("［DRILL］", r"    \uff3bDRILL］"),
            ("http://evil.com www.evil.com", r"    http:\/\/evil\u002ecom www\u002eevil\u002ecom"),
            ("a\u{202e}b\u{2028}c\0\u{e0041}", r"    a\u202eb\u2028c\u0000\udb40\udc41"),
            ("a\rb\tc", "    a\\u000db  c"),
        ] {
            assert_eq!(shown(raw), shown_as, "{raw}");
        }
    }
}
