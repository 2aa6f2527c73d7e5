//! `docs/coverage.md` also says how people hear of each guardrail: its second table goes from the resources of
//! `guardrails.yaml` to events to functions of `template.yaml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde_json::Value;
use system_tests::{corpus, python, repository};

use crate::coverage::{UNREADABLE, alerts, link, rules};
use crate::stack::{Stack, own_name, refers_to, strings};

pub(crate) const BEGIN: &str = "<!-- guardrails, written by make coverage: begin -->\n";
pub(crate) const END: &str = "<!-- guardrails, written by make coverage: end -->\n";

/// What is said of a rule of Config that nobody has words for.
const NO_WORDS: &str = "Resource violates an AWS Config rule";

/// The parts, by the condition under which they are made: how each is called and switched, and events that it leads to,
/// first those that it makes happen, then those of somebody who takes it away. The rules of Config lead to events with
/// their names.
const PARTS: [(&str, &str, &str, &[&str]); 12] = [
    (
        "CreateTrail",
        "trail of all Regions",
        "Trail",
        &[
            "root-login/success-without-mfa",
            "account-activity/access-key-created",
            "account-activity/trail-stopped",
            "account-activity/trail-changed",
            "account-activity/bucket-policy-opened",
        ],
    ),
    ("CreateAccessLogs", "access logs of the buckets", "Trail, Recorder", &["account-activity/bucket-guard-deleted"]),
    (
        "CreateRecorder",
        "recorder of AWS Config",
        "Recorder",
        &["account-activity/config-recorder-stopped", "account-activity/config-channel-deleted"],
    ),
    (
        "CreateAnalyzer",
        "analyzer of outside access",
        "Analyzer",
        &["access-analyzer/bucket-public", "access-analyzer/bucket-other-account", "account-activity/analyzer-deleted"],
    ),
    (
        "CreateUnusedAccess",
        "analyzer of unused access",
        "UnusedAccess",
        &["access-analyzer/unused-permission", "access-analyzer/unused-access-key"],
    ),
    ("CreateCostAnomaly", "subscription to unusual costs", "CostAnomaly", &["cost-anomaly/sns"]),
    ("CreateCostMonitor", "monitor of unusual costs", "CostMonitorArn", &["cost-anomaly/sns-cause-is-a-service-only"]),
    ("CreateDailyBudget", "daily budget", "DailyBudgetDollars", &["budget/daily-over", "budget/daily-coin-miner"]),
    ("CreateMonthlyBudget", "monthly budget", "MonthlyBudgetDollars", &["budget/monthly-over", "budget/forecast-over"]),
    ("CreateCpu", "alarms on processors", "CpuInstances", &["cloudwatch-alarm/cpu-anomaly"]),
    (
        "CreateRegionPolicy",
        "policy of the allowed Regions",
        "RegionPolicy",
        &["account-activity/forbidden-region-denied"],
    ),
    (
        "CreateAdministratorsRole",
        "administrators' role",
        "AdministratorsRole",
        &["account-activity/role-trust-changed", "account-activity/mfa-deactivated"],
    ),
];

/// A row: the guardrail, its switch, what hands its events over, the function; and its events.
type Row = ([String; 4], Vec<String>);

fn template() -> &'static Value {
    static TEMPLATE: LazyLock<Value> = LazyLock::new(|| {
        let output = python("translate.py", &[repository().join("guardrails.yaml").to_str().unwrap()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    });
    &TEMPLATE
}

fn resources() -> impl Iterator<Item = (&'static str, &'static Value)> {
    template()["Resources"].as_object().unwrap().iter().map(|(name, it)| (name.as_str(), it))
}

/// AWS's names of the rules of Config.
fn config_rules() -> Vec<String> {
    let rules = resources().filter(|(_, it)| it["Type"] == "AWS::Config::ConfigRule");
    rules.map(|(_, it)| own_name(&it["Properties"]["ConfigRuleName"])).collect()
}

/// The events that come by a bus and say that a rule of Config is broken.
fn events_of(rule: &str, started: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let says_so = |name: &&String| {
        let text = text_of(name);
        let told = alerts(&text);
        text.contains(rule) && !told.is_empty() && told.iter().all(|alert| alert.status == alert::Status::Firing)
    };
    let of_config = started.iter().filter(|(_, rules)| rules.iter().any(|it| it == "config-compliance"));
    of_config.map(|(event, _)| event).filter(says_so).cloned().collect()
}

fn text_of(event: &str) -> String {
    String::from_utf8_lossy(&corpus::event(event.trim_end_matches(".json")).bytes).into_owned()
}

/// What hands an event over, and to which function: a rule of EventBridge, or a topic.
fn way(event: &str, started: &BTreeMap<String, Vec<String>>) -> Option<(String, String)> {
    let told = alerts(&text_of(event));
    let alert = told.first().filter(|alert| alert.title.en != UNREADABLE)?;
    let rules = started.get(event).into_iter().flatten();
    let of_source: Vec<_> = rules.filter(|rule| crate::stack::source_of(rule) == alert.source).collect();
    if let Some(rule) = of_source.first() {
        return Some((format!("rule `{rule}`"), alert.source.to_owned()));
    }
    let topic = topics().into_iter().find(|(_, function)| function == alert.source)?;
    Some((format!("topic `{}`", topic.0), topic.1))
}

/// The topics that guardrails tell, and the functions that bongsu has at them.
fn topics() -> Vec<(String, String)> {
    let texts = resources().flat_map(|(_, it)| strings(&it["Properties"]));
    let told: BTreeSet<_> = texts.filter_map(|it| it.split_once(":${Stack}-")).map(|(_, name)| name).collect();
    let stack = Stack::ours();
    let function = |name: &str| {
        let (topic, _) = stack.all("AWS::SNS::Topic").find(|(_, it)| own_name(&it["TopicName"]) == name)?;
        let subscription = stack.about("AWS::SNS::Subscription", "TopicArn", topic)?;
        Some(stack.slug(refers_to(&subscription["Endpoint"])?))
    };
    told.into_iter().filter_map(|name| Some((name.to_owned(), function(name)?))).collect()
}

fn rows() -> Vec<Row> {
    let started = rules();
    let mut rows = Vec::<Row>::new();
    let mut add = |what: &str, switch: &str, event: String| {
        let (by, function) = way(&event, &started).unwrap_or_else(|| panic!("{what}: nobody is told of {event}"));
        let row = [what.to_owned(), format!("`{}`", switch.replace(", ", "`, `")), by, format!("`{function}`")];
        match rows.iter_mut().find(|(known, _)| *known == row) {
            Some((_, events)) => events.push(event),
            None => rows.push((row, vec![event])),
        }
    };
    for (_, what, switch, events) in PARTS {
        for event in events {
            add(what, switch, format!("{event}.json"));
        }
    }
    for rule in config_rules() {
        for event in events_of(&rule, &started) {
            add(&called(&rule), "ConfigRules", event);
        }
    }
    rows
}

fn called(rule: &str) -> String {
    format!("rule `{rule}`")
}

pub(crate) fn table() -> String {
    let mut text = "\n| guardrail | switch | events | handed over by | told by |\n|---|---|---|---|---|\n".to_owned();
    for ([what, switch, by, function], events) in rows() {
        let events: Vec<_> = events.iter().map(|event| link(event)).collect();
        writeln!(text, "| {what} | {switch} | {} | {by} | {function} |", events.join(" ")).unwrap();
    }
    text.push('\n');
    text
}

#[test]
fn every_guardrail_has_a_way_to_people() {
    let rows = rows();
    let conditions: BTreeSet<_> = resources().map(|(name, it)| (it["Condition"].as_str(), name)).collect();
    for (condition, name) in conditions {
        let condition = condition.unwrap_or_else(|| panic!("{name} belongs to no part"));
        let of_rules = ["CreateConfigRules", "CreateAccountRules"].contains(&condition);
        let part = PARTS.iter().any(|(known, ..)| condition.trim_end_matches(|it: char| it.is_ascii_digit()) == *known);
        assert!(of_rules || part, "{name}: nobody is told of {condition}");
    }
    for rule in config_rules() {
        let has_row = rows.iter().any(|([what, ..], _)| *what == called(&rule));
        assert!(has_row, "{rule}: no event says that it is broken");
    }
    let defined = template()["Conditions"].as_object().unwrap();
    for (condition, what, switches, _) in PARTS {
        assert!(defined.keys().any(|it| it.starts_with(condition)), "{what} is no part any longer");
        for switch in switches.split(", ") {
            assert!(!template()["Parameters"][switch].is_null(), "{what}: no parameter is called {switch}");
        }
    }
}

#[test]
fn every_rule_of_config_is_told_in_words_of_its_own() {
    let event = String::from_utf8(corpus::event("config-compliance/own-rule-broken").bytes).unwrap();
    let event: Value = serde_json::from_str(&event).unwrap();
    let unknown = strings(&event["detail"]["configRuleName"])[0].to_owned();
    let title = |rule: &str| {
        let told = alerts(&event.to_string().replace(&unknown, rule));
        told.first().unwrap_or_else(|| panic!("{rule} is not told")).title.en
    };
    assert_eq!(title("a-rule-of-somebody"), NO_WORDS);
    let rules = config_rules();
    assert!(rules.len() >= 7, "{rules:?}");
    for rule in rules {
        assert_ne!(title(&format!("bongsu-guardrails-{rule}")), NO_WORDS, "{rule}");
    }
}

#[test]
fn what_costs_is_told_to_topics_that_bongsu_has() {
    let expected = [("budget", "budget"), ("cost-anomaly", "cost-anomaly")];
    assert_eq!(topics(), expected.map(|(topic, function)| (topic.to_owned(), function.to_owned())));
}
