//! Records what became of an alert in one call, and in a second one only where somebody else has the claim.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure as OnFailure;
use notifier::delivery::{Entry, Finished, LedgerError, Slot, State};

use super::conflict::past_conflicts;
use super::item::{self, Item};
use super::words::{Change, Words};
use super::{DynamoLedger, explain};

impl DynamoLedger {
    pub(super) async fn record(&self, finished: &Finished) -> Result<(), LedgerError> {
        let mut change = Change::default();
        describe(finished, &mut change)?;
        write(&finished.entries, &mut change)?;
        for slot in finished.claim.slots.iter().filter(|slot| !finished.entries.contains_key(slot)) {
            let entry = Entry::new(State::Claimed, finished.claim.now);
            change.set_once(&item::of_slot(slot), item::map(&entry)?);
        }
        change.remove(item::LEASE_OWNER);
        change.remove(item::LEASE_UNTIL);
        let ours = change.words.compare(item::LEASE_OWNER, "=", item::text(&finished.claim.owner));
        let condition = format!("{ours} OR {}", change.words.missing());
        match self.update(finished, &change, Some(condition)).await? {
            Ok(()) => Ok(()),
            Err(item) if item.as_ref().is_some_and(|item| item::is_over(item, finished.claim.now)) => {
                self.replace(finished).await
            }
            Err(_) => self.add(finished).await,
        }
    }

    /// Adds what is there to what somebody else knows.
    async fn add(&self, finished: &Finished) -> Result<(), LedgerError> {
        let there = finished.entries.iter().filter(|(_, entry)| entry.is_there());
        let there: HashMap<Slot, Entry> = there.map(|(slot, entry)| (slot.clone(), entry.clone())).collect();
        if there.is_empty() {
            return Ok(());
        }
        let mut change = Change::default();
        // It may have been deleted in between.
        describe(finished, &mut change)?;
        write(&there, &mut change)?;
        self.update(finished, &change, None).await.map(|_| ())
    }

    /// Writes an item of its own over one whose time is over.
    async fn replace(&self, finished: &Finished) -> Result<(), LedgerError> {
        let mut words = Words::default();
        let mut item = item::claimed(&finished.claim)?;
        item.remove(item::LEASE_OWNER);
        item.remove(item::LEASE_UNTIL);
        for (slot, entry) in &finished.entries {
            item.insert(item::of_slot(slot), item::map(entry)?);
        }
        item.extend(held_back(&finished.entries));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression(words.gone(finished.claim.now));
        let put = put.set_expression_attribute_names(words.names()).set_expression_attribute_values(words.values());
        past_conflicts(&finished.claim.owner, || put.clone().send()).await.map_err(|error| explain(&error))?;
        Ok(())
    }

    /// Changes the alert's item; the item as it is where the condition is not met.
    async fn update(
        &self,
        finished: &Finished,
        change: &Change,
        condition: Option<String>,
    ) -> Result<Result<(), Option<Item>>, LedgerError> {
        let update = self.client.update_item().table_name(&self.table);
        let update = update.key(item::PK, item::of_alert(&finished.claim.key));
        let update = update.update_expression(change.expression()).set_condition_expression(condition);
        let update = update.set_expression_attribute_names(change.words.names());
        let update = update.set_expression_attribute_values(change.words.values());
        let update = update.return_values_on_condition_check_failure(OnFailure::AllOld);
        let Err(error) = past_conflicts(&finished.claim.owner, || update.clone().send()).await else {
            return Ok(Ok(()));
        };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => Ok(Err(failed.item().cloned())),
            _ => Err(explain(&error)),
        }
    }
}

/// What an alert is, where it was never claimed.
fn describe(finished: &Finished, change: &mut Change) -> Result<(), LedgerError> {
    let claim = &finished.claim;
    change.set_once(item::ALERT, item::map(&claim.summary)?);
    change.set_once(item::FIRST_AT, item::millis(claim.now));
    change.set_once(item::EXPIRES_AT, item::seconds(claim.forget_at));
    Ok(())
}

fn write(entries: &HashMap<Slot, Entry>, change: &mut Change) -> Result<(), LedgerError> {
    for (slot, entry) in entries {
        change.set(&item::of_slot(slot), item::map(entry)?);
    }
    for (name, value) in held_back(entries) {
        change.set(&name, value);
    }
    Ok(())
}

/// What puts an item into the index of what was held back: nothing where nothing was. The index has the last time of an
/// item, so whoever looks for an earlier one must read on to the end.
fn held_back(entries: &HashMap<Slot, Entry>) -> Item {
    let held_back = entries.values().filter(|entry| entry.state == State::Suppressed);
    let last = held_back.map(|entry| entry.at).max();
    let attributes =
        last.map(|at| [(item::SUPPRESSED, item::text(item::YES)), (item::SUPPRESSED_AT, item::millis(at))]);
    attributes.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect()
}
