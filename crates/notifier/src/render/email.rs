//! Email by SNS: a subject of under 100 characters without control characters, subject and body at most 262,144 bytes
//! (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>).

use alert::Language;
use unicode_normalization::UnicodeNormalization;

use super::document::Document;
use super::{Mark, fit, raw, value, words};

/// In UTF-16 units, the strictest of the ways to count characters.
const SUBJECT_LIMIT: usize = 99;
const MESSAGE_LIMIT: usize = 262_144;
/// What of the subject an account's name may take.
const ACCOUNT_LIMIT: usize = 30;
/// What of the body, in bytes, facts and links may take; the event has the rest.
const FACTS_LIMIT: usize = 100_000;
const LINKS_LIMIT: usize = 20_000;

/// An email in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// Under 100 characters, one line.
    pub subject: String,
    /// Everything that is known, the event itself at the end.
    pub body: String,
}

/// Subject and body, together at most 262,144 bytes.
pub fn email(doc: &Document, mark: Mark) -> Email {
    let subject = subject(doc, mark, doc.language, str::to_owned);
    let body = body(doc, mark, MESSAGE_LIMIT - subject.len());
    Email { subject, body }
}

/// The subject in English and in ASCII, for topics that refuse any other.
pub fn ascii_subject(doc: &Document, mark: Mark) -> String {
    subject(doc, mark, Language::En, ascii)
}

/// `[긴급] 경보가 울렸습니다: api-5xx (prod)`. The title stands whole; account and name share what room is left.
fn subject(doc: &Document, mark: Mark, language: Language, spell: fn(&str) -> String) -> String {
    let title = format!("{} {}", words::state(doc.severity, doc.status).get(language), doc.title.get(language));
    let marks = doc.marks_that(|marks| units(&format!("{marks}{title}")) <= SUBJECT_LIMIT, mark, language);
    let title = clip(&spell(&(marks + &title)), SUBJECT_LIMIT);
    let room = SUBJECT_LIMIT - units(&title);
    let account = account(doc, spell, if doc.name.is_some() { room / 2 } else { room });
    let name = doc.name.as_deref().map(spell).unwrap_or_default();
    let name = wrapped(": ", &name, "", room - units(&account));
    title + &name + &account
}

/// ` (prod)`, or its id where the name cannot be spelled.
fn account(doc: &Document, spell: fn(&str) -> String, room: usize) -> String {
    let Some(account) = &doc.account else { return String::new() };
    let name = Some(spell(account.brief())).filter(|name| !name.is_empty()).unwrap_or_else(|| spell(&account.id));
    wrapped(" (", &name, ")", room.min(ACCOUNT_LIMIT))
}

/// The text between the two others, at most `most` units in all; nothing where nothing of it fits.
fn wrapped(before: &str, text: &str, after: &str, most: usize) -> String {
    let text = clip(text, most.saturating_sub(before.len() + after.len()));
    if text.is_empty() { text } else { format!("{before}{text}{after}") }
}

fn body(doc: &Document, mark: Mark, limit: usize) -> String {
    let state = doc.say(words::state(doc.severity, doc.status));
    let title = format!("{}{state} {}", doc.marks(mark), doc.say(doc.title));
    let place = doc.place().iter().map(|(label, value)| line(label, value)).collect();
    let facts = doc.facts.iter().map(|fact| line(fact.label, &fact.value.whole())).collect();
    let facts = fit::lines(facts, FACTS_LIMIT, str::len, doc.language);
    let links = doc.links.iter().map(|link| line(doc.say(link.label), &link.url)).collect();
    let links = fit::each(links, LINKS_LIMIT, str::len);
    let ids = vec![line(doc.say(words::NUMBER), &doc.id), line(doc.say(words::KEY), &doc.key)];
    let told = [vec![title], doc.advice().into_iter().collect(), place, facts, links, ids];
    with_raw(fit::blocks(&told), doc, limit)
}

/// The text with as much of the event after it as there is room for.
fn with_raw(mut text: String, doc: &Document, limit: usize) -> String {
    text = text + "\n\n" + doc.say(words::RAW) + ":\n";
    let cut = "\n".to_owned() + doc.say(words::RAW_CUT) + "\n";
    for line in raw::lines(&doc.raw) {
        // One byte is for the line's own end.
        let room = limit.saturating_sub(text.len() + cut.len() + 1);
        if line.len() > room {
            // Half an indentation would be a line of nothing.
            return text + line.get(..line.floor_char_boundary(room)).unwrap_or_default().trim_end() + &cut;
        }
        text = text + &line + "\n";
    }
    text
}

fn line(label: &str, text: &str) -> String {
    format!("{label}: {text}")
}

/// What ASCII has of a text: letters lose their accents, the rest is dropped.
fn ascii(text: &str) -> String {
    let ascii: String = text.nfkd().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
    value::defang(&value::one_line(&ascii))
}

/// At most `most` units; what was cut is shown by `..`.
fn clip(text: &str, most: usize) -> String {
    if units(text) <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(2);
    let fits = |c: &char| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    };
    let kept: String = text.chars().take_while(fits).collect();
    if kept.is_empty() { kept } else { kept.trim_end().to_owned() + ".." }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use alert::{Alert, Fact, Text};

    use super::*;
    use crate::render::tests::samples;

    #[test]
    fn the_event_is_cut_to_the_last_byte_wherever_its_lines_end() {
        let alert = Alert { raw: "0123456789\n".repeat(500), ..samples::all()[0].1.clone() };
        let doc = Document::new(&alert, &samples::wording(Language::En));
        for limit in 3_000..3_100 {
            let body = body(&doc, Mark::First, limit);
            assert!(body.len() <= limit && body.len() + 20 > limit, "{} of {limit}", body.len());
            assert!(!body.contains("\n \n") && !body.contains("\n  \n"), "{limit}");
        }
    }

    #[test]
    fn a_name_shares_the_subject_with_the_account() {
        assert_eq!(wrapped(" (", "prod", ")", 7), " (prod)");
        assert_eq!(wrapped(" (", "production", ")", 9), " (prod..)");
        assert_eq!(wrapped(" (", "prod", ")", 5), "");
        assert_eq!(clip("😀😀😀", 5), "😀..");
    }

    #[test]
    fn an_event_that_is_too_long_is_cut_and_this_is_said() {
        for raw in ["\u{202e}".repeat(100_000), "가 [] \n".repeat(40_000)] {
            let (_, sample) = samples::all().swap_remove(0);
            let doc = Document::new(&Alert { raw, ..sample }, &samples::wording(Language::Ko));
            let Email { subject, body } = email(&doc, Mark::First);
            assert!((MESSAGE_LIMIT - 10..=MESSAGE_LIMIT).contains(&(subject.len() + body.len())));
            assert!(body.ends_with("(원문이 길어 여기까지만 싣습니다)\n"));
        }
    }

    #[test]
    fn more_facts_than_fit_leave_room_for_the_event() {
        let (_, sample) = samples::all().swap_remove(0);
        let facts = vec![Fact::foreign(Text::same("IP"), "가".repeat(300)); 2000];
        let doc = Document::new(&Alert { facts, ..sample }, &samples::wording(Language::En));
        let body = email(&doc, Mark::First).body;
        assert!(body.len() < 110_000 && body.contains(" more left out)") && body.contains("signin.amazonaws.com"));
    }

    #[test]
    fn ascii_keeps_what_it_can_spell() {
        assert_eq!(ascii("café — 운영 prod"), "cafe prod");
        assert_eq!(ascii("evil.😀com"), "evil(.)com");
    }
}
