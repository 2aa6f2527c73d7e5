use jiff::Timestamp;

use crate::Text;

/// One thing that is known about an alert: a label and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What the value is: `IP`, `로그인한 사람 / Who`.
    pub label: Text,
    /// The value.
    pub value: FactValue,
    /// Whether its value stands in a text message of 90 bytes, where it must speak without its label.
    /// The order of the facts is the order of importance there: the last ones are the first to be left out.
    pub brief: bool,
}

/// Who wrote a value decides how it may be shown.
#[derive(Debug, Clone, PartialEq)]
pub enum FactValue {
    /// Our own words: `MFA 없음 / no MFA`.
    Words(Text),
    /// From the event, so anybody may have written it.
    Foreign(String),
    /// A moment, shown in the operator's time zone.
    Time(Timestamp),
    /// An account id, shown with the name that the configuration gives it.
    Account(String),
    /// Several things by their names.
    Names(Names),
}

/// Several things by the names that somebody gave them, the most telling first: as many are shown as there is room for,
/// and how many there are besides (`kim, lee 외 12명`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// What is said of them where there is no room for the label: `MFA 없음`. Empty where the title says it.
    pub what: Text,
    /// What they are counted in: `명`, `user`.
    pub unit: Text,
    /// From the event, so anybody may have written them.
    pub names: Vec<String>,
}

impl Fact {
    /// A value from the event.
    pub fn foreign(label: Text, value: impl Into<String>) -> Self {
        Self { label, value: FactValue::Foreign(value.into()), brief: false }
    }

    /// A value in our own words.
    pub const fn words(label: Text, value: Text) -> Self {
        Self { label, value: FactValue::Words(value), brief: false }
    }

    /// A moment.
    pub const fn time(label: Text, value: Timestamp) -> Self {
        Self { label, value: FactValue::Time(value), brief: false }
    }

    /// An account id.
    pub fn account(label: Text, value: impl Into<String>) -> Self {
        Self { label, value: FactValue::Account(value.into()), brief: false }
    }

    /// Several things by their names.
    pub const fn names(label: Text, names: Names) -> Self {
        Self { label, value: FactValue::Names(names), brief: false }
    }

    /// The same fact, told in short text messages too.
    #[must_use]
    pub fn brief(mut self) -> Self {
        self.brief = true;
        self
    }
}

/// A place to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What is there.
    pub label: Text,
    /// An absolute https URL that we built ourselves; every part that comes from an event is percent-encoded.
    pub url: String,
}

impl Link {
    /// A link; `url` must have its foreign parts percent-encoded.
    pub fn new(label: Text, url: impl Into<String>) -> Self {
        Self { label, url: url.into() }
    }
}
