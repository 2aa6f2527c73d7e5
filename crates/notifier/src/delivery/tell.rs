//! An alert for channels that its sender names.

use alert::Alert;

use super::{Invocation, Notifier, Report};
use crate::route::around;

impl Notifier {
    /// Delivers an alert to these channels, each by itself, or by the routes where none is named.
    pub async fn tell(&self, alert: &Alert, channels: &[String], invocation: Invocation<'_>) -> Report {
        if channels.is_empty() {
            return self.deliver(std::slice::from_ref(alert), invocation).await;
        }
        let groups = channels.iter().map(|channel| vec![channel.clone()]).collect();
        let groups = around(groups, invocation.broken, &self.config);
        let told = self.deliver_to(alert, &groups, invocation).await;
        Report { alerts: told.into_iter().collect(), ..Report::default() }
    }
}
