//! The stack's own alarms, which do not pass through its functions.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, OTHER_FUNCTIONS};

use super::words::Witness;
use super::{HOME, MAIL, QUEUED, starts};

#[test]
fn every_alarm_of_the_stack_is_mailed_past_its_functions() {
    let account = Account::open();
    account.deploy(HOME.environment, &[HOME.scope, MAIL]);
    let witness = Witness::of(&account, HOME.region);
    let alarms = account.aws(HOME.region, "cloudwatch", "describe_alarms", &json!({}));
    let alarms = alarms["MetricAlarms"].as_array().unwrap();
    for alarm in alarms {
        // MiniStack knows no metrics of SQS, and takes those of one function for those of all.
        let state = json!({ "AlarmName": alarm["AlarmName"], "StateValue": "ALARM", "StateReason": "a test" });
        account.aws(HOME.region, "cloudwatch", "set_alarm_state", &state);
    }
    let mails: BTreeSet<_> = witness.mails.receive(alarms.len()).iter().map(alarm_of).collect();
    let of_the_stack = [
        "dead-letters",
        "undelivered-events",
        "undelivered-events-failing",
        "throttles",
        "unauthorized",
        "refused-channels",
    ];
    let of_queues = QUEUED.iter().map(|source| format!("{source}-events"));
    // Only the stack for all takes what others forward.
    let others = OTHER_FUNCTIONS.iter().filter(|name| **name != "forwarded");
    let functions = HOME.sources.iter().chain(others);
    let of_functions = functions.map(|name| format!("{name}-errors"));
    let expected = of_the_stack.map(str::to_owned).into_iter().chain(of_queues).chain(of_functions);
    assert_eq!(mails, expected.map(|alarm| format!("bongsu-{alarm}")).collect());
    for source in HOME.sources {
        assert_eq!(starts(&account, HOME.region, source), 0, "{source}");
    }
}

/// The alarm that a mail of CloudWatch is about.
fn alarm_of(mail: &Value) -> String {
    let message: Value = serde_json::from_str(text(&mail["Message"])).unwrap();
    assert_eq!(message["NewStateValue"], "ALARM");
    text(&message["AlarmName"]).to_owned()
}
