//! What is written of a thing together with an alert of it. A step names the condition on which its standing is true, and
//! no more than that, so that many alerts of one thing at once get past each other.

use alert::Status;
use jiff::Timestamp;
use notifier::delivery::{Fire, Standing, Track, judge};
use serde_json::Value;

use super::call::Call;
use super::item::{self, Item};
use super::value::{number, text};
use super::words::{Change, Words};

/// A part of a transaction: a write, on its condition; and how the alert stands to the thing if the condition is met.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) write: Value,
    pub(super) standing: Standing,
}

/// What all steps of one claim share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Steps<'a> {
    pub(super) table: &'a str,
    pub(super) track: &'a Track,
    pub(super) now: Timestamp,
    pub(super) forget_at: Timestamp,
}

impl Steps<'_> {
    /// The plain case: nothing is known of the thing; or it is older, and either what burns now was quiet in this hour, or
    /// what is over now has changed in it already, and not too often. All of that is news.
    pub(super) fn plain(&self) -> Step {
        let Track { status, at, window, most, only_if_firing, .. } = *self.track;
        let write = if only_if_firing || (status == Status::Resolved && most > 1) {
            let mut change = self.one_more_change(true);
            let met = self.met(&mut change.words, None, false);
            let condition = if only_if_firing { met } else { format!("{} OR ({met})", change.words.missing()) };
            self.update(&change, condition)
        } else {
            let mut words = Words::default();
            let gone = words.gone(self.now);
            let another_hour = words.compare(item::WINDOW, "<>", item::millis(window));
            let older = words.compare(item::AT, "<=", item::millis(at));
            let condition = format!("{gone} OR ({another_hour} AND {older})");
            self.replace(&Fire { status, at, window, changes: 1 }, &words, condition)
        };
        Step { write, standing: Standing::News }
    }

    /// What follows from what is known of the thing; `None` where the alert is the end of nothing.
    pub(super) fn after(&self, old: Option<&Fire>) -> Option<Step> {
        let (new, standing) = judge(old, self.track)?;
        let write = match old {
            Some(old) if old.window == self.track.window => {
                let newer = Some(old).filter(|old| old.at > self.track.at);
                let mut change = self.one_more_change(newer.is_none());
                let condition = self.met(&mut change.words, newer, matches!(standing, Standing::Restless(_)));
                self.update(&change, condition)
            }
            old => {
                let mut words = Words::default();
                let condition = match old {
                    Some(old) => exactly(&mut words, old),
                    None => words.gone(self.now),
                };
                self.replace(&new, &words, condition)
            }
        };
        Some(Step { write, standing })
    }

    /// Counts a change in this hour. An older state never overrides a newer one.
    fn one_more_change(&self, is_newest: bool) -> Change {
        let mut change = Change::default();
        if is_newest {
            change.set(item::STATUS, text(self.track.status.as_str()));
            change.set(item::AT, item::millis(self.track.at));
        }
        change.set(item::WINDOW, item::millis(self.track.window));
        change.set(item::EXPIRES_AT, item::seconds(self.forget_at));
        change.add_one(item::CHANGES);
        change
    }

    /// It has changed in this hour, too often or not; and it is older, or it is this newer state.
    fn met(&self, words: &mut Words, newer: Option<&Fire>, restless: bool) -> String {
        let often = if restless { ">=" } else { "<" };
        let mut conditions = vec![
            words.compare(item::WINDOW, "=", item::millis(self.track.window)),
            words.compare(item::CHANGES, often, number(self.track.most)),
        ];
        match newer {
            Some(newer) => {
                conditions.push(words.compare(item::STATUS, "=", text(newer.status.as_str())));
                conditions.push(words.compare(item::AT, "=", item::millis(newer.at)));
            }
            None => conditions.push(words.compare(item::AT, "<=", item::millis(self.track.at))),
        }
        if self.track.only_if_firing {
            conditions.push(words.compare(item::STATUS, "=", text(Status::Firing.as_str())));
        }
        conditions.join(" AND ")
    }

    fn update(&self, change: &Change, condition: String) -> Value {
        let update = Call::on(self.table).key(item::of_fire(self.track)).change(change);
        update.only_if(condition).or_tell().part("Update")
    }

    fn replace(&self, fire: &Fire, words: &Words, condition: String) -> Value {
        put(self.table, item::burning(self.track, fire, self.forget_at), words, condition).part("Put")
    }
}

/// Writes a whole item, and tells the old one where its condition is not met.
pub(super) fn put(table: &str, item: Item, words: &Words, condition: String) -> Call {
    Call::on(table).item(item).only_if(condition).or_tell().words(words)
}

fn exactly(words: &mut Words, old: &Fire) -> String {
    let same = [
        words.compare(item::STATUS, "=", text(old.status.as_str())),
        words.compare(item::AT, "=", item::millis(old.at)),
        words.compare(item::WINDOW, "=", item::millis(old.window)),
        words.compare(item::CHANGES, "=", number(old.changes)),
    ];
    same.join(" AND ")
}
