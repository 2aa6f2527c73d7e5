use alert::{Identity, Severity, Status};
use notifier::delivery::RecipientReport;

use super::*;

fn delivery(channel: &str, outcome: Outcome) -> Delivery {
    let attempts = u32::from(!matches!(
        outcome,
        Outcome::Skipped | Outcome::Duplicate | Outcome::Suppressed | Outcome::Undelivered
    ));
    Delivery {
        channel: channel.to_owned(),
        outcome,
        attempts,
        possible_repeat: false,
        provider_id: None,
        error: None,
        note: None,
        recipients: Vec::new(),
    }
}

fn alert(name: &str, deliveries: &[(&str, Outcome)]) -> AlertReport {
    let identity = Identity { source: "root-login", drill: false, account: None, region: None };
    AlertReport {
        key: identity.key(&[name]),
        source: "root-login",
        severity: Severity::Critical,
        status: Status::Notice,
        drill: false,
        unguarded: false,
        late_minutes: None,
        deliveries: deliveries.iter().map(|(channel, outcome)| delivery(channel, *outcome)).collect(),
        owed: false,
    }
}

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_800_000_000_000 + milliseconds).unwrap()
}

/// All of the alerts happened at the start of the clock, and 2.5 s later everybody was told.
fn counted(report: &Report) -> Counted<'_> {
    Counted {
        report,
        times: report.alerts.iter().map(|alert| (&alert.key, at(0))).collect(),
        known: BTreeSet::new(),
        redelivered: false,
        ended: at(2_500),
        took: Duration::from_millis(480),
    }
}

/// What CloudWatch would not take: the rules of the specification's JSON schema, and those that stand in its text only.
fn faults(line: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |holds: bool, rule: &str| {
        if !holds {
            faults.push(format!("{rule}: {line}"));
        }
    };
    let name = |value: &Value| value.as_str().is_some_and(|name| (1..=255).contains(&name.len()));
    check(line["_aws"]["Timestamp"].is_i64() || line["_aws"]["Timestamp"].is_u64(), "a whole number of milliseconds");
    check(line.to_string().len() < 262_144 && !line.to_string().contains('\n'), "one line of 256 KB");
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    check(!directives.is_empty(), "at least one directive");
    for directive in directives {
        check(name(&directive["Namespace"]), "a namespace");
        let sets = directive["Dimensions"].as_array().unwrap();
        check(!sets.is_empty(), "at least one set of dimensions");
        for set in sets.iter().map(|set| set.as_array().unwrap()) {
            check(set.len() <= 9, "nine dimensions");
            for dimension in set {
                check(
                    name(dimension) && name(&line[dimension.as_str().unwrap()]),
                    "a dimension has a text as its value",
                );
            }
        }
        let metrics = directive["Metrics"].as_array().unwrap();
        check((1..=100).contains(&metrics.len()), "a hundred metrics");
        for metric in metrics {
            check(name(&metric["Name"]), "a metric has a name");
            check(["Count", "Milliseconds"].iter().any(|unit| metric["Unit"] == *unit), "a unit of CloudWatch");
            let value = &line[metric["Name"].as_str().unwrap()];
            let list = value.as_array();
            let numbers = list.is_some_and(|list| (1..=100).contains(&list.len()) && list.iter().all(Value::is_number));
            check(value.is_number() || numbers, "a number, or a list of a hundred");
        }
    }
    faults
}

fn valid_lines(counted: &Counted<'_>) -> Vec<Value> {
    let lines = lines("bongsu", counted);
    let faults: Vec<_> = lines.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    lines
}

#[test]
fn the_lines_are_those_of_the_embedded_metric_format() {
    use Outcome::{Accepted, Duplicate, Skipped, Suppressed, Unauthorized};
    let unguarded = AlertReport { unguarded: true, ..alert("a", &[("tg", Accepted), ("sms", Unauthorized)]) };
    let report = Report {
        alerts: vec![
            unguarded,
            alert("b", &[("tg", Suppressed), ("sms", Unauthorized), ("mail", Skipped)]),
            alert("c", &[("tg", Duplicate)]),
        ],
        ignored: Vec::new(),
        notices: vec![alert("notice", &[("tg", Accepted)])],
    };
    let lines: Vec<_> = valid_lines(&counted(&report)).iter().map(Value::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

fn root(report: &Report) -> Value {
    valid_lines(&counted(report)).remove(0)
}

#[test]
fn a_channel_that_refused_everything_is_counted_and_one_that_took_something_is_not() {
    use Outcome::{Accepted, Duplicate, Rejected, Unauthorized, Unavailable, Undelivered};
    let cases = [
        ([("tg", Rejected), ("sms", Unauthorized)], ("tg", Unauthorized), 2),
        ([("tg", Rejected), ("sms", Unauthorized)], ("tg", Accepted), 1),
        ([("tg", Rejected), ("sms", Unauthorized)], ("tg", Unavailable), 1),
        ([("tg", Rejected), ("sms", Unauthorized)], ("tg", Duplicate), 2),
        ([("tg", Accepted), ("sms", Duplicate)], ("tg", Rejected), 0),
        ([("tg", Duplicate), ("sms", Undelivered)], ("tg", Duplicate), 1),
    ];
    for (first, second, expected) in cases {
        let report = Report { alerts: vec![alert("a", &first), alert("b", &[second])], ..Report::default() };
        assert_eq!(root(&report)["RefusedChannels"], expected, "{first:?} {second:?}");
    }
    let mut half = alert("a", &[("sms", Rejected)]);
    let line = |outcome| RecipientReport { to: String::new(), outcome, provider_id: None, error: None };
    half.deliveries[0].recipients = vec![line(Rejected), line(Accepted)];
    assert_eq!(root(&Report { alerts: vec![half], ..Report::default() })["RefusedChannels"], 0);
}

#[test]
fn a_drill_counts_but_not_for_the_time_that_it_took_since_it_happened() {
    let drill = AlertReport { drill: true, ..alert("a", &[("tg", Outcome::Accepted), ("sms", Outcome::Unauthorized)]) };
    let root = root(&Report { alerts: vec![drill], ..Report::default() });
    assert_eq!((&root["Alerts"], &root["Unauthorized"]), (&json!(1), &json!(1)));
    assert_eq!(root["LatencyFromInvocation"], 480);
    assert!(root.get("LatencyFromEvent").is_none());
}

#[test]
fn a_clock_that_is_ahead_of_ours_is_no_negative_time() {
    let report = Report { alerts: vec![alert("a", &[("tg", Outcome::Accepted)])], ..Report::default() };
    let counted = Counted { ended: at(-700), ..counted(&report) };
    assert_eq!(valid_lines(&counted)[0]["LatencyFromEvent"], json!([0]));
}

#[test]
fn nobody_was_told_now_so_there_is_no_time_to_tell() {
    let report = Report { alerts: vec![alert("a", &[("tg", Outcome::Duplicate)])], ..Report::default() };
    let root = root(&report);
    assert!(root.get("LatencyFromEvent").is_none() && root.get("LatencyFromInvocation").is_none());
    assert_eq!(root["Alerts"], 1);
}

#[test]
fn what_comes_from_the_queue_of_undelivered_events_is_redelivered_and_a_follow_up_is_not() {
    let report = Report {
        alerts: vec![alert("a", &[("tg", Outcome::Accepted)]), alert("b", &[("tg", Outcome::Accepted)])],
        ..Report::default()
    };
    let counted = Counted { redelivered: true, known: BTreeSet::from([&report.alerts[1].key]), ..counted(&report) };
    let root = valid_lines(&counted).remove(0);
    assert_eq!((&root["Redelivered"], &root["Alerts"]), (&json!(1), &json!(1)));
    assert_eq!(root["LatencyFromEvent"], json!([2_500]));
}

#[test]
fn a_channel_may_be_called_anything() {
    let long = "가".repeat(100);
    let report = Report {
        alerts: ["텔레그램", "", &long].map(|name| alert(name, &[(name, Outcome::Accepted)])).into(),
        ..Report::default()
    };
    let lines = valid_lines(&counted(&report));
    let names: Vec<_> = lines[1..].iter().map(|line| line["Channel"].as_str().unwrap()).collect();
    assert!(names.iter().all(|name| name.is_ascii()), "{names:?}");
    assert_eq!(names.len(), 3);
}

#[test]
fn more_latencies_than_a_line_may_hold_are_more_lines() {
    let alerts = (0..250).map(|place| alert(&place.to_string(), &[("tg", Outcome::Accepted)]));
    let report = Report { alerts: alerts.collect(), ..Report::default() };
    let lines = valid_lines(&counted(&report));
    let held: Vec<_> = lines.iter().filter_map(|line| Some(line.get("LatencyFromEvent")?.as_array()?.len())).collect();
    assert_eq!(held, [100, 100, 50]);
}
