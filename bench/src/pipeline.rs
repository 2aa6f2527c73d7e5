//! From bytes to texts, and from alerts to channels that take them at once.

use std::sync::Arc;
use std::time::Duration;

use alert::{Alert, Policy};
use anyhow::{Context, Result};
use async_trait::async_trait;
use jiff::SignedDuration;
use notifier::delivery::{Channel, Invocation, Limit, MemoryLedger, Report};
use notifier::error::Failure;
use notifier::provider::{Letter, Provider, Sent};
use notifier::render::{self, Document, Mark};
use notifier::{Config, Notifier, Variables, clock, route};
use secrecy::SecretString;
use sources::{ItemOutcome, root_login};

/// A root sign-in.
pub const EVENT: &[u8] = include_bytes!("../../events/root-login/success-without-mfa.json");
const EXAMPLE: &str = include_str!("../../bongsu.example.toml");

/// The configuration that the documentation shows: four channels.
///
/// # Errors
/// It has a fault.
pub fn config() -> Result<Config> {
    let variables = Variables::new([]).with_invented_values();
    Config::parse(EXAMPLE, &variables).map_err(|faults| anyhow::anyhow!("{faults}"))
}

/// The alerts in an event of the source `root-login`.
pub fn map(event: &[u8]) -> Vec<Alert> {
    let reading = sources::read(event, &[root_login::SOURCE], root_login::SOURCE.slug, &Policy::default());
    let outcomes = reading.items.into_iter().map(|item| item.outcome);
    outcomes.flat_map(|outcome| if let ItemOutcome::Alerts(alerts) = outcome { alerts } else { Vec::new() }).collect()
}

/// The texts of four channels.
pub fn render(alert: &Alert, config: &Config) -> [String; 4] {
    let document = Document::new(alert, &config.wording);
    let sms = render::sms(&document, Mark::First);
    let email = render::email(&document, Mark::First);
    [render::telegram_html(&document, Mark::First), sms.clone(), sms, email.subject + &email.body]
}

/// All that is done for one alert before anything is sent: mapping, routing, and the texts of four channels. Says how much
/// text that is, in bytes.
pub fn one_alert(event: &[u8], config: &Config) -> usize {
    let told = |alert: &Alert| {
        let groups = route::route(alert, config).groups.len();
        groups + render(alert, config).iter().map(String::len).sum::<usize>()
    };
    map(event).iter().map(told).sum()
}

/// So many alerts, each of its own.
///
/// # Errors
/// The event is no alert.
pub fn alerts(count: usize) -> Result<Vec<Alert>> {
    let text = std::str::from_utf8(EVENT)?;
    let one = |number: usize| map(text.replace("d73960ac", &format!("{number:08x}")).as_bytes()).pop();
    (0..count).map(|number| one(number).context("no alert")).collect()
}

/// So many channels that take everything at once, and a ledger in memory.
///
/// # Errors
/// The configuration has a fault.
pub fn notifier(channels: usize) -> Result<Notifier> {
    let mut config = config()?;
    config.routes.truncate(1);
    for route in &mut config.routes {
        route.when = notifier::config::When::default();
        route.notify = (0..channels).map(|number| vec![format!("channel-{number}")]).collect();
    }
    let limit = Limit { per: SignedDuration::from_hours(1), count: u32::MAX };
    let channel = |number: usize| Channel::new(&format!("channel-{number}"), true, limit, Box::new(Taker));
    Ok(Notifier::with_channels(config, (0..channels).map(channel).collect(), Arc::new(MemoryLedger::default())))
}

/// Delivers alerts, and says what became of them.
pub async fn deliver(notifier: &Notifier, alerts: &[Alert]) -> Report {
    notifier.deliver(alerts, Invocation::until(clock::instant() + Duration::from_secs(25))).await
}

/// Renders, and takes it.
#[derive(Debug)]
struct Taker;

#[async_trait]
impl Provider for Taker {
    fn secrets(&self) -> Vec<&SecretString> {
        Vec::new()
    }

    async fn send(&self, letter: &Letter<'_>) -> Result<Sent, Failure> {
        let text = render::telegram_html(letter.document, letter.mark);
        Ok(Sent::whole(Some(text.len().to_string())))
    }
}
