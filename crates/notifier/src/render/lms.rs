//! LMS: a title of at most 40 and a body of at most 2000 bytes of EUC-KR
//! (<https://docs.nhncloud.com/en/Notification/SMS/en/api-guide/>).

use super::document::Document;
use super::{Mark, euckr, fit, words};

const TITLE_LIMIT: usize = 40;
const BODY_LIMIT: usize = 2000;
/// What one value may take of it, so that there is room for all.
const VALUE_LIMIT: usize = 200;
/// The empty line before a block.
const BREAK: usize = 2;

/// A long text message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lms {
    /// At most 40 bytes of strict EUC-KR.
    pub title: String,
    /// At most 2000 bytes of strict EUC-KR.
    pub body: String,
}

/// The title and the body of a long text message.
pub fn lms(doc: &Document, mark: Mark) -> Lms {
    Lms { title: title(doc), body: body(doc, mark) }
}

/// What happened; `[긴급]` or `[해결]` only where it does not cut the words. The body tells what has no room here.
fn title(doc: &Document) -> String {
    let fits = |marks: &str| euckr::bytes(&format!("{marks}{}", doc.say(doc.title))) <= TITLE_LIMIT;
    let mark = doc.marks_that(fits, Mark::First, doc.language);
    let [whole, short] =
        [doc.headline(), doc.say(doc.title).to_owned()].map(|title| euckr::transliterate(&(mark.clone() + &title)));
    if euckr::bytes(&whole) <= TITLE_LIMIT { whole } else { euckr::shorten(&short, TITLE_LIMIT) }
}

fn body(doc: &Document, mark: Mark) -> String {
    let head = head(doc, mark);
    let advice: Vec<String> = doc.advice().map(|advice| euckr::transliterate(&advice)).into_iter().collect();
    let id = vec![ours(doc.say(words::NUMBER), &doc.id)];

    let fixed = euckr::bytes(&fit::blocks(&[head.clone(), advice.clone(), id.clone()]));
    let facts = doc.facts.iter().map(|fact| line(fact.label, &fact.value.whole())).collect();
    let facts = fit::lines(facts, BODY_LIMIT.saturating_sub(fixed + BREAK), euckr::bytes, doc.language);

    let fixed = euckr::bytes(&fit::blocks(&[head.clone(), facts.clone(), advice.clone(), id.clone()]));
    let links = doc.links.iter().map(|link| ours(doc.say(link.label), &link.url)).collect();
    let links = fit::each(links, BODY_LIMIT.saturating_sub(fixed + BREAK), euckr::bytes);
    fit::blocks(&[head, facts, advice, id, links])
}

/// What happened, to what, where and when.
fn head(doc: &Document, mark: Mark) -> Vec<String> {
    let title = euckr::transliterate(&(doc.marks(mark) + &doc.headline()));
    let place = doc.place().into_iter().map(|(label, value)| line(label, &value));
    std::iter::once(title).chain(place).collect()
}

/// A line with a value that others may have written.
fn line(label: &str, value: &str) -> String {
    ours(label, &euckr::shorten(&euckr::line(value), VALUE_LIMIT))
}

fn ours(label: &str, text: &str) -> String {
    euckr::transliterate(&format!("{label}: {text}"))
}
