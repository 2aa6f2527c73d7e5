//! The configuration: one TOML document, read by a pure function of its text and the variables in it.

mod fault;
mod heartbeat;
mod limit;
mod policy;
mod reader;
mod routes;
mod variables;

use std::collections::BTreeMap;

use alert::{Language, Policy};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use toml::de::DeTable;

pub use fault::{Fault, Faults};
pub use heartbeat::{Every, Heartbeat};
pub(crate) use reader::{Reader, Value};
pub use routes::{Route, When};
pub use variables::{STACK_VARIABLES, Variables, replace_variables};

use crate::delivery::Limit;
use crate::provider::{NAMES, Settings};
use crate::render::Wording;

/// How alerts are worded, which channels there are, and who is owed what.
#[derive(Debug)]
pub struct Config {
    /// Language, time zone and the names of accounts.
    pub wording: Wording,
    /// The channels, in the order of the text.
    pub channels: Vec<Channel>,
    /// The routes, in the order of the text.
    pub routes: Vec<Route>,
    /// What events are judged by.
    pub policy: Policy,
    /// How long it is remembered who was told of what.
    pub history: SignedDuration,
    /// What is worth telling of the chain itself.
    pub heartbeat: Heartbeat,
}

/// A channel as the operator named it.
#[derive(Debug)]
pub struct Channel {
    /// Its name: `telegram-ops`.
    pub name: String,
    /// What its provider needs.
    pub settings: Settings,
    /// How many alerts it is sent in a while.
    pub limit: Limit,
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// All faults at once, each with its line and key. No message holds the value of a variable or of a secret key.
    pub fn parse(text: &str, variables: &Variables) -> Result<Self, Faults> {
        let (document, errors) = DeTable::parse_recoverable(text);
        let source = reader::Source { text, variables, faults: std::cell::RefCell::default() };
        for error in &errors {
            source.fault(error.span().map_or(0, |span| span.start), "", format!("is not TOML: {}", error.message()));
        }
        // What a broken text seems to say would only add faults that are not there.
        let config =
            if errors.is_empty() { read(&Reader::new(&source, document.get_ref(), String::new(), 0)) } else { None };
        let mut faults = source.faults.into_inner();
        faults.sort_by_key(|(offset, _)| *offset);
        let faults: Vec<_> = faults.into_iter().map(|(_, fault)| fault).collect();
        config.filter(|_| faults.is_empty()).ok_or(Faults(faults))
    }
}

fn read(root: &Reader<'_>) -> Option<Config> {
    let language = root.one_of("language", &[("ko", Language::Ko), ("en", Language::En)], Language::default());
    let zone = read_zone(root);
    let accounts = read_accounts(root);
    let policy = policy::read(root);
    let days = root.whole_number("history_days", 1..=LONGEST_HISTORY, DEFAULT_HISTORY);
    let channels = read_channels(root);
    let names: Vec<_> = root.tables_named("channels");
    let heartbeat = heartbeat::read(root, &names);
    let routes = routes::read(root, &names, &accounts);
    if names.is_empty() && root.value("channels").is_none_or(|value| value.get_ref().is_table()) {
        root.fault("channels", "there is no channel: add one, for example `[channels.telegram-ops]`");
    }
    root.refuse_unknown_keys();
    let history = SignedDuration::from_hours(days * 24);
    Some(Config { wording: Wording { language, zone: zone?, accounts }, channels, routes, policy, history, heartbeat })
}

/// Days for which the ledger remembers an alert: a year and a month, since AWS forgets resolved findings after 90 days.
const DEFAULT_HISTORY: i64 = 400;
const LONGEST_HISTORY: i64 = 3_660;

/// Where times are told when the configuration does not say.
const DEFAULT_ZONE: &str = "Asia/Seoul";

fn read_zone(root: &Reader<'_>) -> Option<TimeZone> {
    let value = root.optional("timezone");
    let name = value.as_ref().map_or(DEFAULT_ZONE, |value| value.text.as_str());
    let zone = TimeZone::get(name).ok();
    if value.as_ref().is_some_and(|value| value.invented) {
        return TimeZone::get(DEFAULT_ZONE).ok();
    }
    if let (None, Some(value)) = (&zone, &value) {
        root.fault_at(
            value,
            format!("{:?} is not a time zone: use a name such as \"Asia/Seoul\" or \"UTC\"", value.shown),
        );
    }
    zone
}

fn read_accounts(root: &Reader<'_>) -> BTreeMap<String, String> {
    let Some(table) = root.table("accounts") else { return BTreeMap::new() };
    let mut accounts = BTreeMap::new();
    for (id, name) in table.entries() {
        if !is_account_id(&id) {
            table.fault(&id, "is not an account id: use its 12 digits in quotes");
        }
        if let Some(name) = name {
            accounts.insert(id, name.text);
        }
    }
    accounts
}

/// An AWS account id has 12 digits.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
fn is_account_id(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())
}

fn read_channels(root: &Reader<'_>) -> Vec<Channel> {
    let channel = |(name, table): (String, Reader<'_>)| {
        let kind = table.required("type")?;
        let Some(settings) = Settings::read(&kind.text, &table) else {
            table.fault_at(&kind, format!("{:?} is not known: use one of {}", kind.shown, NAMES.join(", ")));
            return None;
        };
        let limit = settings.as_ref().map(|settings| limit::read(&table, settings.default_limit()));
        // Of a faulty channel, too, it is a known key.
        table.value("limit");
        table.refuse_unknown_keys();
        Some(Channel { name, settings: settings?, limit: limit? })
    };
    root.named_tables("channels").into_iter().filter_map(channel).collect()
}

impl Reader<'_> {
    /// The names in a table of tables, of the faulty ones too, so that a route to a faulty channel is not a second fault.
    fn tables_named(&self, key: &'static str) -> Vec<String> {
        let Some(toml::de::DeValue::Table(table)) = self.value(key).map(toml::Spanned::get_ref) else {
            return Vec::new();
        };
        table.keys().map(|name| name.get_ref().to_string()).collect()
    }
}

#[cfg(test)]
mod tests;
