use std::collections::BTreeMap;

use alert::{SOURCES, Severity, Status};
use toml::Spanned;
use toml::de::DeValue;

use super::{Reader, Value, is_account_id};

/// One `[[routes]]` entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    /// Which alerts it is for.
    pub when: When,
    /// The channels that are owed such an alert: each entry is a failover group, tried in order; most have one member.
    pub notify: Vec<Vec<String>>,
    /// Whether the routes behind it are asked too.
    pub goes_on: bool,
}

/// What an alert must be like; an empty list takes anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// Slugs of sources.
    pub source: Vec<String>,
    /// Severities.
    pub severity: Vec<Severity>,
    /// Statuses.
    pub status: Vec<Status>,
    /// Account ids; the configuration may name them.
    pub account: Vec<String>,
    /// Region codes.
    pub region: Vec<String>,
    /// Only drills, or only what is not a drill.
    pub drill: Option<bool>,
}

pub(super) fn read(root: &Reader<'_>, channels: &[String], accounts: &BTreeMap<String, String>) -> Vec<Route> {
    root.listed_tables("routes").iter().map(|table| read_route(table, channels, accounts)).collect()
}

fn read_route(table: &Reader<'_>, channels: &[String], accounts: &BTreeMap<String, String>) -> Route {
    let when = table.table("when").map(|when| read_when(&when, accounts)).unwrap_or_default();
    let goes_on = table.boolean("continue", false);
    let notify = read_notify(table, channels);
    table.refuse_unknown_keys();
    Route { when, notify, goes_on }
}

fn read_when(table: &Reader<'_>, accounts: &BTreeMap<String, String>) -> When {
    let when = When {
        source: words(table, "source", &SOURCES.map(|slug| (slug, slug))).into_iter().map(str::to_owned).collect(),
        severity: words(table, "severity", &Severity::ALL.map(|severity| (severity.as_str(), severity))),
        status: words(table, "status", &Status::ALL.map(|status| (status.as_str(), status))),
        account: table.strings("account").iter().flat_map(|value| accounts_of(table, value, accounts)).collect(),
        region: table.strings("region").iter().filter_map(|value| region(table, value)).collect(),
        drill: table.value("drill").map(|_| table.boolean("drill", false)),
    };
    for key in ["source", "severity", "status", "account", "region"] {
        if matches!(table.value(key).map(Spanned::get_ref), Some(DeValue::Array(items)) if items.is_empty()) {
            table.fault(key, "is an empty list, which nothing matches: name a value or leave the key out");
        }
    }
    table.refuse_unknown_keys();
    when
}

fn words<T: Copy>(table: &Reader<'_>, key: &'static str, known: &[(&str, T)]) -> Vec<T> {
    let word = |value: &Value| {
        let found = known.iter().find(|(name, _)| *name == value.text).map(|(_, word)| *word);
        if found.is_none() && !value.invented {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            table.fault_at(value, format!("{:?} is not known: use one of {}", value.shown, names.join(", ")));
        }
        found
    };
    table.strings(key).iter().filter_map(word).collect()
}

/// The account of an id, or all accounts of a name.
fn accounts_of(table: &Reader<'_>, value: &Value, accounts: &BTreeMap<String, String>) -> Vec<String> {
    if is_account_id(&value.text) {
        return vec![value.text.clone()];
    }
    let named: Vec<_> = accounts.iter().filter(|(_, name)| **name == value.text).map(|(id, _)| id.clone()).collect();
    if named.is_empty() && !value.invented {
        table.fault_at(value, format!("{:?} is neither 12 digits nor a name under [accounts]", value.shown));
    }
    named
}

fn region(table: &Reader<'_>, value: &Value) -> Option<String> {
    let code = &value.text;
    let fits = code.split('-').count() >= 3
        && code.ends_with(|last: char| last.is_ascii_digit())
        && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !fits && !value.invented {
        table.fault_at(value, format!("{:?} is not a Region: use a code such as \"ap-northeast-2\"", value.shown));
    }
    fits.then(|| code.clone())
}

fn read_notify(table: &Reader<'_>, channels: &[String]) -> Vec<Vec<String>> {
    let known = |value: &Value| {
        let known = channels.contains(&value.text);
        if !known {
            let names = channels.join(", ");
            table.fault_at(value, format!("{:?} is not a channel: use one of {names}", value.shown));
        }
        known
    };
    let Some(DeValue::Array(items)) = table.value("notify").map(Spanned::get_ref) else {
        table.fault("notify", "must be a list of channels: `notify = [\"telegram-ops\"]`");
        return Vec::new();
    };
    let (mut groups, mut seen) = (Vec::new(), Vec::new());
    for (index, item) in items.iter().enumerate() {
        let key = format!("notify[{index}]");
        let members: Vec<Value> = match item.get_ref() {
            DeValue::Array(members) => {
                let member = |(place, member)| table.string(member, table.path_of(&format!("{key}[{place}]")));
                members.iter().enumerate().filter_map(member).collect()
            }
            _ => table.string(item, table.path_of(&key)).into_iter().collect(),
        };
        for member in &members {
            if seen.contains(&member.text) {
                table.fault_at(member, format!("{:?} stands here twice: name it once", member.shown));
            }
            seen.push(member.text.clone());
        }
        groups
            .push(members.iter().filter(|member| known(member)).map(|member| member.text.clone()).collect::<Vec<_>>());
    }
    if items.is_empty() || items.iter().any(|item| matches!(item.get_ref(), DeValue::Array(inner) if inner.is_empty()))
    {
        table.fault("notify", "names no channel: an alert that matched would reach nobody");
    }
    groups
}
