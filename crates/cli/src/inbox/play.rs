use std::sync::Arc;
use std::time::Duration;

use alert::Alert;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use notifier::config::Route;
use notifier::delivery::{Invocation, MemoryLedger};
use notifier::http::Http;
use notifier::provider::Clients;
use notifier::route::{Owed, route};
use notifier::{Config, Notifier, Report, clock};

use crate::event;

/// As long as a function has.
const TIME: Duration = Duration::from_secs(28);

/// An event that went through the whole pipeline.
pub(crate) struct Played {
    /// What it says.
    pub(crate) alerts: Vec<Alert>,
    /// Who is owed each of them.
    pub(crate) owed: Vec<Owed>,
    /// Why the rest of it makes none.
    pub(crate) ignored: Vec<String>,
    /// What became of it.
    pub(crate) report: Report,
    /// The routes that were asked.
    pub(crate) routes: Vec<Route>,
}

/// Plays an event.
///
/// The sandbox takes any credentials; real ones have no place here. The ledger forgets at once: many samples are the same
/// occurrence in another wrapping, and each is to be seen, as often as it is played.
pub(super) async fn play(event: &[u8], config: Config, http: &Http) -> Played {
    let reading = event::judged(event, &config.policy);
    let alerts = event::alerts(&reading);
    let (owed, routes) = (alerts.iter().map(|alert| route(alert, &config)).collect(), config.routes.clone());
    let credentials = SharedCredentialsProvider::new(Credentials::new("AKIDDEMO", "demo", None, None, "demo"));
    let clients = Clients { http: http.clone(), credentials: Some(credentials) };
    let notifier = Notifier::new(config, &clients, Arc::new(MemoryLedger::new(0)));
    let report = notifier.deliver(&alerts, Invocation::until(clock::instant() + TIME)).await;
    Played { alerts, owed, ignored: event::ignored(&reading), report, routes }
}
