//! Which channels an alert is owed. Pure.

use alert::Alert;

use crate::config::{Config, Route, When};

/// The channels that an alert is owed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The routes that matched, counted from 0 in the order of the configuration. Empty: none did, so every channel is owed.
    pub routes: Vec<usize>,
    /// Failover groups, each tried in order until a member has reached everybody; most have one member.
    pub groups: Vec<Vec<String>>,
}

/// Finds the routes of an alert. An alert that none matches goes to every channel: a gap in the configuration drops nothing.
pub fn route(alert: &Alert, config: &Config) -> Owed {
    let mut routes = Vec::new();
    for (index, route) in config.routes.iter().enumerate() {
        if matches(&route.when, alert) {
            routes.push(index);
            if !route.goes_on {
                break;
            }
        }
    }
    let notify = routes.iter().filter_map(|index| config.routes.get(*index)).flat_map(|route| route.notify.clone());
    let groups = if routes.is_empty() { everybody(config) } else { merge(notify) };
    Owed { routes, groups }
}

/// The same groups without channels that are known to be broken, so that none is asked to carry news of its own fault. Where
/// nothing is left of them, every other channel is owed it; where there is no other, nothing changes.
pub(crate) fn around(groups: Vec<Vec<String>>, broken: &[String], config: &Config) -> Vec<Vec<String>> {
    let without = |groups: Vec<Vec<String>>| -> Vec<Vec<String>> {
        let works = |group: Vec<String>| group.into_iter().filter(|name| !broken.contains(name)).collect::<Vec<_>>();
        groups.into_iter().map(works).filter(|group| !group.is_empty()).collect()
    };
    let (left, others) = (without(groups.clone()), without(everybody(config)));
    [left, others].into_iter().find(|groups| !groups.is_empty()).unwrap_or(groups)
}

fn matches(when: &When, alert: &Alert) -> bool {
    fn any<T: PartialEq>(wanted: &[T], actual: Option<&T>) -> bool {
        wanted.is_empty() || actual.is_some_and(|actual| wanted.contains(actual))
    }
    any(&when.source, Some(&alert.source.to_owned()))
        && any(&when.severity, Some(&alert.severity))
        && any(&when.status, Some(&alert.status))
        && any(&when.account, alert.account.as_ref())
        && any(&when.region, alert.region.as_ref())
        && when.drill.is_none_or(|drill| drill == alert.drill)
}

/// Every channel; those that stand in a failover group somewhere stay one.
fn everybody(config: &Config) -> Vec<Vec<String>> {
    let in_routes = config.routes.iter().flat_map(|Route { notify, .. }| notify.clone());
    let mut groups = join(in_routes.filter(|group| group.len() > 1));
    for channel in &config.channels {
        if !groups.iter().flatten().any(|name| *name == channel.name) {
            groups.push(vec![channel.name.clone()]);
        }
    }
    groups
}

/// The groups of all routes that matched. What one of them owes by itself is owed, whatever group another has it in.
fn merge(groups: impl IntoIterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let groups: Vec<_> = groups.into_iter().collect();
    let alone: Vec<_> = groups.iter().filter(|group| group.len() == 1).flatten().cloned().collect();
    let without = |mut group: Vec<String>| {
        if group.len() > 1 {
            group.retain(|name| !alone.contains(name));
        }
        group
    };
    join(groups.into_iter().map(without).filter(|group| !group.is_empty()))
}

/// Joins groups that share a channel, since a channel is tried once; the first group's order comes first.
fn join(groups: impl IntoIterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let mut joined: Vec<Vec<String>> = Vec::new();
    for group in groups {
        let shares = |other: &Vec<String>| other.iter().any(|name| group.contains(name));
        let Some(first) = joined.iter().position(shares) else {
            joined.push(group);
            continue;
        };
        let sharing: Vec<_> = joined.extract_if(.., |other| shares(other)).collect();
        let mut members: Vec<String> = Vec::new();
        for name in sharing.into_iter().flatten().chain(group) {
            if !members.contains(&name) {
                members.push(name);
            }
        }
        joined.insert(first, members);
    }
    joined
}

#[cfg(test)]
mod tests;
