//! Telegram: 4096 UTF-16 units after the entities are parsed (<https://core.telegram.org/bots/api#sendmessage>).
//! The markup is counted too, so that the limit holds however a length is measured.

use super::document::{Account, Document, Line, Value};
use super::{Mark, fit, value, words};

const LIMIT: usize = 4096;
/// What links may take of it; the rest belongs to the facts.
const LINKS_LIMIT: usize = 1500;
/// The empty line before a block.
const BREAK: usize = 2;

/// The text with `parse_mode` HTML (<https://core.telegram.org/bots/api#html-style>). What others wrote stands in
/// `<code>`, where nothing is clickable and a tap copies it.
pub fn telegram_html(doc: &Document, mark: Mark) -> String {
    text(doc, mark, Form::Html)
}

/// The same without markup, for when Telegram refuses the other one.
pub fn telegram_plain(doc: &Document, mark: Mark) -> String {
    text(doc, mark, Form::Plain)
}

#[derive(Clone, Copy)]
enum Form {
    Html,
    Plain,
}

fn text(doc: &Document, mark: Mark, form: Form) -> String {
    let head = head(doc, mark, form);
    let advice: Vec<String> = doc.advice().map(|advice| form.ours(&advice)).into_iter().collect();
    let id = vec![form.ours(&doc.id)];

    let room = LIMIT.saturating_sub(units(&fit::blocks(&[head.clone(), advice.clone(), id.clone()])));
    let links = doc.links.iter().map(|link| form.link(doc.say(link.label), &link.url)).collect();
    let links = fit::each(links, room.min(LINKS_LIMIT), units);
    let foot = [links, id].concat();

    let room = LIMIT.saturating_sub(units(&fit::blocks(&[head.clone(), advice.clone(), foot.clone()])) + BREAK);
    let facts = doc.facts.iter().map(|fact| form.fact(fact)).collect();
    let facts = fit::lines(facts, room, units, doc.language);
    fit::blocks(&[head, facts, advice, foot])
}

/// What happened, to what, where and when.
fn head(doc: &Document, mark: Mark, form: Form) -> Vec<String> {
    let emoji = words::emoji(doc.severity, doc.status);
    let title = format!("{}{emoji} {}", doc.marks(mark), form.bold(&doc.headline()));
    let name = doc.name.as_ref().map(|name| form.line(doc.say(words::NAME), &form.foreign(name)));
    let region = doc.region.as_ref().map(|region| form.foreign(region));
    let place = match (&doc.account, region) {
        (Some(account), Some(region)) => {
            Some(form.line(doc.say(words::ACCOUNT), &format!("{} · {region}", form.account(account))))
        }
        (Some(account), None) => Some(form.line(doc.say(words::ACCOUNT), &form.account(account))),
        (None, region) => region.map(|region| form.line(doc.say(words::REGION), &region)),
    };
    let time = doc.time.as_ref().map(|time| form.line(doc.say(words::TIME), &form.ours(&time.whole)));
    [Some(title), name, place, time].into_iter().flatten().collect()
}

impl Form {
    fn line(self, label: &str, marked_up: &str) -> String {
        format!("{}: {marked_up}", self.ours(label))
    }

    fn fact(self, fact: &Line) -> String {
        let value = match &fact.value {
            Value::Ours(text) => self.ours(text),
            Value::Foreign(text) | Value::Names { whole: text, .. } => self.foreign(text),
            Value::Account(account) => self.account(account),
            Value::Time(time) => self.ours(&time.whole),
        };
        self.line(fact.label, &value)
    }

    fn account(self, account: &Account) -> String {
        let id = self.foreign(&account.id);
        account.name.as_ref().map_or_else(|| id.clone(), |name| format!("{} ({id})", self.bold(name)))
    }

    fn ours(self, text: &str) -> String {
        match self {
            Self::Html => escape(text),
            Self::Plain => text.to_owned(),
        }
    }

    fn bold(self, text: &str) -> String {
        match self {
            Self::Html => format!("<b>{}</b>", escape(text)),
            Self::Plain => text.to_owned(),
        }
    }

    fn foreign(self, text: &str) -> String {
        match self {
            Self::Html => format!("<code>{}</code>", escape(text)),
            // Cut off, `/stop/x` may have become a command.
            Self::Plain => value::defang(text),
        }
    }

    fn link(self, label: &str, url: &str) -> String {
        match self {
            Self::Html => format!("<a href=\"{}\">{}</a>", escape(url), escape(label)),
            Self::Plain => format!("{label}: {url}"),
        }
    }
}

/// What Telegram asks for; the URLs of a document have no quotes to end an attribute with.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
