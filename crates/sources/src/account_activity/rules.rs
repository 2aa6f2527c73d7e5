//! What is told: one table, a file per theme.
//!
//! A rule is one entry. It says by which events it is met, and under what condition; how bad that is, and what is said
//! of it. `make patterns` makes the patterns of EventBridge's rules from the events that stand here.

use alert::{Policy, Severity, Text};

use super::call::{Call, Kind};
use super::conditions::always;

mod compute;
mod data;
mod detection;
mod identity;
mod network;
mod own;
pub(super) mod people;
mod root;

pub(super) use root::STRANGER as STRANGER_AS_ROOT;

/// One thing that somebody has to hear of.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What it is called: `trail-stopped`.
    pub name: &'static str,
    /// How bad it is; an attempt that failed is one step less.
    pub severity: Severity,
    /// What meets it.
    pub events: Events,
    /// Under what condition.
    pub(super) when: Condition,
    /// Which of its alerts are one story.
    pub(super) story: Story,
    pub(super) title: Text,
    /// The title where it failed.
    pub(super) attempt: Text,
    pub(super) advice: Text,
    /// Where the name of what it was done to is; the first that is there.
    pub(super) subject: &'static [&'static str],
    /// What else of the request is worth telling; the first that is there stands in a text
    /// message, if it speaks without its label.
    pub(super) more: &'static [(Text, &'static str)],
}

/// Whether a rule is met. `None`: the field that decides is missing, or of another type than AWS sends.
pub(super) type Condition = fn(&Call<'_>, &Policy) -> Option<bool>;

/// The events that a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Events {
    /// These calls of these services, by the names that CloudTrail has for them. Sign-ins are of the service `signin`.
    Named(&'static [(&'static str, &'static [&'static str])]),
    /// Every call of the root user, those that only read among them.
    AllOfRoot,
    /// Every call of people that changes something.
    AllWrites,
    /// Every resource that Config looks at.
    ConfigItems,
}

/// Which alerts of a rule are one story, of which only the first within an hour is told by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Story {
    /// Each is its own.
    None,
    /// What is done in one session, or with one access key, from one address.
    Session,
    /// What one person, role or user does.
    Person,
    /// What comes from one address.
    Address,
}

/// What most rules have in common.
const RULE: Rule = Rule {
    name: "",
    severity: Severity::High,
    events: Events::Named(&[]),
    when: always,
    story: Story::None,
    title: Text::same(""),
    attempt: Text::same(""),
    advice: Text::same(""),
    subject: &[],
    more: &[],
};

/// What to do where somebody tried something that failed.
pub(super) const TRIED: Text = Text::new(
    "실패해서 바뀐 것은 없습니다. 누가 왜 시도했는지 확인하고, 모르는 일이면 이 사람의 액세스 키와 세션을 막으세요.",
    "It failed, so nothing changed. Find out who tried and why. If nobody knows, block this person's keys and sessions.",
);

/// All rules, in order: of two that are equally bad, the first is told. What the root user does is told by the rule that
/// has words for it, as badly as anything of the root user is.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let themes = [
        root::RULES,
        own::RULES,
        detection::RULES,
        identity::RULES,
        data::RULES,
        network::RULES,
        compute::RULES,
        people::RULES,
        root::ACTIVITY,
    ];
    themes.into_iter().flatten()
}

impl Rule {
    /// Whether it is for such events at all.
    pub(super) fn is_for(&self, call: &Call<'_>) -> bool {
        match self.events {
            Events::ConfigItems => call.kind == Kind::ConfigItem,
            _ if call.kind == Kind::ConfigItem => false,
            Events::Named(calls) => {
                calls.iter().any(|(service, names)| *service == call.service && names.contains(&call.name))
            }
            Events::AllOfRoot | Events::AllWrites => call.kind == Kind::Call,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::assert_title_fits;

    #[test]
    fn every_title_fits_into_a_text_message() {
        for rule in rules() {
            assert_title_fits(rule.title);
            assert_title_fits(rule.attempt);
            assert!(!rule.advice.ko.is_empty() && rule.advice.en.is_ascii(), "{}", rule.name);
        }
    }

    #[test]
    fn every_rule_has_a_name_of_its_own_in_kebab_case() {
        let names: BTreeSet<_> = rules().map(|rule| rule.name).collect();
        assert_eq!(names.len(), rules().count());
        let kebab = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(names.iter().all(|name| !name.is_empty() && kebab(name)), "{names:?}");
    }

    #[test]
    fn pointers_lead_into_what_cloudtrail_tells() {
        let pointers = rules().flat_map(|rule| rule.subject.iter().chain(rule.more.iter().map(|(_, pointer)| pointer)));
        for pointer in pointers {
            let roots = ["/requestParameters/", "/responseElements/", "/configurationItem/", "/awsRegion"];
            assert!(roots.iter().any(|root| pointer.starts_with(root)), "{pointer}");
        }
    }
}
