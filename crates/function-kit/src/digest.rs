//! What was held back, told once a minute.

use notifier::clock;
use notifier::delivery::Invocation;

use crate::handler::Handler;
use crate::metrics::Counted;
use crate::output::{InvocationError, Output};
use crate::times::Times;

impl Handler {
    /// Tells what channels have held back in the windows that are over. Whatever the schedule sends means only: now.
    ///
    /// # Errors
    /// Somebody has not been told yet, or the ledger cannot say what was held back: the next minute tries again.
    pub(crate) async fn digest(&self, id: &str, times: Times) -> Result<Output, InvocationError> {
        let notifier = self.configuration.notifier().await?;
        let invocation = Invocation { id, renewal: &self.configuration, ..Invocation::until(times.deadline) };
        let report = notifier.digest(&self.stack.region, invocation).await?;
        self.stack.metrics.write(&Counted::digest(&report, clock::now(), times.took()));
        let output = Output { report, batch_item_failures: None };
        if output.report.owed() { Err(InvocationError::Owed(Box::new(output))) } else { Ok(output) }
    }
}
