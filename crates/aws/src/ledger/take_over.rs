//! Claims an alert from an invocation that has ended, in one call.

use notifier::delivery::{Claim, LedgerError, Record};
use serde_json::Value;

use super::call::Call;
use super::conflict::past_conflicts;
use super::value::text;
use super::words::{Change, Words};
use super::{CONDITION_FAILED, DynamoLedger, explain, item};

pub(super) async fn take_over(
    ledger: &DynamoLedger,
    claim: &Claim,
    seen: &Record,
) -> Result<Option<Record>, LedgerError> {
    let mut change = Change::default();
    change.set(item::LEASE_OWNER, text(&claim.owner));
    change.set(item::LEASE_UNTIL, item::millis(claim.lease_until));
    let mut conditions = same_lease(&mut change.words, seen);
    for (slot, entry) in claim.claimed(&seen.entries) {
        let name = item::of_slot(&slot);
        // Somebody who came too late may have added what is there meanwhile.
        conditions.push(match seen.entries.get(&slot) {
            Some(known) => {
                let state = item::map(&known.state)?;
                let (slot, field) = (change.words.name(&name), change.words.name(item::STATE));
                format!("{slot}.{field} = {}", change.words.value(state))
            }
            None => format!("attribute_not_exists({})", change.words.name(&name)),
        });
        change.set(&name, item::map(&entry)?);
    }
    let update = Call::on(&ledger.table).key(item::of_alert(&claim.key)).change(&change);
    let update = update.only_if(conditions.join(" AND ")).with("ReturnValues", "ALL_OLD").into();
    match past_conflicts(&claim.owner, || ledger.client.call("UpdateItem", &update)).await {
        Ok(answer) => {
            let old = answer.get("Attributes").and_then(Value::as_object);
            old.map_or(Ok(None), |item| item::record(item, claim.now))
        }
        Err(error) if error.code() == Some(CONDITION_FAILED) => Ok(None),
        Err(error) => Err(explain(&error)),
    }
}

fn same_lease(words: &mut Words, seen: &Record) -> Vec<String> {
    match &seen.lease {
        Some(lease) => vec![
            words.compare(item::LEASE_OWNER, "=", text(&lease.owner)),
            words.compare(item::LEASE_UNTIL, "=", item::millis(lease.until)),
        ],
        None => [("attribute_exists", item::PK), ("attribute_not_exists", item::LEASE_OWNER)]
            .map(|(function, name)| format!("{function}({})", words.name(name)))
            .into(),
    }
}
