//! The patterns of EventBridge's rules, made from the table.
//!
//! They only sort out what no rule is for: what they let through is judged by the rules. Only operators stand in them
//! that every evaluator understands alike.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::call::{CALLS, CONFIG_ITEMS, SERVICE_EVENTS, SIGN_INS};
use super::rules::{Events, people, rules};

/// The longest pattern that EventBridge takes, in characters of JSON.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
const LONGEST: usize = 2_048;

/// The sign-ins of users, which not every `ConsoleLogin` is.
const CONSOLE_LOGIN: &str = "ConsoleLogin";

/// One rule of EventBridge.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// What its rule is called, between the name of the stack and that of this source: `root`, `calls-1`.
    pub name: String,
    /// It is only where all sources are.
    pub only_everywhere: bool,
    /// It needs calls that only read, which rules do not get otherwise.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html#eb-service-event-cloudtrail-management>
    pub reads_too: bool,
    /// The pattern.
    pub pattern: Value,
}

/// All of them, each short enough.
pub fn patterns() -> Vec<Pattern> {
    let mut named = named();
    let sign_ins = named.remove("signin").unwrap_or_default();
    let fixed = [
        pattern("root", of_root()),
        pattern("sign-in", of_users()),
        pattern("root-sign-in", of_sign_ins(&sign_ins)),
        pattern("resource", of_config()),
        Pattern { only_everywhere: true, ..pattern("write", of_people()) },
    ];
    let fixed = fixed.into_iter().map(|it| Pattern { reads_too: it.name == "root", ..it });
    fixed.chain(calls(named)).collect()
}

fn pattern(name: &str, pattern: Value) -> Pattern {
    Pattern { name: name.to_owned(), only_everywhere: false, reads_too: false, pattern }
}

/// The calls that rules name, by service, each once.
fn named() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut named: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for rule in rules() {
        let Events::Named(calls) = rule.events else { continue };
        for (service, names) in calls {
            named.entry(*service).or_default().extend(*names);
        }
    }
    for names in named.values_mut() {
        names.sort_unstable();
        names.dedup();
    }
    named
}

/// As few patterns as hold all calls, services in order. One that has many takes a pattern of its own, or several.
fn calls(by_service: BTreeMap<&'static str, Vec<&'static str>>) -> Vec<Pattern> {
    let mut groups: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for (service, names) in by_service {
        let fitting = groups.last_mut().filter(|(services, others)| {
            let services: Vec<_> = services.iter().copied().chain([service]).collect();
            let names: Vec<_> = others.iter().chain(&names).copied().collect();
            of_calls(&services, &names).to_string().len() < LONGEST
        });
        match fitting {
            Some((services, others)) => {
                services.push(service);
                others.extend(names);
            }
            None => groups.push((vec![service], names)),
        }
    }
    let numbered = groups.into_iter().enumerate();
    numbered
        .map(|(index, (services, names))| pattern(&format!("calls-{}", index + 1), of_calls(&services, &names)))
        .collect()
}

/// An event of AWS, or a drill of one.
fn twins(services: &[&str]) -> Vec<String> {
    services.iter().flat_map(|service| [format!("aws.{service}"), format!("drill.aws.{service}")]).collect()
}

fn anything_of_aws() -> Value {
    json!([{ "prefix": "aws." }, { "prefix": "drill.aws." }])
}

fn of_calls(services: &[&str], names: &[&str]) -> Value {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    json!({ "source": twins(services), "detail-type": [CALLS], "detail": { "eventName": names } })
}

fn of_root() -> Value {
    json!({
        "source": anything_of_aws(),
        "detail-type": [CALLS],
        "detail": { "userIdentity": { "type": ["Root"] } },
    })
}

fn of_users() -> Value {
    json!({
        "source": twins(&["signin"]),
        "detail-type": SIGN_INS,
        "detail": { "eventName": [CONSOLE_LOGIN], "userIdentity": { "type": ["IAMUser"] } },
    })
}

fn of_sign_ins(names: &[&str]) -> Value {
    let names: Vec<_> = names.iter().filter(|name| **name != CONSOLE_LOGIN).collect();
    let detail_types = SIGN_INS.iter().chain([&CALLS, &SERVICE_EVENTS]).collect::<Vec<_>>();
    json!({ "source": twins(&["signin"]), "detail-type": detail_types, "detail": { "eventName": names } })
}

fn of_config() -> Value {
    json!({
        "source": twins(&["config"]),
        "detail-type": [CONFIG_ITEMS],
        "detail": { "configurationItem": { "configurationItemStatus": ["ResourceDiscovered"] } },
    })
}

/// Whatever people change, where that says in which Region they work.
fn of_people() -> Value {
    let global: Vec<_> = people::GLOBAL.iter().map(|service| format!("{service}.amazonaws.com")).collect();
    json!({
        "source": anything_of_aws(),
        "detail-type": [CALLS],
        "detail": {
            "eventSource": [{ "anything-but": global }],
            "eventName": [{ "anything-but": people::CHATTER }],
            "readOnly": [false],
            "userIdentity": { "type": [{ "anything-but": ["AWSService"] }] },
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_pattern_is_short_enough_and_has_a_name_of_its_own() {
        let patterns = patterns();
        for it in &patterns {
            let length = it.pattern.to_string().len();
            assert!(length < LONGEST, "{}: {length}", it.name);
        }
        let names: BTreeSet<_> = patterns.iter().map(|it| &it.name).collect();
        assert_eq!(names.len(), patterns.len());
    }

    #[test]
    fn every_named_call_is_in_a_pattern() {
        let patterns = patterns();
        for (service, names) in named() {
            for name in names {
                let has = |it: &&Pattern| {
                    let holds =
                        |list: &Value, word: &str| list.as_array().is_some_and(|list| list.iter().any(|it| it == word));
                    holds(&it.pattern["source"], &format!("aws.{service}"))
                        && holds(&it.pattern["detail"]["eventName"], name)
                };
                assert!(patterns.iter().any(|it| has(&it)), "{service} {name}");
            }
        }
    }
}
