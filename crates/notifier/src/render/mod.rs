//! Alert → [`Document`] → the text of each channel. Pure.
//!
//! A [`Document`] decides once what is told and in which order, and cleans every value that somebody else
//! may have written. Each format only decides how much of it fits and how it is marked up.

mod document;
mod email;
pub mod euckr;
mod fit;
mod lms;
mod raw;
mod sms;
mod telegram;
mod value;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use alert::{Language, Text};
use jiff::tz::TimeZone;

pub use document::Document;
pub use email::{Email, ascii_subject, email};
pub use lms::{Lms, lms};
pub use sms::sms;
pub use telegram::{telegram_html, telegram_plain};

/// How the operator wants to be told.
#[derive(Debug, Clone)]
pub struct Wording {
    /// The language of every text.
    pub language: Language,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// Names shown beside account ids: id → name.
    pub accounts: BTreeMap<String, String>,
}

/// Words with names in them as one line of visible characters, for a terminal. Links stay links.
pub(crate) fn one_line(text: &str) -> String {
    let visible = text.chars().filter(|it| !value::is_invisible(*it));
    value::one_line(&visible.map(|it| if it.is_control() { ' ' } else { it }).collect::<String>())
}

/// What a delivery has to say of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Remarks {
    /// By how many minutes it comes late, and why.
    pub late: Option<(i64, Text)>,
    /// What burned is over, as has been told already.
    pub over: bool,
}

impl Remarks {
    /// By how many minutes it comes late.
    pub fn late_minutes(self) -> Option<i64> {
        self.late.map(|(minutes, _)| minutes)
    }
}

/// Whether the reader may have had this text before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Told for the first time, as far as we know.
    First,
    /// An earlier try may have arrived: said at the start of the text, after the mark of a drill.
    PossibleRepeat,
}
