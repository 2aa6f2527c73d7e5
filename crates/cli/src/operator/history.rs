//! `bongsu history`: the alerts of the last days, and who has got them.

mod people;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use alert::Language;
use anyhow::Context;
use aws::Operator;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use notifier::clock;
use notifier::delivery::{Entry, Record, Slot, State};
use notifier::http::Http;
use serde_json::{Value, json};

use super::since::since;
use crate::args::History;
use crate::configuration::ConfigFile;
use crate::table;

pub(crate) async fn run(options: &History, config: &ConfigFile, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let view = View::new(config)?;
    let since = since(&options.since, clock::now(), &view.zone)?;
    let operator = Operator::new(&options.region, Http::new().context("cannot start")?).await;
    let table = match &options.table {
        Some(table) => table.clone(),
        None => newest_table(&operator, options).await?,
    };
    let mut records = operator.history(&table, since).await?;
    records.sort_by_key(|record| Reverse(when(record)));
    if options.undelivered {
        records.retain(|record| people::somebody_has_not_got(record, &view.groups));
    }
    if options.json {
        let records: Vec<_> = records.iter().map(|record| view.json(record)).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&records)?)?;
    } else if records.is_empty() {
        let what = if options.undelivered { "Everybody has got every alert" } else { "No alert came in" };
        writeln!(out, "{what} since {}.", view.time(since))?;
    } else {
        writeln!(out, "{}", view.table(&records))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn newest_table(operator: &Operator, options: &History) -> anyhow::Result<String> {
    let History { stack, region, .. } = options;
    let mut tables = operator.ledger_tables(stack).await?.into_iter();
    let table = tables.next();
    let table = table.with_context(|| format!("{stack} has no ledger in {region}: name its table with --table"))?;
    let older: Vec<_> = tables.collect();
    if !older.is_empty() {
        let older = older.join(", ");
        writeln!(std::io::stderr(), "{stack} has left older tables in {region} ({older}); this is {table}")?;
    }
    Ok(table)
}

/// How people want to see it.
struct View {
    language: Language,
    zone: TimeZone,
    /// Names of accounts.
    accounts: BTreeMap<String, String>,
    /// The failover groups.
    groups: Vec<Vec<String>>,
}

impl View {
    /// As the configuration says, where there is one; else in the time zone of this machine.
    fn new(config: &ConfigFile) -> anyhow::Result<Self> {
        if !config.is_given() {
            let (accounts, groups) = (BTreeMap::new(), Vec::new());
            return Ok(Self { language: Language::default(), zone: TimeZone::system(), accounts, groups });
        }
        let config = config.load_without_secrets()?;
        let groups = config.routes.into_iter().flat_map(|route| route.notify).filter(|group| group.len() > 1);
        let groups = groups.collect();
        let wording = config.wording;
        Ok(Self { language: wording.language, zone: wording.zone, accounts: wording.accounts, groups })
    }

    fn table(&self, records: &[Record]) -> comfy_table::Table {
        let time = format!("time ({})", self.zone.iana_name().unwrap_or("local"));
        let mut table = table::new(&[&time, "id", "severity", "title", "subject", "account, Region", "who has got it"]);
        for record in records {
            let summary = &record.summary;
            let place = [self.account(record), summary.region.clone()];
            table.add_row([
                self.time(when(record)),
                format!("#{}", record.key.short_id()),
                summary.severity.as_str().to_owned(),
                format!("{}{}", self.title(record), if summary.drill { " (drill)" } else { "" }),
                plain(summary.subject.as_deref().unwrap_or_default()),
                plain(&place.into_iter().flatten().collect::<Vec<_>>().join(" ")),
                channels(record),
            ]);
        }
        table
    }

    fn json(&self, record: &Record) -> Value {
        let summary = &record.summary;
        let deliveries = sorted(record).into_iter().map(|(slot, entry)| delivery(slot, entry));
        json!({
            "key": record.key,
            "id": record.key.short_id(),
            "first_at": record.first_at,
            "time": summary.time,
            "source": summary.source,
            "severity": summary.severity,
            "status": summary.status,
            "drill": summary.drill,
            "title": self.title(record),
            "subject": summary.subject,
            "account": summary.account,
            "region": summary.region,
            "fingerprint": summary.fingerprint,
            "at_work_until": record.lease.as_ref().map(|lease| lease.until),
            "undelivered": people::somebody_has_not_got(record, &self.groups),
            "deliveries": deliveries.collect::<Vec<_>>(),
        })
    }

    fn time(&self, time: Timestamp) -> String {
        time.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn title<'a>(&self, record: &'a Record) -> &'a str {
        match self.language {
            Language::Ko => &record.summary.title_ko,
            Language::En => &record.summary.title_en,
        }
    }

    fn account(&self, record: &Record) -> Option<String> {
        let account = record.summary.account.as_ref()?;
        Some(self.accounts.get(account).map_or_else(|| account.clone(), |name| format!("{name} ({account})")))
    }
}

/// When it happened, as far as is known.
fn when(record: &Record) -> Timestamp {
    record.summary.time.unwrap_or(record.first_at)
}

fn sorted(record: &Record) -> Vec<(&Slot, &Entry)> {
    let mut entries: Vec<_> = record.entries.iter().collect();
    entries.sort_by_key(|(slot, _)| *slot);
    entries
}

/// A line for each channel, and for each number where the provider answers for each.
fn channels(record: &Record) -> String {
    let lines = sorted(record).into_iter().map(|(slot, entry)| format!("{slot} {}", state(entry.state)));
    plain_lines(&lines.collect::<Vec<_>>())
}

fn delivery(slot: &Slot, entry: &Entry) -> Value {
    let to = (!slot.recipient.is_channel()).then(|| slot.recipient.to_string());
    // A provider may say the number in its answer.
    let error = entry.error.as_ref().map(|error| match &to {
        Some(masked) => error.replace(slot.recipient.reveal(), masked),
        None => error.clone(),
    });
    json!({
        "channel": slot.channel,
        "to": to,
        "state": state(entry.state),
        "since": entry.since,
        "at": entry.at,
        "attempts": entry.attempts,
        "provider_id": entry.provider_id,
        "error": error,
    })
}

/// A name for a state: what the report calls an outcome, where it is one.
const fn state(state: State) -> &'static str {
    match state {
        State::Claimed => "claimed",
        State::Accepted => "accepted",
        State::Delivered => "delivered",
        State::Undelivered => "undelivered",
        State::Uncertain => "uncertain",
        State::UncertainTwice => "uncertain, twice",
        State::NotSent(outcome) => outcome.as_str(),
        State::Suppressed => "suppressed",
        State::Skipped => "skipped",
    }
}

/// What others wrote, as a terminal may be told it: nothing in it moves the cursor or turns the text around.
fn plain(text: &str) -> String {
    let shown = |letter: char| {
        !letter.is_control()
            && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().filter(|letter| shown(*letter)).collect()
}

fn plain_lines(lines: &[String]) -> String {
    lines.iter().map(|line| plain(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
