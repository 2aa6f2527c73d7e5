//! Whether the whole chain works, from the trail to the phone: what `bongsu doctor` shows, and the function `heartbeat` watches.
//!
//! Nothing is sent and nothing is changed. Each file asks about one thing, and judges the answers in a pure function. What
//! nobody says is a warning, never well.

mod analyzer;
mod channels;
mod finding;
mod queues;
mod recorder;
mod rules;
mod stacks;
mod trail;

use aws::Operator;
use futures::future::join_all;
use notifier::Config;
use notifier::provider::Clients;

pub use finding::{Check, Finding};
pub use stacks::{Deployed, deployed};

/// What is looked at.
#[derive(Debug)]
pub struct Chain<'a> {
    /// The configuration; without one there are no channels to ask.
    pub config: Option<&'a Config>,
    /// What providers are reached with.
    pub clients: &'a Clients,
    /// Those who ask AWS, one for each Region with a stack: the first where root sign-ins are told.
    pub operators: &'a [Operator],
    /// The stacks in those Regions.
    pub deployed: &'a [Deployed],
    /// Where SNS is, when not at its usual address.
    pub sns: Option<&'a str>,
}

/// Asks everybody, all at once, and tells what was found, in the order of the chain's links.
pub async fn examine(chain: &Chain<'_>) -> Vec<Finding> {
    let Chain { config, operators, deployed, .. } = *chain;
    let ignored = config.map(|config| config.heartbeat.ignore.as_slice()).unwrap_or_default();
    let is_asked = |check: Check| !ignored.iter().any(|it| it == check.slug());
    let regions = join_all(operators.iter().zip(deployed).map(|(operator, deployed)| region(operator, deployed)));
    let trail = async {
        match operators.first().filter(|_| is_asked(Check::Trail)) {
            Some(operator) => Some(trail::find(operator).await),
            None => None,
        }
    };
    let (channels, trail, regions) = futures::join!(channels::find(chain), trail, regions);
    let stacks = stacks::judge(deployed);
    let findings = channels.into_iter().chain(stacks).chain(trail).chain(regions.into_iter().flatten());
    findings.filter(|finding| is_asked(finding.check)).collect()
}

/// What each Region has of its own.
async fn region(operator: &Operator, deployed: &Deployed) -> Vec<Finding> {
    let (recorder, analyzer, rules, queues) = futures::join!(
        recorder::find(operator),
        analyzer::find(operator),
        rules::find(operator, deployed),
        queues::find(operator, deployed)
    );
    [recorder, analyzer].into_iter().chain(rules).chain(queues).collect()
}
