//! What is done with each event of an invocation.

use alert::{Alert, Text};
use sources::Reading;

/// What is done with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Its alerts are delivered.
    Deliver(Manner),
    /// Nothing, and this is why.
    Leave(&'static str),
    /// Nothing now: its message comes again.
    Again,
}

/// How alerts are delivered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Manner {
    /// Why they come late.
    pub(crate) why_late: Option<Text>,
    /// Whether providers are asked what became of paid texts.
    pub(crate) receipts: bool,
}

/// The alerts that are delivered, those of one manner together, each in order.
pub(crate) fn deliveries(reading: &Reading, plans: &[Plan]) -> Vec<(Manner, Vec<Alert>)> {
    let mut groups: Vec<(Manner, Vec<Alert>)> = Vec::new();
    for (item, plan) in reading.items.iter().zip(plans) {
        let Plan::Deliver(manner) = plan else { continue };
        match groups.iter_mut().find(|(other, _)| other == manner) {
            Some((_, group)) => group.extend_from_slice(item.outcome.alerts()),
            None => groups.push((*manner, item.outcome.alerts().to_vec())),
        }
    }
    groups
}
