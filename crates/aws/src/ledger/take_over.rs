//! Claims an alert from an invocation that has ended, in one call.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValue;
use notifier::delivery::{Claim, LedgerError, Record};

use super::conflict::past_conflicts;
use super::words::{Change, Words};
use super::{DynamoLedger, explain, item};

pub(super) async fn take_over(
    ledger: &DynamoLedger,
    claim: &Claim,
    seen: &Record,
) -> Result<Option<Record>, LedgerError> {
    let mut change = Change::default();
    change.set(item::LEASE_OWNER, item::text(&claim.owner));
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
    let update = ledger.client.update_item().table_name(&ledger.table);
    let update = update.key(item::PK, item::of_alert(&claim.key));
    let update = update.update_expression(change.expression()).condition_expression(conditions.join(" AND "));
    let update = update.set_expression_attribute_names(change.words.names());
    let update = update.set_expression_attribute_values(change.words.values());
    let update = update.return_values(ReturnValue::AllOld);
    match past_conflicts(&claim.owner, || update.clone().send()).await {
        Ok(answer) => answer.attributes.map_or(Ok(None), |item| item::record(&item, claim.now)),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(None),
            _ => Err(explain(&error)),
        },
    }
}

fn same_lease(words: &mut Words, seen: &Record) -> Vec<String> {
    match &seen.lease {
        Some(lease) => vec![
            words.compare(item::LEASE_OWNER, "=", item::text(&lease.owner)),
            words.compare(item::LEASE_UNTIL, "=", item::millis(lease.until)),
        ],
        None => [("attribute_exists", item::PK), ("attribute_not_exists", item::LEASE_OWNER)]
            .map(|(function, name)| format!("{function}({})", words.name(name)))
            .into(),
    }
}
