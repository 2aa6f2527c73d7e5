//! What was held back, told in one message for each channel and window.

use std::collections::{BTreeMap, BTreeSet};

use alert::{Alert, Fact, Identity, Language, Severity, Status, Text, Throttle};
use jiff::{SignedDuration, Timestamp};

use super::channel::Channel;
use super::ledger::{Entry, Record, State, start_of_window};

/// How far a digest looks back: for longer than that nobody overlooks that it does not run.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);
/// An invocation that began in a window records within this time after it.
const GRACE: SignedDuration = SignedDuration::from_secs(35);
/// Groups that are named one by one.
const NAMED: usize = 6;
/// Alerts that the mail lists one by one.
const LISTED: usize = 500;

/// What was held back from one channel in one window; drills by themselves.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) channel: String,
    drill: bool,
    from: Timestamp,
    records: Vec<Record>,
}

/// From when on the ledger is asked.
pub(super) fn from(now: Timestamp) -> Timestamp {
    now.saturating_sub(LOOK_BACK).unwrap_or(now)
}

/// The windows that are over, the oldest first.
pub(super) fn batches(records: &[Record], channels: &[Channel], now: Timestamp) -> Vec<Batch> {
    let mut batches: BTreeMap<(Timestamp, String, bool), Vec<Record>> = BTreeMap::new();
    for record in records {
        for channel in channels {
            let held_back = |entry: &Entry| {
                (entry.state == State::Suppressed).then(|| start_of_window(entry.at, channel.limit.per))
            };
            let of_channel = record.entries.iter().filter(|(slot, _)| slot.channel == channel.name);
            let windows: BTreeSet<_> = of_channel.filter_map(|(_, entry)| held_back(entry)).collect();
            for from in windows {
                let end = from.saturating_add(channel.limit.per.saturating_add(GRACE)).unwrap_or(now);
                if end <= now {
                    let key = (from, channel.name.clone(), record.summary.drill);
                    batches.entry(key).or_default().push(record.clone());
                }
            }
        }
    }
    let batch = |((from, channel, drill), mut records): (_, Vec<Record>)| {
        records.sort_by_key(when);
        Batch { channel, drill, from, records }
    };
    batches.into_iter().map(batch).collect()
}

fn when(record: &Record) -> Timestamp {
    record.summary.time.unwrap_or(record.first_at)
}

impl Batch {
    /// The digest. The same window of the same channel in the same `place` has the same key.
    pub(super) fn alert(&self, place: &str, language: Language, now: Timestamp) -> Alert {
        let identity = Identity { source: "digest", drill: self.drill, account: None, region: Some(place) };
        let worst = self.records.iter().map(|record| record.summary.severity).max();
        Alert {
            source: "unknown",
            severity: worst.unwrap_or(Severity::Info),
            status: Status::Notice,
            drill: self.drill,
            key: identity.key(&[&self.channel, &self.from.to_string()]),
            fingerprint: identity.fingerprint(&[&self.channel]),
            throttle: Throttle::Never,
            free_only: false,
            only_if_firing: false,
            mailed_by: None,
            title: Text::new("알림이 많아 묶어서 알려 드립니다", "Many alerts: the rest, summed up"),
            subject: None,
            account: None,
            region: Some(place.to_owned()).filter(|place| !place.is_empty()),
            time: Some(now),
            facts: self.facts(language),
            advice: Text::new(
                "가장 급한 것부터 확인하세요. 하나하나 보려면 bongsu history를 실행하세요.",
                "Look at the most urgent first. `bongsu history` shows each of them.",
            ),
            links: Vec::new(),
            raw: self.list(language),
        }
    }

    fn facts(&self, language: Language) -> Vec<Fact> {
        let mut groups = self.groups(language);
        groups.sort_by_key(|group| std::cmp::Reverse((group.severity(), group.records.len())));
        let count = match language {
            Language::Ko => format!("{}건 더", self.records.len()),
            Language::En => format!("{} more", self.records.len()),
        };
        let named = groups.iter().take(NAMED).enumerate().map(|(place, group)| {
            let fact = Fact::foreign(Text::new("그중", "Of these"), group.told(language));
            if place == 0 { fact.brief() } else { fact }
        });
        let (first, last) = (self.records.first().map(when), self.records.last().map(when));
        let times = [(Text::new("처음", "First"), first), (Text::new("마지막", "Last"), last)];
        let times = times.into_iter().filter_map(|(label, time)| Some(Fact::time(label, time?)));
        [Fact::foreign(Text::new("건수", "Count"), count).brief()].into_iter().chain(named).chain(times).collect()
    }

    fn groups(&self, language: Language) -> Vec<Group<'_>> {
        let mut groups: BTreeMap<(&str, &str), Vec<&Record>> = BTreeMap::new();
        for record in &self.records {
            groups.entry((&record.summary.source, title(record, language))).or_default().push(record);
        }
        groups.into_iter().map(|((_, title), records)| Group { title, records }).collect()
    }

    /// Each of them, for the end of the mail.
    fn list(&self, language: Language) -> String {
        let line = |record: &Record| {
            let summary = &record.summary;
            let known = [&summary.subject, &summary.account, &summary.region];
            let known: Vec<_> = known.into_iter().flatten().map(String::as_str).collect();
            format!("{} #{} {} {}", when(record), record.key.short_id(), title(record, language), known.join(" "))
        };
        let lines: Vec<_> = self.records.iter().take(LISTED).map(line).collect();
        lines.join("\n")
    }
}

fn title(record: &Record, language: Language) -> &str {
    match language {
        Language::Ko => &record.summary.title_ko,
        Language::En => &record.summary.title_en,
    }
}

/// Alerts that say the same.
struct Group<'a> {
    title: &'a str,
    records: Vec<&'a Record>,
}

impl Group<'_> {
    fn severity(&self) -> Option<Severity> {
        self.records.iter().map(|record| record.summary.severity).max()
    }

    /// `알람이 울렸습니다 12건 (CPU-high-…)`
    fn told(&self, language: Language) -> String {
        let things: BTreeSet<_> = self.records.iter().map(|record| record.summary.fingerprint.as_str()).collect();
        let count = self.records.len();
        let count = match (language, things.len()) {
            (Language::Ko, 1) => format!("같은 것 {count}번"),
            (Language::Ko, _) => format!("{count}건"),
            (Language::En, 1) => format!("the same {count} times"),
            (Language::En, _) => format!("{count} times"),
        };
        let names: BTreeSet<_> = self.records.iter().filter_map(|record| record.summary.subject.as_deref()).collect();
        match in_common(&names) {
            Some(names) => format!("{} {count} ({names})", self.title),
            None => format!("{} {count}", self.title),
        }
    }
}

/// The one name, or how all of them begin; else the first and how many more.
fn in_common(names: &BTreeSet<&str>) -> Option<String> {
    const TELLING: usize = 4;
    let (first, last) = (names.first()?, names.last()?);
    if names.len() == 1 {
        return Some((*first).to_owned());
    }
    // They are in order, so what the first and the last share all share.
    let common: String = first.chars().zip(last.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    if common.chars().count() >= TELLING {
        return Some(format!("{common}… ×{}", names.len()));
    }
    Some(format!("{first} +{}", names.len() - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_begin_alike_are_one_name_and_a_count() {
        let told = |names: &[&str]| in_common(&names.iter().copied().collect());
        assert_eq!(told(&["cpu-high-i-1", "cpu-high-i-2", "cpu-high-i-3"]).as_deref(), Some("cpu-high-i-… ×3"));
        assert_eq!(told(&["api", "web", "api"]).as_deref(), Some("api +1"));
        assert_eq!(told(&["디스크 부족", "디스크 부족"]).as_deref(), Some("디스크 부족"));
        assert_eq!(told(&[]), None);
    }
}
