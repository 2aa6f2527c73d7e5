//! The monitor of Cost Anomaly Detection. An account may have one for all services; our subscription can join another's.

use aws::survey::{Asked, Monitor, Stack, Subscription};

use super::part::{Finding, Part, Second, State, There, Wishes};

const PART: Part = Part { name: "CostAnomaly", on: "create", off: "none", off_because: None, second: Second::Joins };
/// The parameter that names the monitor to join.
const MONITOR: &str = "CostMonitorArn";

pub(super) fn finding(monitors: &Asked<Vec<Monitor>>, wishes: &Wishes<'_>) -> Finding {
    let given = wishes.given(MONITOR).filter(|arn| !arn.is_empty());
    if let (Some(arn), None | Some("create")) = (given, wishes.given(PART.name)) {
        return PART.finding(State::Found, format!("you give {MONITOR}={arn}"));
    }
    let mut finding = wishes.decide(&PART, |stack| match monitors {
        Ok(monitors) => there(monitors, stack),
        Err(unasked) => There::Unasked(unasked.to_string()),
    });
    // The stack goes on naming one that is gone, unless it is told otherwise. The quotes are for SAM, which refuses nothing.
    let gone = wishes.stack.parameters.get(MONITOR).filter(|arn| !arn.is_empty());
    if let (State::WillBeCreated, Some(arn), Ok(_), None) = (finding.state, gone, monitors, wishes.given(MONITOR)) {
        finding.says = format!("the stack names the monitor {arn}, which is gone");
        finding.overrides.push(format!("{MONITOR}=\"\""));
    }
    finding
}

fn there(monitors: &[Monitor], stack: &Stack) -> There {
    let Some(monitor) = monitors.first() else { return There::Nothing(String::new()) };
    if let Some(ours) = monitors.iter().find(|monitor| stack.made("AWS::CE::AnomalyMonitor", &monitor.arn)) {
        return There::Ours(format!("the monitor {}, which {}", ours.name, told(ours)));
    }
    let says = format!("the monitor {}, which {}; our subscription joins it", monitor.name, told(monitor));
    There::Others(says, vec![format!("{MONITOR}={}", monitor.arn)])
}

/// Who is told of what it finds.
fn told(monitor: &Monitor) -> String {
    let subscriptions = match &monitor.subscriptions {
        Ok(subscriptions) => subscriptions,
        Err(unasked) => return format!("may tell nobody ({unasked})"),
    };
    let of = |it: &Subscription| {
        let addresses = if it.told == 1 { "1 address" } else { "addresses" };
        let count = if it.told == 1 { String::new() } else { format!("{} ", it.told) };
        format!("{count}{addresses} through {} ({})", it.name, it.frequency.to_ascii_lowercase())
    };
    let told: Vec<_> = subscriptions.iter().filter(|it| it.told > 0).map(of).collect();
    if told.is_empty() { "tells nobody".to_owned() } else { format!("tells {}", told.join(" and ")) }
}
