//! Claims an alert in one call, together with what it says of the thing that it is about.

use jiff::Timestamp;
use notifier::delivery::{Begun, Claim, Fire, LedgerError, Record, Standing, Track};
use serde_json::{Value, json};

use super::conflict::{TRIES, past_conflicts, pause};
use super::item::{self, Item};
use super::step::{Step, Steps, put};
use super::words::Words;
use super::{CONDITION_FAILED, DynamoLedger, explain, old_item};

/// How a transaction ended.
enum Ended {
    Written,
    /// The alert is claimed already.
    Known(Box<Record>),
    /// With the thing it is not as the step supposes, but so.
    Otherwise(Option<Fire>),
    /// Somebody else is at work on the alert or the thing.
    Conflict,
}

impl DynamoLedger {
    /// Claims an alert that is about nothing that goes on.
    pub(super) async fn claim(&self, claim: &Claim) -> Result<Begun, LedgerError> {
        let mut words = Words::default();
        let condition = words.gone(claim.now);
        let put = put(&self.table, item::claimed(claim)?, &words, condition).into();
        let Err(error) = past_conflicts(&claim.owner, || self.client.call("PutItem", &put)).await else {
            return Ok(Begun::New(Standing::News));
        };
        if error.code() == Some(CONDITION_FAILED) {
            return Ok(Begun::Known(Box::new(known(old_item(&error), claim.now)?)));
        }
        Err(explain(&error))
    }

    /// Claims an alert, and remembers what it says of a thing. The first try supposes the plain case, which is one call;
    /// where it is otherwise, DynamoDB's answer tells how, and a second call settles it.
    pub(super) async fn claim_and_judge(&self, claim: &Claim, track: &Track) -> Result<Begun, LedgerError> {
        let steps = Steps { table: &self.table, track, now: claim.now, forget_at: claim.forget_at };
        let mut step = steps.plain();
        for attempt in 1..=TRIES {
            match self.transact(claim, &step).await? {
                Ended::Written => return Ok(Begun::New(step.standing)),
                Ended::Known(record) => return Ok(Begun::Known(record)),
                Ended::Conflict => pause(&claim.owner, attempt).await,
                Ended::Otherwise(old) => match steps.after(old.as_ref()) {
                    Some(next) => step = next,
                    None => return Ok(Begun::NotFiring),
                },
            }
        }
        Err(LedgerError("too many are at work on the same alert or the same thing".to_owned()))
    }

    async fn transact(&self, claim: &Claim, step: &Step) -> Result<Ended, LedgerError> {
        let mut words = Words::default();
        let condition = words.gone(claim.now);
        let alert = put(&self.table, item::claimed(claim)?, &words, condition).part("Put");
        let transaction = json!({ "TransactItems": [alert, step.write] });
        let Err(error) = self.client.call("TransactWriteItems", &transaction).await else { return Ok(Ended::Written) };
        if error.code() != Some("TransactionCanceledException") {
            return Err(explain(&error));
        }
        let reasons = error.refusal().and_then(|refusal| refusal.body.get("CancellationReasons")?.as_array());
        ended(reasons.map(Vec::as_slice).unwrap_or_default(), claim.now)
    }
}

/// The reasons are in the order of the parts.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html>
fn ended(reasons: &[Value], now: Timestamp) -> Result<Ended, LedgerError> {
    let code = |reason: &Value| reason.get("Code").and_then(Value::as_str).unwrap_or_default().to_owned();
    let failed = |reason: &Value| code(reason) == "ConditionalCheckFailed";
    let item = |reason: &Value| reason.get("Item").and_then(Value::as_object).cloned();
    match reasons {
        [alert, _] if failed(alert) => Ok(Ended::Known(Box::new(known(item(alert).as_ref(), now)?))),
        _ if reasons.iter().any(|reason| code(reason) == "TransactionConflict") => Ok(Ended::Conflict),
        [_, fire] if failed(fire) => {
            Ok(Ended::Otherwise(item(fire).map(|old| item::fire(&old, now)).transpose()?.flatten()))
        }
        _ => {
            let codes: Vec<_> = reasons.iter().map(code).collect();
            Err(LedgerError(format!("DynamoDB cancelled a transaction: {}", codes.join(", "))))
        }
    }
}

/// The alert that stood in the way.
fn known(item: Option<&Item>, now: Timestamp) -> Result<Record, LedgerError> {
    let record = item.map(|item| item::record(item, now)).transpose()?.flatten();
    record.ok_or_else(|| LedgerError("DynamoDB does not say what is known of the alert".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(code: &str) -> Value {
        json!({ "Code": code })
    }

    fn of(codes: [&str; 2]) -> Result<Ended, LedgerError> {
        ended(&codes.map(reason), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_conflict_is_tried_again_before_anything_is_concluded_from_the_other_part() {
        assert!(matches!(of(["TransactionConflict", "None"]), Ok(Ended::Conflict)));
        assert!(matches!(of(["None", "TransactionConflict"]), Ok(Ended::Conflict)));
        assert!(matches!(of(["TransactionConflict", "ConditionalCheckFailed"]), Ok(Ended::Conflict)));
    }

    #[test]
    fn a_thing_of_which_nothing_is_known_any_more_is_otherwise_too() {
        assert!(matches!(of(["None", "ConditionalCheckFailed"]), Ok(Ended::Otherwise(None))));
    }

    #[test]
    fn any_other_reason_is_an_error_that_names_it() {
        let Err(error) = of(["None", "ThrottlingError"]) else { panic!("no error") };
        assert!(error.to_string().contains("ThrottlingError"), "{error}");
    }
}
