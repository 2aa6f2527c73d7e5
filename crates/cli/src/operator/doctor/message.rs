//! `--send`: one message through each channel, marked as a drill.

use std::sync::Arc;
use std::time::Duration;

use alert::{Alert, Fact, Identity, Severity, Status, Text, Throttle};
use notifier::delivery::{Invocation, MemoryLedger, Outcome};
use notifier::provider::Clients;
use notifier::{Config, Notifier, Report, clock};

/// As long as a function has.
const TIME: Duration = Duration::from_secs(28);

/// Sends it, and says what became of it. Without routes, each channel has to take it by itself.
pub(super) async fn send(mut config: Config, clients: &Clients) -> Report {
    config.routes.clear();
    let notifier = Notifier::new(config, clients, Arc::new(MemoryLedger::default()));
    notifier.deliver(&[alert()], Invocation::until(clock::instant() + TIME)).await
}

/// Whether every channel took it.
pub(super) fn arrived(report: &Report) -> bool {
    let deliveries = report.alerts.iter().flat_map(|alert| &alert.deliveries);
    deliveries.into_iter().all(|delivery| delivery.outcome == Outcome::Accepted)
}

fn alert() -> Alert {
    let now = clock::now();
    let identity = Identity { source: "doctor", drill: true, account: None, region: None };
    Alert {
        source: "doctor",
        severity: Severity::Info,
        status: Status::Notice,
        drill: true,
        key: identity.key(&[&now.to_string()]),
        fingerprint: identity.fingerprint(&[]),
        throttle: Throttle::Never,
        free_only: false,
        only_if_firing: false,
        mailed_by: None,
        title: Text::new("시험 메시지입니다", "This is a test message"),
        subject: None,
        account: None,
        region: None,
        time: Some(now),
        facts: vec![Fact::foreign(Text::new("보낸 명령", "Sent by"), "bongsu doctor --send").brief()],
        advice: Text::new("할 일은 없습니다.", "There is nothing to do."),
        links: Vec::new(),
        raw: String::new(),
    }
}
