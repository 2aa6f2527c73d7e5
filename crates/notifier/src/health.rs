//! Whether a part of the chain would do its work now, in words for people.

use alert::Language;
use serde::Serialize;

use crate::render;

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It works.
    Ok,
    /// It works, but not for long, or nobody could say.
    Warning,
    /// It does not work.
    Broken,
}

/// A sentence in both languages, about things that have names of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Korean.
    pub ko: String,
    /// English.
    pub en: String,
}

impl Words {
    /// The same thing said in Korean and in English, in a line each: names may hold anything.
    pub fn new(ko: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        Self { ko: render::one_line(ko.as_ref()), en: render::one_line(en.as_ref()) }
    }

    /// The sentence in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Ko => &self.ko,
            Language::En => &self.en,
        }
    }

    /// The same with something done to the sentence in either language.
    #[must_use]
    pub fn map(self, change: impl Fn(String) -> String) -> Self {
        Self { ko: change(self.ko), en: change(self.en) }
    }
}

/// What was found out about a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// How it is.
    pub state: State,
    /// Whether somebody who knows has said so. What could not be asked is a warning, never well.
    pub asked: bool,
    /// What was found.
    pub told: Words,
    /// What to do about it.
    pub advice: Option<Words>,
}

impl Health {
    /// It works.
    pub fn ok(ko: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        Self { state: State::Ok, asked: true, told: Words::new(ko, en), advice: None }
    }

    /// It works, but not for long.
    pub fn warning(ko: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        Self { state: State::Warning, ..Self::ok(ko, en) }
    }

    /// It does not work.
    pub fn broken(ko: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        Self { state: State::Broken, ..Self::ok(ko, en) }
    }

    /// Nobody could say, and this is why, in the words of whoever was asked.
    pub fn unasked(why: impl AsRef<str>) -> Self {
        let why = why.as_ref();
        let (ko, en) = (format!("확인하지 못했습니다: {why}"), format!("could not be asked: {why}"));
        Self { asked: false, ..Self::warning(ko, en) }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn advice(mut self, ko: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        self.advice = Some(Words::new(ko, en));
        self
    }

    /// The same with something done to everything that it says.
    #[must_use]
    pub fn map(mut self, change: impl Fn(String) -> String) -> Self {
        self.told = self.told.map(&change);
        self.advice = self.advice.map(|advice| advice.map(&change));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_neither_begin_a_line_nor_turn_one_around() {
        let health = Health::broken("방 \"a\n✔ b\u{202e}\"", "room \"a\r\n\u{1b}[32m\"").advice("c\td", "e");
        let shown = format!("{} {} {}", health.told.ko, health.told.en, health.advice.unwrap().ko);
        assert!(!shown.contains(|it: char| it.is_control() || it == '\u{202e}'), "{shown:?}");
    }

    #[test]
    fn what_could_not_be_asked_is_a_warning_and_says_why() {
        let health = Health::unasked("HTTP 502");
        assert_eq!((health.state, health.asked), (State::Warning, false));
        assert!(health.told.ko.contains("HTTP 502") && health.told.en.contains("HTTP 502"));
    }
}
