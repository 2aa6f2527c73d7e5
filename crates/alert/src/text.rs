use serde::{Deserialize, Serialize};

/// The language of the texts that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Korean, the default.
    #[default]
    Ko,
    /// English.
    En,
}

impl Language {
    /// The name in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }
}

/// Words of ours, in both languages.
///
/// They can only be written in the source code: what an event says cannot become a `Text` by mistake,
/// so no attacker writes a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Korean.
    pub ko: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// The same thing said in Korean and in English.
    pub const fn new(ko: &'static str, en: &'static str) -> Self {
        Self { ko, en }
    }

    /// A term that both languages share: `MFA`, `IP`.
    pub const fn same(both: &'static str) -> Self {
        Self { ko: both, en: both }
    }

    /// The words in one language.
    pub const fn get(self, language: Language) -> &'static str {
        match language {
            Language::Ko => self.ko,
            Language::En => self.en,
        }
    }
}
