//! Records what became of an alert in one call, and in a second one only where somebody else has the claim.

use std::collections::HashMap;

use notifier::delivery::{Entry, Finished, LedgerError, Slot, State};

use super::call::Call;
use super::conflict::past_conflicts;
use super::item::{self, Item};
use super::value::text;
use super::words::{Change, Words};
use super::{CONDITION_FAILED, DynamoLedger, explain, old_item};

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
        let ours = change.words.compare(item::LEASE_OWNER, "=", text(&finished.claim.owner));
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
        let condition = words.gone(finished.claim.now);
        let put = Call::on(&self.table).item(item).only_if(condition).words(&words).into();
        let put = past_conflicts(&finished.claim.owner, || self.client.call("PutItem", &put)).await;
        put.map(|_| ()).map_err(|error| explain(&error))
    }

    /// Changes the alert's item; the item as it is where the condition is not met.
    async fn update(
        &self,
        finished: &Finished,
        change: &Change,
        condition: Option<String>,
    ) -> Result<Result<(), Option<Item>>, LedgerError> {
        let update = Call::on(&self.table).key(item::of_alert(&finished.claim.key)).change(change);
        let update = condition.into_iter().fold(update, Call::only_if).or_tell().into();
        match past_conflicts(&finished.claim.owner, || self.client.call("UpdateItem", &update)).await {
            Ok(_) => Ok(Ok(())),
            Err(error) if error.code() == Some(CONDITION_FAILED) => Ok(Err(old_item(&error).cloned())),
            Err(error) => Err(explain(&error)),
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
    let attributes = last.map(|at| [(item::SUPPRESSED, text(item::YES)), (item::SUPPRESSED_AT, item::millis(at))]);
    attributes.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect()
}
