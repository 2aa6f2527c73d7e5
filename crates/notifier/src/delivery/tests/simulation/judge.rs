//! What must hold, however a schedule went.

use std::collections::HashMap;
use std::time::Duration;

use alert::Status;

use super::super::*;
use super::plan::Plan;
use super::platform::{Ended, Invoked};
use super::world::Taken;
use crate::render::Mark;

/// What asking the ledger of a last notice and recording it takes at most, behind the deadline.
const RECORDING: Duration = Duration::from_millis(1_100);

pub(super) fn faults(plan: &Plan, ended: &Ended) -> Vec<String> {
    let mut faults = Vec::new();
    faults.extend(ended.owed.iter().map(|chain| format!("something is owed for ever: {chain:?}")));
    for Invoked { report, overtime, frozen, .. } in &ended.invocations {
        if !frozen && *overtime > RECORDING {
            faults.push(format!("an invocation took {overtime:?} more than it had: {report:?}"));
        }
    }
    for alert in &plan.alerts {
        faults.extend(forgotten(plan, ended, alert));
        faults.extend(doubled(plan, ended, alert));
    }
    faults
}

/// Everybody has the alert, by one channel of each group, unless all of them refused, or a digest will tell it.
fn forgotten(plan: &Plan, ended: &Ended, alert: &Alert) -> Vec<String> {
    let taken = taken(ended, alert);
    let refused = ended.world.refused.lock().unwrap();
    let record = ended.records.get(&alert.key);
    let held_back = |channel: &str| {
        let entries = record.iter().flat_map(|record| &record.entries);
        entries.filter(|(slot, _)| slot.channel == channel).any(|(_, entry)| entry.state == State::Suppressed)
    };
    let mut faults = Vec::new();
    let mut somebody = false;
    for group in groups(plan) {
        let told = group.iter().filter(|name| !is_silent(plan, alert, name));
        let reached = told.clone().any(|name| taken.iter().any(|taken| taken.channel == *name));
        let excused =
            group.iter().any(|name| refused.contains(&(*name, alert.key.digest().to_owned())) || held_back(name));
        // A free channel that was in doubt twice is left alone where somebody has the alert; the report says so.
        let reports = ended.invocations.iter().flat_map(|it| &it.report.alerts).filter(|it| it.key == alert.key);
        let in_doubt = reports
            .flat_map(|report| &report.deliveries)
            .any(|delivery| delivery.outcome == Outcome::Uncertain && group.contains(&delivery.channel.as_str()));
        somebody |= reached || group.iter().any(|name| held_back(name));
        if told.count() > 0 && !reached && !excused && !in_doubt {
            faults.push(format!("{group:?} was not told of {}", alert.key));
        }
    }
    let all_silent = groups(plan).iter().flatten().all(|name| is_silent(plan, alert, name));
    if !somebody && !all_silent {
        faults.push(format!("nobody was told of {}", alert.key));
    }
    faults
}

/// Nobody gets the same alert twice from one group without a word about it, and nobody pays for it twice.
fn doubled(plan: &Plan, ended: &Ended, alert: &Alert) -> Vec<String> {
    // Without an answer of the ledger nobody can know; the report says so.
    if ended.ledger.unguarded.lock().unwrap().contains(&alert.key) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let taken = taken(ended, alert);
    for group in groups(plan) {
        let mut unmarked: HashMap<&str, usize> = HashMap::new();
        for taken in taken.iter().filter(|taken| group.contains(&taken.channel)) {
            let again = unmarked.entry(&taken.to).or_default();
            if *again > 0 && taken.mark == Mark::First {
                faults.push(format!("{:?} was told twice of {}: {taken:?}", taken.to, alert.key));
            }
            *again += 1;
        }
        for name in group.iter().filter(|name| is_paid(plan, name)) {
            let mut paid: HashMap<&str, usize> = HashMap::new();
            for taken in taken.iter().filter(|taken| taken.channel == *name) {
                *paid.entry(&taken.to).or_default() += 1;
            }
            if let Some((to, count)) = paid.iter().find(|(_, count)| **count > 1) {
                faults.push(format!("{name} was paid {count} times for {to} and {}", alert.key));
            }
        }
    }
    faults
}

fn taken(ended: &Ended, alert: &Alert) -> Vec<Taken> {
    let taken = ended.world.taken.lock().unwrap();
    taken.iter().filter(|taken| taken.reference == alert.key.digest()).cloned().collect()
}

fn groups(plan: &Plan) -> Vec<Vec<&str>> {
    let groups: Vec<serde_json::Value> = serde_json::from_str(plan.notify).unwrap();
    let names: Vec<_> = plan.channels.iter().map(|channel| channel.name).collect();
    let name = |value: &serde_json::Value| *names.iter().find(|name| Some(**name) == value.as_str()).unwrap();
    groups
        .iter()
        .map(|group| group.as_array().map_or_else(|| vec![name(group)], |it| it.iter().map(name).collect()))
        .collect()
}

fn is_paid(plan: &Plan, name: &str) -> bool {
    plan.channels.iter().any(|channel| channel.name == name && channel.paid)
}

/// Paid texts do not say what is over.
fn is_silent(plan: &Plan, alert: &Alert, name: &str) -> bool {
    alert.status == Status::Resolved && is_paid(plan, name)
}
