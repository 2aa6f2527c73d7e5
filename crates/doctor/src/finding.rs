use alert::{Language, Text};
use notifier::health::{Health, State};
use serde::{Serialize, Serializer};

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// The configuration's own words.
    Configuration,
    /// A channel, by the type of its provider.
    Channel(&'static str),
    /// A stack and its version.
    Stack,
    /// The topic that a stack mails to.
    Topic,
    /// `CloudTrail`.
    Trail,
    /// AWS Config.
    Recorder,
    /// IAM Access Analyzer.
    Analyzer,
    /// A rule of `EventBridge`.
    Rule,
    /// A queue of what was not delivered.
    Queue,
}

impl Check {
    /// The name in JSON and in the configuration.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Channel(kind) => kind,
            Self::Stack => "stack",
            Self::Topic => "topic",
            Self::Trail => "trail",
            Self::Recorder => "recorder",
            Self::Analyzer => "analyzer",
            Self::Rule => "rule",
            Self::Queue => "queue",
        }
    }

    /// The name for people.
    pub fn name(self) -> Text {
        match self {
            Self::Configuration => Text::new("설정", "Configuration"),
            Self::Channel("telegram") => Text::new("텔레그램", "Telegram"),
            Self::Channel("nhn-sms") => Text::same("NHN Cloud"),
            Self::Channel("solapi") => Text::same("SOLAPI"),
            Self::Channel("sns-email") | Self::Topic => Text::new("메일", "Mail"),
            Self::Channel(kind) => Text::same(kind),
            Self::Stack => Text::new("스택", "Stack"),
            Self::Trail => Text::same("CloudTrail"),
            Self::Recorder => Text::same("AWS Config"),
            Self::Analyzer => Text::same("Access Analyzer"),
            Self::Rule => Text::new("규칙", "Rule"),
            Self::Queue => Text::new("대기열", "Queue"),
        }
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

/// What was found of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// Which one: a channel's name, a Region, a Region and a name.
    pub subject: String,
    /// How it is.
    #[serde(flatten)]
    pub health: Health,
}

impl Finding {
    /// What was found of this one.
    pub fn new(check: Check, subject: impl Into<String>, health: Health) -> Self {
        Self { check, subject: subject.into(), health }
    }

    /// The same in a line for a person.
    pub fn line(&self, language: Language) -> String {
        let Self { check, subject, health } = self;
        let (name, told) = (check.name().get(language), health.told.get(language));
        let advice = health.advice.as_ref().map(|advice| format!(" {}", advice.get(language))).unwrap_or_default();
        let subject = if subject.is_empty() { String::new() } else { format!(" {subject}") };
        format!("{} {name}{subject}: {told}{advice}", mark(health))
    }
}

/// A sign that is seen before the line is read.
const fn mark(health: &Health) -> char {
    match (health.state, health.asked) {
        (_, false) => '?',
        (State::Ok, _) => '✔',
        (State::Warning, _) => '!',
        (State::Broken, _) => '✘',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_it_is_what_it_is_and_what_to_do() {
        let health = Health::broken("잔액 120원으로 6건만 보낼 수 있습니다.", "…").advice("충전하세요: https://x", "…");
        let finding = Finding::new(Check::Channel("solapi"), "sms", health);
        let line = finding.line(Language::Ko);
        assert_eq!(line, "✘ SOLAPI sms: 잔액 120원으로 6건만 보낼 수 있습니다. 충전하세요: https://x");
        let finding = Finding::new(Check::Trail, "", Health::unasked("access denied"));
        assert_eq!(finding.line(Language::En), "? CloudTrail: could not be asked: access denied");
    }

    #[test]
    fn machines_read_the_state_as_a_word() {
        let finding = Finding::new(Check::Stack, "us-east-1", Health::warning("가", "a"));
        let json = serde_json::to_value(finding).unwrap();
        let expected = serde_json::json!({
            "check": "stack", "subject": "us-east-1", "state": "warning", "asked": true,
            "told": { "ko": "가", "en": "a" }, "advice": null,
        });
        assert_eq!(json, expected);
    }
}
