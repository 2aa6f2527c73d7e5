//! What the providers of text messages to Korean phones have in common.

use http::{Request, Response};
use jiff::SignedDuration;

use super::{Receipt, Recipient};
use crate::config::{Reader, Value};
use crate::delivery::Limit;
use crate::error::Failure;
use crate::http::Http;
use crate::render::{self, Document, Mark};

/// Each text costs about 20 won a phone.
pub(super) const LIMIT: Limit = Limit { per: SignedDuration::from_hours(1), count: 20 };

/// Sender, recipients and form of the texts.
#[derive(Debug, Clone)]
pub struct Texting {
    /// The registered sender, digits only.
    pub from: String,
    /// Who is called, digits only.
    pub to: Vec<Recipient>,
    /// One segment, or a long text.
    pub format: Format,
    /// Whether an alert that is over is told too, for money.
    pub resolved: bool,
}

/// How long a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One segment of 90 bytes that says it all: cheap, and read at a glance.
    Sms,
    /// Up to 2,000 bytes with a subject; costs about three times as much.
    Lms,
}

impl Texting {
    pub(super) fn read(table: &Reader<'_>) -> Option<Self> {
        let from = table.required("from");
        if let Some(from) = &from {
            check(table, from, is_sender, "is not a sender number: use digits only, such as \"0212345678\"");
        }
        let to = read_recipients(table);
        let format = table.one_of("format", &[("sms", Format::Sms), ("lms", Format::Lms)], Format::Sms);
        let resolved = table.boolean("resolved", false);
        Some(Self { from: from?.text, to, format, resolved })
    }

    /// The title, which long texts alone have, and the text.
    pub(super) fn words(&self, document: &Document, mark: Mark) -> (Option<String>, String) {
        match self.format {
            Format::Sms => (None, render::sms(document, mark)),
            Format::Lms => {
                let lms = render::lms(document, mark);
                (Some(lms.title), lms.body)
            }
        }
    }
}

/// Asks what became of a text.
///
/// # Errors
/// [`Unavailable`](crate::error::Kind::Unavailable) whatever went wrong: a question sends nothing, and can be asked again.
pub(super) async fn receipt(
    http: &Http,
    request: Result<Request<Vec<u8>>, Failure>,
    read: impl FnOnce(&Response<Vec<u8>>) -> Result<Receipt, Failure>,
) -> Result<Receipt, Failure> {
    let asked = async { read(&http.exchange(request?).await?) };
    asked.await.map_err(|failure| Failure::unavailable(failure.message))
}

fn read_recipients(table: &Reader<'_>) -> Vec<Recipient> {
    let mut to = Vec::new();
    let values = table.strings("to");
    // A value that could not be read has its own fault.
    if values.is_empty() && table.value("to").is_none_or(is_empty_list) {
        table.fault("to", "names nobody: add `to = [\"01012345678\"]`");
    }
    for value in values {
        check(table, &value, is_mobile, "is not a mobile number: use digits only, such as \"01012345678\"");
        let recipient = Recipient::number(value.text.clone());
        if to.contains(&recipient) {
            table.fault_at(&value, format!("{:?} stands here twice", value.shown));
        }
        to.push(recipient);
    }
    to
}

fn check(table: &Reader<'_>, value: &Value, fits: fn(&str) -> bool, message: &str) {
    if !value.invented && !fits(&value.text) {
        table.fault_at(value, format!("{:?} {message}", value.shown));
    }
}

/// Korean mobile numbers: 010, 011 and 016 to 019, with 7 or 8 digits behind.
fn is_mobile(number: &str) -> bool {
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let prefix = ["010", "011", "016", "017", "018", "019"].iter().any(|prefix| number.starts_with(prefix));
    digits && prefix && (10..=11).contains(&number.len())
}

/// Korean sender numbers have 8 (1588-0000) to 12 (050…) digits.
fn is_sender(number: &str) -> bool {
    number.bytes().all(|byte| byte.is_ascii_digit()) && (8..=12).contains(&number.len())
}

fn is_empty_list(value: &toml::Spanned<toml::de::DeValue<'_>>) -> bool {
    matches!(value.get_ref(), toml::de::DeValue::Array(items) if items.is_empty())
}
