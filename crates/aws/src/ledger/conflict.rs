//! Two calls on one item at the same time: where one is a transaction, DynamoDB refuses the other, and it may be tried
//! again at once. Whoever asks has a time limit of their own.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling>

use std::future::Future;
use std::time::Duration;

use notifier::aws::CallError;

/// How often a call is made that finds another one at work on its item.
pub(super) const TRIES: u32 = 8;
/// The first pause is about this long, and each one after it longer by the same.
const PAUSE: Duration = Duration::from_millis(8);

/// Makes a call until no transaction is at work on its item.
pub(super) async fn past_conflicts<T, F>(owner: &str, call: impl Fn() -> F) -> Result<T, CallError>
where
    F: Future<Output = Result<T, CallError>>,
{
    for attempt in 1..TRIES {
        match call().await {
            Err(error) if error.code() == Some("TransactionConflictException") => pause(owner, attempt).await,
            answer => return answer,
        }
    }
    call().await
}

/// Waits a little, everybody differently: owners are random letters and digits.
pub(super) async fn pause(owner: &str, attempt: u32) {
    let own = owner.as_bytes().get(attempt as usize).copied().unwrap_or_default() % 16;
    tokio::time::sleep(PAUSE * attempt / 2 + PAUSE * u32::from(own) / 16).await;
}
