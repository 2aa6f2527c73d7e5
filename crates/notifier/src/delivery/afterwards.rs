use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio::task::JoinSet;

/// What still goes on when an invocation has answered, since nobody waits for it. Whoever gives it waits for its end before
/// the next invocation, or before the process ends.
#[derive(Debug, Default)]
pub struct Afterwards(Mutex<JoinSet<()>>);

impl Afterwards {
    /// Begins with something at once.
    pub fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).spawn(work);
    }

    /// Waits until all is done.
    pub async fn end(&self) {
        let mut all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        while all.join_next().await.is_some() {}
    }
}
