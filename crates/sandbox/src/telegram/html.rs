//! Telegram's HTML, read as Telegram reads it: byte by byte, with its own idea of tags, attributes and entities, and
//! its own words where it cannot. What it accepts is described at <https://core.telegram.org/bots/api#html-style>;
//! what it really does is in `tdlib`'s parser (<https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp>).
//! `tests/telegram_entities.json` holds `tdlib`'s own answers, which this parser has to give too.

use super::entities::{Entity, Formatted, Style, in_order};
use super::tags::{self, TAGS};
use super::{escape, link};

/// Reads a text with markup; the error is what follows `can't parse entities: `.
pub(crate) fn parse(source: &str) -> Result<Formatted, String> {
    let mut reader =
        Reader { source: source.as_bytes(), at: 0, text: Vec::new(), units: 0, open: Vec::new(), found: Vec::new() };
    while reader.at < reader.source.len() {
        reader.step()?;
    }
    if let Some(tag) = reader.open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", tag.name));
    }
    let text = String::from_utf8(reader.text).map_err(|_| {
        "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
    })?;
    Ok(Formatted { text, entities: in_order(reader.found.into_iter().map(|found| found.entity).collect()) })
}

/// A tag that has no end yet.
struct Open {
    name: String,
    argument: String,
    /// UTF-16 units and bytes of text before it.
    units: usize,
    bytes: usize,
}

/// An entity, with the language of a `<code class="language-…">` that may yet turn out to stand in a `<pre>`.
struct Found {
    entity: Entity,
    language: String,
}

struct Reader<'a> {
    source: &'a [u8],
    at: usize,
    text: Vec<u8>,
    units: usize,
    open: Vec<Open>,
    found: Vec<Found>,
}

impl Reader<'_> {
    /// The byte at a place; 0 after the end, as in the original, where strings end so.
    fn byte(&self, at: usize) -> u8 {
        self.source.get(at).copied().unwrap_or(0)
    }

    fn here(&self) -> u8 {
        self.byte(self.at)
    }

    fn slice(&self, from: usize, to: usize) -> String {
        String::from_utf8_lossy(self.source.get(from..to).unwrap_or_default()).into_owned()
    }

    /// Goes on while the byte pleases.
    fn skip(&mut self, pleases: impl Fn(u8) -> bool) {
        while pleases(self.here()) {
            self.at += 1;
        }
    }

    fn skip_space(&mut self) {
        self.skip(|byte| byte != 0 && is_space(byte));
    }

    fn step(&mut self) -> Result<(), String> {
        match self.here() {
            b'&' => self.reference(),
            b'<' if self.byte(self.at + 1) == b'/' => return self.end_tag(),
            b'<' => return self.start_tag(),
            byte => self.literal(byte),
        }
        Ok(())
    }

    fn literal(&mut self, byte: u8) {
        self.units += match byte {
            0x80..=0xBF => 0,
            0xF0.. => 2,
            _ => 1,
        };
        self.text.push(byte);
        self.at += 1;
    }

    fn reference(&mut self) {
        let Some((code, next)) = escape::decode(self.source, self.at) else { return self.literal(b'&') };
        self.units += if code > 0xFFFF { 2 } else { 1 };
        escape::append(&mut self.text, code);
        self.at = next;
    }

    fn start_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.at += 1;
        self.skip(|byte| !is_space(byte) && byte != b'>');
        if self.here() == 0 {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        let name = self.slice(begin + 1, self.at).to_ascii_lowercase();
        if !TAGS.contains(&name.as_str()) {
            return Err(format!("Unsupported start tag \"{name}\" at byte offset {begin}"));
        }
        let argument = self.attributes(&name, begin)?;
        if name == "span" && argument != "spoiler" {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        self.at += 1;
        self.open.push(Open { name, argument, units: self.units, bytes: self.text.len() });
        Ok(())
    }

    /// Reads up to the `>`; gives the one attribute that the tag cares for.
    fn attributes(&mut self, tag: &str, begin: usize) -> Result<String, String> {
        let mut argument = String::new();
        loop {
            self.skip_space();
            if self.here() == b'>' {
                return Ok(argument);
            }
            let from = self.at;
            self.skip(|byte| !is_space(byte) && !matches!(byte, b'=' | b'>' | b'/' | b'"' | b'\''));
            let name = self.slice(from, self.at);
            if name.is_empty() {
                return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
            }
            self.skip_space();
            let value = if self.here() == b'=' { Some(self.value(tag, begin)?) } else { None };
            if self.here() == 0 {
                let named = if value.is_none() { format!(" \"{tag}\"") } else { String::new() };
                return Err(format!("Unclosed start tag{named} at byte offset {begin}"));
            }
            argument = tags::wanted(tag, &name, value).unwrap_or(argument);
        }
    }

    fn value(&mut self, tag: &str, begin: usize) -> Result<String, String> {
        self.at += 1;
        self.skip_space();
        match self.here() {
            0 => Err(format!("Unclosed start tag \"{tag}\" at byte offset {begin}")),
            quote @ (b'"' | b'\'') => Ok(self.quoted(quote)),
            _ => self.token(),
        }
    }

    /// A value without quotes: letters, digits, full stops and hyphens.
    fn token(&mut self) -> Result<String, String> {
        let from = self.at;
        self.skip(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
        if !is_space(self.here()) && self.here() != b'>' {
            return Err(format!("Unexpected end of name token at byte offset {from}"));
        }
        Ok(self.slice(from, self.at).to_ascii_lowercase())
    }

    fn quoted(&mut self, quote: u8) -> String {
        let mut value = Vec::new();
        self.at += 1;
        while self.here() != quote && self.here() != 0 {
            if let Some((code, next)) = escape::decode(self.source, self.at) {
                escape::append(&mut value, code);
                self.at = next;
            } else {
                value.push(self.here());
                self.at += 1;
            }
        }
        if self.here() == quote {
            self.at += 1;
        }
        String::from_utf8_lossy(&value).into_owned()
    }

    fn end_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(tag) = self.open.pop() else { return Err(format!("Unexpected end tag at byte offset {begin}")) };
        self.at += 2;
        self.skip(|byte| !is_space(byte) && byte != b'>');
        let name = self.slice(begin + 2, self.at).to_ascii_lowercase();
        self.skip_space();
        if self.here() != b'>' {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        if !name.is_empty() && name != tag.name {
            let expected = tag.name;
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{expected}>\", found \"</{name}>\""
            ));
        }
        self.at += 1;
        if self.units > tag.units { self.close(&tag) } else { Ok(()) }
    }

    /// Adds what a tag stands for, now that its text is known.
    fn close(&mut self, tag: &Open) -> Result<(), String> {
        let (offset, length) = (tag.units, self.units - tag.units);
        if self.joins_block(tag, offset, length) {
            return Ok(());
        }
        let style = match tag.name.as_str() {
            "a" => self.link(tag),
            "tg-emoji" => Some(tags::emoji(&tag.argument)?),
            name => tags::plain(name, &tag.argument),
        };
        let language = if tag.name == "code" { tag.argument.clone() } else { String::new() };
        self.found.extend(style.map(|style| Found { entity: Entity { offset, length, style }, language }));
        Ok(())
    }

    /// `<pre><code class="language-x">`, and the same the other way round, are one block of code with a language.
    fn joins_block(&mut self, tag: &Open, offset: usize, length: usize) -> bool {
        let Some(last) = self.found.last_mut() else { return false };
        if last.entity.offset != offset || last.entity.length != length {
            return false;
        }
        let language = match (tag.name.as_str(), &last.entity.style) {
            ("pre", Style::Code) => last.language.clone(),
            ("code", Style::Pre(None)) => tag.argument.clone(),
            _ => return false,
        };
        if language.is_empty() {
            return false;
        }
        last.entity.style = Style::Pre(Some(language));
        true
    }

    /// A link goes to its `href`, or to its own text. One that leads nowhere is plain text, not an error.
    fn link(&self, tag: &Open) -> Option<Style> {
        let own = String::from_utf8_lossy(self.text.get(tag.bytes..).unwrap_or_default());
        let target = if tag.argument.is_empty() { own.as_ref() } else { tag.argument.as_str() };
        match link::user_id(target) {
            Some(id) => Some(Style::Mention(id)),
            None => link::checked(target).map(Style::Link),
        }
    }
}

/// NUL counts as space, as in `tdlib`'s `is_space`.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x0B)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::entities::{Entity, Style};
    use super::parse;

    /// What `tdlib` itself says to each text; `telegram_entities.py` asked it.
    const ANSWERS: &str = include_str!("../../tests/telegram_entities.json");

    #[test]
    fn every_text_is_read_or_refused_as_tdlib_does() {
        let answers: Vec<Value> = serde_json::from_str(ANSWERS).unwrap();
        assert!(answers.len() >= 60);
        let wrong: Vec<_> = answers.iter().filter(|answer| ours(&answer["source"]) != **answer).collect();
        let told = wrong.iter().take(9).map(|answer| format!("tdlib {answer}\nours  {}\n", ours(&answer["source"])));
        assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), told.collect::<String>());
    }

    fn ours(source: &Value) -> Value {
        match parse(source.as_str().unwrap()) {
            Ok(read) => {
                let entities: Vec<Value> = read.entities.iter().map(entity).collect();
                json!({ "source": source, "text": read.text, "entities": entities })
            }
            Err(error) => json!({ "source": source, "error": error }),
        }
    }

    fn entity(entity: &Entity) -> Value {
        let (name, more) = match &entity.style {
            Style::Bold => ("bold", None),
            Style::Italic => ("italic", None),
            Style::Underline => ("underline", None),
            Style::Strikethrough => ("strikethrough", None),
            Style::Spoiler => ("spoiler", None),
            Style::Blockquote => ("blockquote", None),
            Style::ExpandableBlockquote => ("expandable_blockquote", None),
            Style::Code => ("code", None),
            Style::Pre(None) => ("pre", None),
            Style::Pre(Some(language)) => ("pre", Some(("language", json!(language)))),
            Style::Link(url) => ("text_link", Some(("url", json!(url)))),
            Style::Mention(id) => ("text_mention", Some(("user", json!(id)))),
            Style::CustomEmoji(id) => ("custom_emoji", Some(("custom_emoji_id", json!(id.to_string())))),
        };
        let mut value = json!({ "type": name, "offset": entity.offset, "length": entity.length });
        if let Some((key, more)) = more {
            value[key] = more;
        }
        value
    }
}
