//! The monitor of costs, of which an account has one.

use super::*;

#[test]
fn of_a_monitor_it_is_said_whom_it_tells() {
    let unknown = Monitor { subscriptions: Err(DENIED), ..monitor(0) };
    let none = Monitor { subscriptions: Ok(vec![]), ..monitor(0) };
    let cases = [
        (monitor(1), "tells 1 address through s (daily)"),
        (monitor(2), "tells 2 addresses through s (daily)"),
        (monitor(0), "tells nobody;"),
        (none, "tells nobody;"),
        (unknown, "may tell nobody (access denied: you need some:Right)"),
    ];
    for (monitor, words) in cases {
        let (state, says, ..) = part(&with_monitors(&[monitor]), &[], "CostAnomaly");
        assert_eq!(state, State::Found);
        assert!(says.contains(words), "{says}");
    }
}

#[test]
fn a_monitor_that_is_given_is_not_looked_for_and_one_that_is_gone_is_no_longer_named() {
    let survey = with_once(|once| once.monitors = Err(DENIED));
    assert_eq!(printed(&survey, &[("CostMonitorArn", ARN)]).unwrap(), "");
    assert_eq!(printed(&survey, &[("CostAnomaly", "none"), ("CostMonitorArn", ARN)]).unwrap(), "");
    assert!(printed(&survey, &[("CostMonitorArn", "")]).is_err());
    // Whoever wants it still gets it by the one that there is.
    let survey = with_monitors(&[monitor(1)]);
    assert_eq!(printed(&survey, &[("CostAnomaly", "create")]).unwrap(), format!("CostMonitorArn={ARN}"));
    let mut survey = nothing();
    survey.stack = Ok(Some(stack(&[], &[("CostMonitorArn", ARN)])));
    assert_eq!(part(&survey, &[], "CostAnomaly").0, State::WillBeCreated);
    assert_eq!(printed(&survey, &[]).unwrap(), "CostMonitorArn=\"\"");
    assert_eq!(printed(&survey, &[("CostAnomaly", "none")]).unwrap(), "");
}
