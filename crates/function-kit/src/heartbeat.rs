//! Whether bongsu itself works: once an hour what `bongsu doctor` shows is looked at, and what is not well becomes an event,
//! which is read like any other. What nobody could say changes nothing.
//!
//! People are told once of what lasts, since its alert has the same key, made of when it began, which the ledger knows; and
//! that it is over. Whatever was owed somebody of it, the next hour tries again.

use std::time::Duration;

use alert::Status;
use aws::Operator;
use doctor::{Chain, Check, Finding};
use futures::future::{BoxFuture, join_all};
use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::Context;
use notifier::config::Every;
use notifier::delivery::{Invocation, Ledger, Track};
use notifier::health::{State, Words};
use notifier::{Config, Notifier, clock};
use serde_json::Value;
use sources::heartbeat::{self, Beat, Count};
use tokio::time::timeout;

use crate::environment::Environment;
use crate::handler::Handler;
use crate::metrics::Counted;
use crate::output::{InvocationError, Output};
use crate::times::Times;

/// How long everybody together may take to answer.
const EXAMINED: Duration = Duration::from_secs(18);
/// How long the ledger may take to say since when something is so.
const LEDGER_ASKED: Duration = Duration::from_secs(1);
/// How many questions it is asked at once: each more would open a connection of its own.
const AT_ONCE: usize = 8;
/// How long the ledger may take to be counted.
const COUNTED: Duration = Duration::from_secs(3);
/// The hour of the day, in the configuration's time zone, at which the regular beat is told.
const HOUR: i8 = 9;

/// Who is asked. Only the function that looks names them, so that no other binary has the clients of these services in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask {
    /// Looks at the whole chain.
    pub(crate) examine: for<'a> fn(&'a Environment, &'a Config) -> BoxFuture<'a, Vec<Finding>>,
    /// Counts what was told since then, in all Regions with a stack.
    pub(crate) count: fn(&Environment, Timestamp) -> BoxFuture<'_, Option<Count>>,
}

/// Asks AWS and the providers.
pub(crate) fn examine<'a>(environment: &'a Environment, config: &'a Config) -> BoxFuture<'a, Vec<Finding>> {
    Box::pin(async move {
        let Environment { variables, clients, .. } = environment;
        let (operators, stack) = (operators(environment), variables.get("BONGSU_STACK").unwrap_or("bongsu"));
        let deployed = doctor::deployed(&operators, stack).await;
        let sns = variables.get("AWS_ENDPOINT_URL_SNS").or_else(|| variables.get("AWS_ENDPOINT_URL"));
        let chain = Chain { config: Some(config), clients, operators: &operators, deployed: &deployed, sns };
        doctor::examine(&chain).await
    })
}

/// Counts in the ledger of each stack.
pub(crate) fn count(environment: &Environment, since: Timestamp) -> BoxFuture<'_, Option<Count>> {
    Box::pin(async move {
        let operators = operators(environment);
        let stack = environment.variables.get("BONGSU_STACK").unwrap_or("bongsu");
        let deployed = doctor::deployed(&operators, stack).await;
        let mut count = Count::default();
        for (operator, deployed) in operators.iter().zip(&deployed) {
            let records = operator.history(deployed.output("Ledger")?, since).await;
            let records =
                records.inspect_err(|error| tracing::warn!(%error, "nobody knows how many alerts there were"));
            for record in records.ok()?.iter().filter(|record| record.summary.source != heartbeat::SOURCE.slug) {
                let grave = record.summary.severity >= alert::Severity::High;
                if record.summary.drill {
                    count.drills += 1;
                } else {
                    count.alerts += 1;
                    count.grave += usize::from(grave);
                }
            }
        }
        Some(count)
    })
}

/// One for each Region with a stack: this one, and home.
fn operators(environment: &Environment) -> Vec<Operator> {
    let Environment { variables, clients, .. } = environment;
    let Some(credentials) = &clients.credentials else { return Vec::new() };
    let regions = [variables.get("AWS_REGION"), variables.get("BONGSU_HOME_REGION")].into_iter().flatten();
    regions.map(|it| Operator::function(it, variables, credentials.clone(), clients.http.clone())).collect()
}

impl Handler {
    /// Looks at the whole chain, and tells what has changed. An event that carries a report itself, such as a drill, is read as
    /// it is.
    ///
    /// # Errors
    /// There is no configuration, or somebody has not been told: the platform must invoke us again.
    pub(crate) async fn heartbeat(
        &self,
        ask: Ask,
        payload: &[u8],
        context: &Context,
        times: Times,
    ) -> Result<Output, InvocationError> {
        let notifier = self.configuration.notifier().await?;
        let asked_by: Value = serde_json::from_slice(payload).unwrap_or_default();
        if heartbeat::is_report(&asked_by) {
            return self.work(payload, context, times).await;
        }
        let config = notifier.config();
        let examined = timeout(EXAMINED, (ask.examine)(self.configuration.environment(), config)).await;
        // Without an end in time there is no beat, and the alarm on that calls people.
        let Ok(findings) = examined else { return Err(InvocationError::Silent) };
        self.stack.metrics.beat(clock::now());
        let findings = merged(findings);
        // A second try of the same hour is no other hour.
        let time = asked_by.get("time").and_then(Value::as_str).and_then(|time| time.parse().ok());
        let now = time.unwrap_or_else(clock::now);
        let broken = broken_channels(&findings);
        let account = context.invoked_function_arn.split(':').nth(4);
        let event = |beats: &[Beat]| heartbeat::event(&asked_by, account, &self.stack.region, now, beats);
        let said: Vec<_> = findings.iter().filter(|it| it.health.asked).map(|it| beat(it, config, now)).collect();
        let changed = self.standing(&event(&said), said).await;
        let result = if changed.is_empty() {
            Ok(Output::nothing())
        } else {
            self.tell_changes(&event(&changed), &broken, context, times).await
        };
        let not_well: Vec<_> = findings.iter().filter(|it| it.health.state != State::Ok).collect();
        let not_well: Vec<_> = not_well.into_iter().map(|it| beat(it, config, now)).collect();
        self.say_that_all_is_quiet(ask, &notifier, &event(&not_well), &broken, now, result?, context, times).await
    }

    /// Of what was found, what is worth an alert: what is not well, with the time at which that began, and the end of what was
    /// not. Where the ledger does not say, what is not well is told once a day.
    async fn standing(&self, event: &Value, beats: Vec<Beat>) -> Vec<Beat> {
        let reading = self.task.read(event.to_string().as_bytes(), &alert::Policy::default());
        let ledger = &self.configuration.environment().ledger;
        let alerts: Vec<_> = reading.items.iter().flat_map(|item| item.outcome.alerts()).collect();
        let mut fires = Vec::new();
        for some in alerts.chunks(AT_ONCE) {
            // A ledger that is down is not waited for again and again.
            if fires.contains(&Err(())) {
                fires.extend(some.iter().map(|_| Err(())));
            } else {
                fires.extend(join_all(some.iter().map(|alert| since(&**ledger, alert))).await);
            }
        }
        let told = beats.into_iter().zip(fires).filter_map(|(beat, since)| match (beat.state.as_str(), since) {
            (_, Ok(Some(since))) => Some(Beat { since, ..beat }),
            ("ok", Ok(None) | Err(())) => None,
            (_, Ok(None)) => Some(beat),
            (_, Err(())) => Some(Beat { since: day(beat.since), ..beat }),
        });
        told.collect()
    }

    async fn tell_changes(
        &self,
        event: &Value,
        broken: &[String],
        context: &Context,
        times: Times,
    ) -> Result<Output, InvocationError> {
        match self.work_around(broken, event.to_string().as_bytes(), context, times).await {
            Err(InvocationError::Owed(output)) => self.hand_over(event, output, context, times).await,
            other => other,
        }
    }

    /// The regular beat, at nine in the morning. It is a comfort: what of it is not delivered is not owed.
    #[expect(
        clippy::too_many_arguments,
        reason = "it is the last step of one invocation, with all that is known by then"
    )]
    async fn say_that_all_is_quiet(
        &self,
        ask: Ask,
        notifier: &Notifier,
        event: &Value,
        broken: &[String],
        time: Timestamp,
        mut output: Output,
        context: &Context,
        times: Times,
    ) -> Result<Output, InvocationError> {
        let config = notifier.config();
        let Some((day, days)) = due(config, time) else { return Ok(output) };
        let since = time.saturating_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(time);
        let counted = timeout(COUNTED, (ask.count)(self.configuration.environment(), since)).await;
        let channels = &config.heartbeat.channels;
        let alert = heartbeat::quiet(event, &day, days, counted.ok().flatten(), !channels.is_empty());
        let renewal = &self.configuration;
        let invocation = Invocation { id: &context.request_id, renewal, broken, ..Invocation::until(times.deadline) };
        let report = notifier.tell(&alert, channels, invocation).await;
        self.stack.metrics.write(&Counted::digest(&report, clock::now(), times.took()));
        output.report.alerts.extend(report.alerts);
        output.report.notices.extend(report.notices);
        Ok(output)
    }
}

/// The day and the length of the period, where it is time for the regular beat.
fn due(config: &Config, time: Timestamp) -> Option<(String, u32)> {
    let local = time.to_zoned(config.wording.zone.clone());
    let days = match config.heartbeat.every {
        Every::Day => 1,
        Every::Week if local.weekday() == Weekday::Monday => 7,
        Every::Week | Every::Never => return None,
    };
    (local.hour() == HOUR).then(|| (local.date().to_string(), days))
}

/// Since when what an alert is about burns; `None` where it does not.
async fn since(ledger: &dyn Ledger, alert: &alert::Alert) -> Result<Option<Timestamp>, ()> {
    let Some(track) = Track::of(alert, clock::now()) else { return Err(()) };
    match timeout(LEDGER_ASKED, ledger.fire(&track)).await {
        Ok(Ok(fire)) => Ok(fire.filter(|fire| fire.status == Status::Firing).map(|fire| fire.at)),
        Ok(Err(_)) | Err(_) => Err(()),
    }
}

fn day(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second().div_euclid(86_400) * 86_400).unwrap_or(time)
}

fn beat(finding: &Finding, config: &Config, now: Timestamp) -> Beat {
    let Finding { check, subject, health } = finding;
    let language = config.wording.language;
    let state = match health.state {
        State::Ok => "ok",
        State::Warning => "warning",
        State::Broken => "broken",
    };
    Beat {
        check: check.slug().to_owned(),
        subject: subject.clone(),
        what: format!("{} {subject}", check.name().get(language)).trim_end().to_owned(),
        state: state.to_owned(),
        told: health.told.get(language).to_owned(),
        advice: health.advice.as_ref().map(|advice| advice.get(language).to_owned()),
        since: Timestamp::from_second(now.as_second()).unwrap_or(now),
    }
}

/// What is told of one channel is one thing, as bad as the worst of it. What nobody could say of a part leaves it open whether
/// the whole is well.
fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut things: Vec<Vec<Finding>> = Vec::new();
    for finding in findings {
        let same = |thing: &&mut Vec<Finding>| {
            thing.first().is_some_and(|it| it.check == finding.check && it.subject == finding.subject)
        };
        match things.iter_mut().find(same) {
            Some(thing) => thing.push(finding),
            None => things.push(vec![finding]),
        }
    }
    things.iter().filter_map(|thing| worst(thing)).collect()
}

fn worst(thing: &[Finding]) -> Option<Finding> {
    let rank = |it: &Finding| (it.health.state != State::Ok && it.health.asked, it.health.state, it.health.asked);
    let mut worst = thing.iter().max_by_key(|it| rank(it))?.clone();
    let bad = |it: &&Finding| it.health.asked && it.health.state != State::Ok;
    let first = worst.health.clone();
    for other in thing.iter().filter(bad).filter(|it| it.health != first) {
        let told = &other.health.told;
        let Words { ko, en } = &worst.health.told;
        worst.health.told = Words::new(format!("{ko} {}", told.ko), format!("{en} {}", told.en));
    }
    Some(worst)
}

/// The channels that carry nothing now.
fn broken_channels(findings: &[Finding]) -> Vec<String> {
    let is_broken = |it: &&Finding| matches!(it.check, Check::Channel(_)) && it.health.state == State::Broken;
    findings.iter().filter(is_broken).map(|it| it.subject.clone()).collect()
}
