//! An alert that was made up, told to nobody, while SSM is asked for the configuration and the CPU has nothing to do.
//!
//! Whatever a program does for the first time is slow: its pages are read, tables are made, memory is fetched. A function
//! has a whole CPU only until its first event, so all that comes first in an alert comes before that.

use std::sync::Arc;
use std::time::Duration;

use notifier::delivery::{Invocation, MemoryLedger};
use notifier::http::Http;
use notifier::provider::Clients;
use notifier::{Config, Notifier, Variables, clock};
use tokio::time::timeout;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use crate::output::Output;
use crate::task::Task;

/// With a channel of each type.
const CONFIGURATION: &str = include_str!("../../../bongsu.example.toml");
const EVENT: &[u8] = include_bytes!("../../../events/root-login/success-without-mfa.json");
/// Enough for one attempt at each channel, which fails at once, and for no second one.
const DEADLINE: Duration = Duration::from_millis(300);

/// Reads, routes and words an alert, and lets every provider send it with a client that reaches nobody. Nobody hears of it.
pub(crate) async fn run(task: Task, clients: Clients) {
    // Nor may anybody read of it in the log.
    let output = rehearse(task, clients).with_subscriber(NoSubscriber::default()).await;
    // What is never used would not be made.
    std::hint::black_box(serde_json::to_vec(&output).ok());
}

async fn rehearse(task: Task, clients: Clients) -> Option<Output> {
    let clients = Clients { http: Http::unplugged(), ..clients };
    let mut config = Config::parse(CONFIGURATION, &Variables::new([]).with_invented_values()).ok()?;
    // None is left for when another fails.
    for route in &mut config.routes {
        route.notify = route.notify.concat().into_iter().map(|name| vec![name]).collect();
    }
    let reading = task.read(EVENT, &config.policy);
    let notifier = Notifier::new(config, &clients, Arc::new(MemoryLedger::default()));
    let alerts: Vec<_> = reading.items.iter().flat_map(|item| item.outcome.alerts().to_vec()).collect();
    let delivery = notifier.deliver(&alerts, Invocation::until(clock::instant() + DEADLINE));
    // It ends at once, or not at all.
    let report = timeout(Duration::ZERO, delivery).await.ok()?;
    Some(Output { report, batch_item_failures: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_channel_is_rehearsed_at_once_by_functions_of_all_kinds_and_reaches_nobody() {
        for task in [
            Task::Source(&sources::root_login::SOURCE),
            Task::Source(&sources::budget::SOURCE),
            Task::Forwarded(sources::ALL),
        ] {
            let clients = Clients { http: Http::unplugged(), credentials: None };
            let output = rehearse(task, clients).await.expect("an end");
            let [alert] = &output.report.alerts[..] else { panic!("one alert") };
            let channels: Vec<_> = alert.deliveries.iter().map(|it| (it.channel.as_str(), it.attempts)).collect();
            assert_eq!(
                channels,
                [("telegram-ops", 1), ("sms-nhn", 1), ("sms-solapi", 1), ("mail", 1)],
                "{}",
                task.name()
            );
        }
    }
}
