//! What is written of a thing together with an alert of it. A step names the condition on which its standing is true, and
//! no more than that, so that many alerts of one thing at once get past each other.

use alert::Status;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure as OnFailure, TransactWriteItem, Update};
use jiff::Timestamp;
use notifier::delivery::{Fire, LedgerError, Standing, Track, judge};

use super::item::{self, Item};
use super::words::{Change, Words};

/// A write, on its condition, and how the alert stands to the thing if the condition is met.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) write: TransactWriteItem,
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
    pub(super) fn plain(&self) -> Result<Step, LedgerError> {
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
        Ok(Step { write: write?, standing: Standing::News })
    }

    /// What follows from what is known of the thing; `None` where the alert is the end of nothing.
    pub(super) fn after(&self, old: Option<&Fire>) -> Result<Option<Step>, LedgerError> {
        let Some((new, standing)) = judge(old, self.track) else { return Ok(None) };
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
        Ok(Some(Step { write: write?, standing }))
    }

    /// Counts a change in this hour. An older state never overrides a newer one.
    fn one_more_change(&self, is_newest: bool) -> Change {
        let mut change = Change::default();
        if is_newest {
            change.set(item::STATUS, item::text(self.track.status.as_str()));
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
            words.compare(item::CHANGES, often, item::number(self.track.most)),
        ];
        match newer {
            Some(newer) => {
                conditions.push(words.compare(item::STATUS, "=", item::text(newer.status.as_str())));
                conditions.push(words.compare(item::AT, "=", item::millis(newer.at)));
            }
            None => conditions.push(words.compare(item::AT, "<=", item::millis(self.track.at))),
        }
        if self.track.only_if_firing {
            conditions.push(words.compare(item::STATUS, "=", item::text(Status::Firing.as_str())));
        }
        conditions.join(" AND ")
    }

    fn update(&self, change: &Change, condition: String) -> Result<TransactWriteItem, LedgerError> {
        let update = Update::builder().table_name(self.table).key(item::PK, item::of_fire(self.track));
        let update = update.update_expression(change.expression()).condition_expression(condition);
        let update = update.set_expression_attribute_names(change.words.names());
        let update = update.set_expression_attribute_values(change.words.values());
        let update = update
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .build()
            .map_err(|error| defect(&error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    fn replace(&self, fire: &Fire, words: &Words, condition: String) -> Result<TransactWriteItem, LedgerError> {
        put(self.table, item::burning(self.track, fire, self.forget_at), words, condition)
    }
}

/// A part of a transaction that writes a whole item, and tells the old one where its condition is not met.
///
/// # Errors
/// It lacks something, which would be a defect of ours.
pub(super) fn put(table: &str, item: Item, words: &Words, condition: String) -> Result<TransactWriteItem, LedgerError> {
    let put = Put::builder().table_name(table).set_item(Some(item)).condition_expression(condition);
    let put = put.set_expression_attribute_names(words.names()).set_expression_attribute_values(words.values());
    let put =
        put.return_values_on_condition_check_failure(OnFailure::AllOld).build().map_err(|error| defect(&error))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

fn exactly(words: &mut Words, old: &Fire) -> String {
    let same = [
        words.compare(item::STATUS, "=", item::text(old.status.as_str())),
        words.compare(item::AT, "=", item::millis(old.at)),
        words.compare(item::WINDOW, "=", item::millis(old.window)),
        words.compare(item::CHANGES, "=", item::number(old.changes)),
    ];
    same.join(" AND ")
}

fn defect(error: &BuildError) -> LedgerError {
    LedgerError(format!("a call cannot be made: {error}"))
}
