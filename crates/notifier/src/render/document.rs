//! What is told, before it is told anywhere.

use alert::{Alert, Fact, FactValue, Language, Link, Names, Severity, Status, Text};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Mark, Remarks, Wording, value, words};

/// Longest account name, in characters.
const LONGEST_NAME: usize = 60;
/// Longest account id or Region code, in characters; real ones have 12 and 14.
const LONGEST_CODE: usize = 40;
/// What names of several things may take together, in characters: in a long text message a value has 200 bytes.
const LONGEST_NAMES: usize = 180;
/// Longest URL that is worth showing, in bytes; browsers and mail programs cut longer ones.
const LONGEST_URL: usize = 2000;

/// What is told about an alert, in the order of importance and in the operator's language and time zone.
/// Every value in it that somebody else may have written is cleaned.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) language: Language,
    pub(super) drill: bool,
    pub(super) remarks: Remarks,
    pub(super) severity: Severity,
    pub(super) status: Status,
    pub(super) title: Text,
    /// The name of what it happened to.
    pub(super) name: Option<String>,
    pub(super) account: Option<Account>,
    pub(super) region: Option<String>,
    pub(super) time: Option<Moment>,
    pub(super) facts: Vec<Line>,
    advice: &'static str,
    pub(super) links: Vec<Link>,
    /// `#k3f9ta`: Telegram makes a search for all messages of this alert of it.
    pub(super) id: String,
    pub(super) key: String,
    /// The event as it arrived: not cleaned.
    pub(super) raw: String,
}

/// An account, with the name that the operator gave it.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) name: Option<String>,
}

/// A moment in the operator's time zone.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    /// `01/02 12:04`
    pub(super) brief: String,
    /// `12:04`
    pub(super) clock: String,
    /// `2026-01-02 12:04:05 KST`
    pub(super) whole: String,
}

/// A fact with its value in words.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) label: &'static str,
    pub(super) value: Value,
    pub(super) brief: bool,
}

/// A value, and whose it is.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Ours(String),
    Foreign(String),
    Account(Account),
    Time(Moment),
    Names { brief: String, short: String, whole: String },
}

impl Document {
    /// Puts an alert into words.
    pub fn new(alert: &Alert, wording: &Wording) -> Self {
        let facts = alert.facts.iter().filter_map(|fact| Line::new(fact, wording));
        Self {
            language: wording.language,
            drill: alert.drill,
            remarks: Remarks::default(),
            severity: alert.severity,
            status: alert.status,
            title: alert.title,
            name: alert.subject.as_deref().and_then(|name| shown(name, value::LONGEST)),
            account: alert.account.as_deref().and_then(|id| Account::new(id, wording)),
            region: alert.region.as_deref().and_then(|region| shown(region, LONGEST_CODE)),
            time: alert.time.map(|time| Moment::new(time, &wording.zone)),
            facts: facts.collect(),
            advice: alert.advice.get(wording.language),
            links: alert.links.iter().filter(|link| is_plain_url(&link.url)).cloned().collect(),
            id: format!("#{}", alert.key.short_id()),
            key: alert.key.to_string(),
            raw: alert.raw.clone(),
        }
    }

    /// The same, with what this delivery has to say of itself.
    #[must_use]
    pub fn with(mut self, remarks: Remarks) -> Self {
        if let Some((_, why)) = remarks.late {
            let value = Value::Ours(why.get(self.language).to_owned());
            self.facts.push(Line { label: words::WHY_LATE.get(self.language), value, brief: false });
        }
        Self { remarks, ..self }
    }

    /// Whether it is told as over already.
    #[cfg(test)]
    pub(crate) fn is_over(&self) -> bool {
        self.remarks.over
    }

    /// Words of ours in the operator's language.
    pub(super) const fn say(&self, text: Text) -> &'static str {
        text.get(self.language)
    }

    /// What every text begins with.
    pub(super) fn marks(&self, mark: Mark) -> String {
        words::marks(self.drill, mark, self.remarks, self.language)
    }

    /// The same where room is dear: remarks that leave too little of it for the rest are left out, the least telling first.
    pub(super) fn marks_that(&self, fit: impl Fn(&str) -> bool, mark: Mark, language: Language) -> String {
        let late_left_out = Remarks { late: None, ..self.remarks };
        let remarks = [self.remarks, late_left_out, Remarks::default()];
        let mut marks = remarks.into_iter().map(|remarks| words::marks(self.drill, mark, remarks, language));
        marks.find(|marks| fit(marks)).unwrap_or_else(|| words::marks(self.drill, mark, Remarks::default(), language))
    }

    /// To what, where and when: each with its label.
    pub(super) fn place(&self) -> Vec<(&'static str, String)> {
        let account = self.account.as_ref().map(Account::whole);
        let time = self.time.as_ref().map(|time| time.whole.clone());
        let known = [
            (words::NAME, self.name.clone()),
            (words::ACCOUNT, account),
            (words::REGION, self.region.clone()),
            (words::TIME, time),
        ];
        known.into_iter().filter_map(|(label, value)| Some((self.say(label), value?))).collect()
    }

    /// The first thing to do. Where all is well again, "do this first" would frighten.
    pub(super) fn advice(&self) -> Option<String> {
        match (self.advice, self.status) {
            ("", _) => None,
            (advice, Status::Resolved) => Some(advice.to_owned()),
            (advice, _) => Some(format!("{}: {advice}", self.say(words::FIRST_STEP))),
        }
    }

    /// What happened, after `[긴급]` or `[해결]` where it is one of these.
    pub(super) fn headline(&self) -> String {
        let state = words::brief_state(self.severity, self.status).map(|state| self.say(state).to_owned() + " ");
        state.unwrap_or_default() + self.say(self.title)
    }
}

impl Account {
    fn new(id: &str, wording: &Wording) -> Option<Self> {
        let name = wording.accounts.get(id).and_then(|name| shown(name, LONGEST_NAME));
        Some(Self { id: shown(id, LONGEST_CODE)?, name })
    }

    /// The name where it has one, else the id.
    pub(super) fn brief(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// `prod (111122223333)`
    pub(super) fn whole(&self) -> String {
        self.name.as_ref().map_or_else(|| self.id.clone(), |name| format!("{name} ({})", self.id))
    }
}

impl Moment {
    fn new(time: Timestamp, zone: &TimeZone) -> Self {
        let time = time.to_zoned(zone.clone());
        Self {
            brief: time.strftime("%m/%d %H:%M").to_string(),
            clock: time.strftime("%H:%M").to_string(),
            whole: time.strftime("%Y-%m-%d %H:%M:%S %Z").to_string(),
        }
    }
}

impl Line {
    /// `None` where the value has nothing to show.
    fn new(fact: &Fact, wording: &Wording) -> Option<Self> {
        let value = match &fact.value {
            FactValue::Words(words) => Value::Ours(words.get(wording.language).to_owned()),
            FactValue::Foreign(foreign) => Value::Foreign(shown(foreign, value::LONGEST)?),
            FactValue::Time(time) => Value::Time(Moment::new(*time, &wording.zone)),
            FactValue::Account(id) => Value::Account(Account::new(id, wording)?),
            FactValue::Names(names) => Value::names(names, wording.language)?,
        };
        Some(Self { label: fact.label.get(wording.language), value, brief: fact.brief })
    }
}

impl Value {
    /// `MFA 없음 kim 외 14명`, `MFA 없음 15명`, and `kim, lee, park 외 12명`. `None` where there are none.
    fn names(Names { what, unit, names }: &Names, language: Language) -> Option<Self> {
        let count = names.len();
        let told = |told: &str, left: usize| match (told.is_empty(), left) {
            (true, _) => words::counted(count, *unit, language),
            (false, 0) => told.to_owned(),
            (false, left) => told.to_owned() + &words::besides(left, *unit, language),
        };
        let mut seen = names.iter().filter_map(|name| shown(name, LONGEST_NAME)).peekable();
        let first = seen.peek().cloned().unwrap_or_default();
        let (mut whole, mut left) = (String::new(), count);
        for name in seen {
            let longer = if whole.is_empty() { name } else { format!("{whole}, {name}") };
            if told(&longer, left - 1).chars().count() > LONGEST_NAMES {
                break;
            }
            (whole, left) = (longer, left - 1);
        }
        let brief = format!("{} {}", what.get(language), told(&first, count.saturating_sub(1)));
        let short = words::counted_as(*what, count, *unit, language);
        (count > 0).then(|| Self::Names { brief: brief.trim_start().to_owned(), short, whole: told(&whole, left) })
    }

    /// For where room is dear.
    pub(super) fn brief(&self) -> &str {
        match self {
            Self::Ours(text) | Self::Foreign(text) => text,
            Self::Account(account) => account.brief(),
            Self::Time(time) => &time.brief,
            Self::Names { brief, .. } => brief,
        }
    }

    /// The whole value.
    pub(super) fn whole(&self) -> String {
        match self {
            Self::Ours(text) | Self::Foreign(text) => text.clone(),
            Self::Account(account) => account.whole(),
            Self::Time(time) => time.whole.clone(),
            Self::Names { whole, .. } => whole.clone(),
        }
    }
}

/// The cleaned value, at most `most` characters long; `None` where nothing of it can be seen.
fn shown(foreign: &str, most: usize) -> Option<String> {
    Some(value::clip(&value::clean(foreign), most)).filter(|clean| !clean.is_empty())
}

/// Sources percent-encode what is foreign in a URL; one where this was forgotten is not shown.
fn is_plain_url(url: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>[]\\^`{|}".contains(&byte);
    url.starts_with("https://") && url.len() <= LONGEST_URL && url.bytes().all(plain)
}
