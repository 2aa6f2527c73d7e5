use alert::{FactValue, Severity, Status};

use super::findings::Kind;
use super::*;
use crate::testing::assert_title_fits;

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
                      password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                      access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
                      access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
                      access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,\
                      cert_2_active,cert_2_last_rotated";
const NO_KEY: &str = "false,N/A,N/A,N/A,N/A";
const ROOT_IN_ORDER: &str = "true,2025-11-02T00:31:07Z,2023-02-01T09:12:44Z,not_supported,true";
const NOW: &str = "2026-03-09T00:00:00Z";

/// A row; `told` is from `password_enabled` to `mfa_active`.
fn row(name: &str, told: &str, key: &str) -> String {
    let arn = format!("arn:aws:iam::111122223333:user/{name}");
    format!("{name},{arn},2024-05-20T09:12:44Z,{told},{key},{NO_KEY},false,N/A,false,N/A")
}

fn root() -> String {
    row("<root_account>", ROOT_IN_ORDER, NO_KEY)
}

/// An active key that was made and used on these days; `None`: never.
fn key(made: &str, used: Option<&str>) -> String {
    let used = used.map_or_else(|| "N/A,N/A,N/A".to_owned(), |day| format!("{day}T12:00:00Z,us-east-1,s3"));
    format!("true,{made}T00:00:00Z,{used}")
}

fn with_password(used: &str, mfa: bool) -> String {
    format!("true,{used},2025-12-20T09:12:44Z,N/A,{mfa}")
}

fn report(rows: &[String]) -> String {
    [HEADER.to_owned()].iter().chain(rows).map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn event_of(rows: &[String]) -> Value {
    event(&json!({ "account": "111122223333", "time": NOW }), None, NOW.parse().unwrap(), &report(rows))
}

fn only(event: &Value, policy: &Policy) -> Alert {
    let Outcome::Alerts(mut alerts) = alerts(event, policy) else { panic!("{event}") };
    assert_eq!(alerts.len(), 1);
    alerts.remove(0)
}

fn told(rows: &[String]) -> Alert {
    only(&event_of(rows), &Policy::default())
}

/// The kinds of what is found, and of whom.
fn found(rows: &[String]) -> Vec<(Kind, String)> {
    let event = event_of(rows);
    let policy = Policy::default();
    let audit = Audit::new(&event, &policy).unwrap();
    audit.findings.iter().map(|finding| (finding.kind, finding.name.clone())).collect()
}

fn names(alert: &Alert) -> Vec<usize> {
    let count = |fact: &Fact| if let FactValue::Names(names) = &fact.value { Some(names.names.len()) } else { None };
    alert.facts.iter().filter_map(count).collect()
}

#[test]
fn every_title_fits_into_a_text_message() {
    for kind in Kind::ALL {
        assert_title_fits(wording::saying(kind).title);
    }
    assert_title_fits(wording::ALL_CLEAR.title);
    assert_title_fits(wording::NOTHING_NEW.title);
}

#[test]
fn the_kinds_stand_in_the_order_of_danger() {
    assert!(Kind::ALL.is_sorted() && Kind::ALL.is_sorted_by_key(|kind| std::cmp::Reverse(kind.severity())));
}

#[test]
fn each_problem_is_found_and_what_is_in_order_is_not() {
    let password = with_password("2026-03-05T00:31:07Z", true);
    let without = "false,N/A,N/A,N/A,false";
    let root = |told: &str, key: &str| row("<root_account>", told, key);
    let of = |row: String, kinds: &[Kind]| {
        let rows = if row.starts_with('<') { vec![row] } else { vec![self::root(), row] };
        let kinds_found: Vec<_> = found(&rows).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds_found, kinds, "{}", rows.last().unwrap());
    };
    of(self::root(), &[]);
    of(root(ROOT_IN_ORDER, &key("2026-03-08", None)), &[Kind::RootKey]);
    of(root("true,no_information,2023-02-01T09:12:44Z,not_supported,FALSE", NO_KEY), &[Kind::RootWithoutMfa]);
    of(root("not_supported,no_information,not_supported,not_supported,false", NO_KEY), &[Kind::RootWithoutMfa]);
    of(root("false,N/A,N/A,not_supported,false", NO_KEY), &[]);
    of(row("kim", &password, NO_KEY), &[]);
    of(row("kim", &with_password("2026-03-05T00:31:07Z", false), NO_KEY), &[Kind::WithoutMfa]);
    of(row("kim", without, NO_KEY), &[]);
    of(row("kim", &with_password("2025-12-08T00:00:00Z", true), NO_KEY), &[Kind::UnusedPassword]);
    of(row("kim", &with_password("2025-12-09T00:00:00Z", true), NO_KEY), &[]);
    of(row("kim", "true,no_information,2025-12-20T00:00:00Z,N/A,true", NO_KEY), &[]);
    of(row("kim", "true,no_information,2025-11-20T00:00:00Z,N/A,true", NO_KEY), &[Kind::UnusedPassword]);
    of(row("ci", without, &key("2025-12-09", Some("2026-03-08"))), &[]);
    of(row("ci", without, &key("2025-12-08", Some("2026-03-08"))), &[Kind::OldKey]);
    of(row("ci", without, &key("2025-12-10", Some("2025-12-08"))), &[Kind::UnusedKey]);
    of(row("ci", without, &key("2026-03-08", None)), &[]);
    of(row("ci", without, &key("2026-03-07", None)), &[Kind::NeverUsedKey]);
    of(row("ci", without, &key("2019-02-11", None)), &[Kind::OldKey, Kind::NeverUsedKey]);
    of(row("ci", without, &key("2019-02-11", None).replace("true", "false")), &[]);
    of(row("ci", without, &key("2019-02-11", None).replace("true", "maybe")), &[Kind::Unread]);
}

#[test]
fn the_limits_are_the_operators() {
    let rows = [root(), row("ci", "false,N/A,N/A,N/A,false", &key("2026-02-01", Some("2026-02-20")))];
    let strict = Policy { key_age_days: 30, unused_days: 10, ..Policy::default() };
    assert_eq!(told(&rows).severity, Severity::Info);
    let alert = only(&event_of(&rows), &strict);
    assert_eq!(names(&alert), [1, 1]);
    let forever = Policy { key_age_days: i64::MAX, unused_days: i64::MIN, ..Policy::default() };
    assert_eq!(names(&only(&event_of(&rows), &forever)), [1]);
}

#[test]
fn none_one_and_five_hundred_users_are_one_alert() {
    let none = told(&[root()]);
    assert!(none.free_only && none.severity == Severity::Info && none.status == Status::Notice);
    let bad = |number: usize| row(&format!("user-{number}"), &with_password("2025-01-01T00:00:00Z", false), NO_KEY);
    for users in [1, 500] {
        let rows: Vec<_> = [root()].into_iter().chain((0..users).map(bad)).collect();
        let alert = told(&rows);
        assert!(!alert.free_only && alert.severity == Severity::High);
        assert_eq!(names(&alert), [users, users]);
        assert!(alert.raw.lines().count() > users);
    }
}

#[test]
fn the_same_findings_are_the_same_alert_next_week_and_any_other_are_not() {
    let rows = |used: &str| [root(), row("ci", "false,N/A,N/A,N/A,false", &key("2025-03-02", Some(used)))];
    let alert = told(&rows("2026-03-08"));
    let mut next = event_of(&rows("2026-03-15"));
    next["time"] = json!("2026-03-16T00:00:00Z");
    next["detail"]["generatedTime"] = json!("2026-03-16T00:00:40Z");
    let next = only(&next, &Policy::default());
    assert_eq!((&next.key, &next.fingerprint), (&alert.key, &alert.fingerprint));
    // Changed, and old again a year later.
    let [root, ci] = rows("2026-03-08");
    let later = told(&[root.clone(), ci.replace("2025-03-02", "2025-04-02")]);
    let more = told(&[root.clone(), ci.clone(), ci.replace("ci", "cd")]);
    let none = told(&[root]);
    assert!([&later, &more, &none].iter().all(|other| other.key != alert.key));
    assert!([&later, &more, &none].iter().all(|other| other.fingerprint == alert.fingerprint));
}

#[test]
fn all_clear_is_said_once_a_day() {
    let at = |time: &str| {
        let mut event = event_of(&[root()]);
        event["detail"]["generatedTime"] = json!(time);
        only(&event, &Policy::default()).key
    };
    assert_eq!(at("2026-03-09T00:00:41Z"), at("2026-03-09T09:00:00+09:00"));
    assert_ne!(at("2026-03-09T00:00:41Z"), at("2026-03-16T00:00:41Z"));
}

#[test]
fn that_nothing_is_new_is_one_line_and_only_where_something_was_found() {
    let policy = Policy::default();
    let found = event_of(&[root(), row("kim", &with_password("2025-01-01T00:00:00Z", false), NO_KEY)]);
    let repeat = nothing_new(&found, &policy).unwrap();
    assert_eq!(repeat.findings, only(&found, &policy).key);
    assert_ne!(repeat.findings, repeat.alert.key);
    assert!(repeat.alert.free_only && repeat.alert.severity == Severity::Info);
    assert_eq!(nothing_new(&event_of(&[root()]), &policy), None);
    assert_eq!(nothing_new(&json!({}), &policy), None);
    let mut drill = found;
    drill["source"] = json!("drill.bongsu.credential-audit");
    assert_eq!(nothing_new(&drill, &policy), None);
}

#[test]
fn a_run_is_later_than_those_before_it_however_old_its_report_is() {
    let before = |time: &str, generated: &str| {
        let mut event = event_of(&[root(), row("kim", &with_password("2025-01-01T00:00:00Z", false), NO_KEY)]);
        event["time"] = json!(time);
        event["detail"]["generatedTime"] = json!(generated);
        nothing_new(&event, &Policy::default()).unwrap().before.to_string()
    };
    assert_eq!(before("2026-03-09T00:00:00Z", "2026-03-09T00:00:41Z"), "2026-03-09T00:00:00Z");
    assert_eq!(before("2026-03-09T00:00:00Z", "2026-03-08T21:00:00Z"), "2026-03-08T21:00:00Z");
    assert_eq!(before("?", "2026-03-08T21:00:00Z"), "2026-03-08T21:00:00Z");
}

#[test]
fn the_event_says_whose_it_is_by_the_schedule_by_the_function_or_by_the_report() {
    let generated = NOW.parse().unwrap();
    let (csv, other) = (report(&[root()]), Some("444455556666"));
    let account = |event: &Value| only(event, &Policy::default()).account;
    let schedule = json!({ "account": "111122223333", "time": "2026-03-08T23:00:00Z" });
    let made = event(&schedule, other, generated, &csv);
    assert_eq!(account(&made).as_deref(), Some("111122223333"));
    assert_eq!(made["time"], "2026-03-08T23:00:00Z");
    assert_eq!(account(&event(&json!({}), other, generated, &csv)), other.map(str::to_owned));
    assert_eq!(account(&event(&json!("now"), None, generated, &csv)).as_deref(), Some("111122223333"));
}

#[test]
fn a_user_whom_a_broken_row_hides_is_told_as_not_checked() {
    let bad = row("kim", &with_password("2026-03-05T00:31:07Z", false), NO_KEY);
    let hidden = [root(), format!("\"{bad}"), bad.clone()];
    assert!(matches!(found(&hidden).as_slice(), [(Kind::Unread, _)]), "{:?}", found(&hidden));
    let comma = [root(), bad.replace("kim", "kim,min")];
    assert!(matches!(found(&comma).as_slice(), [(Kind::Unread, name)] if name == "kim"), "{:?}", found(&comma));
    assert_eq!(found(&[bad]).last().unwrap(), &(Kind::Unread, "<root_account>".to_owned()));
}

#[test]
fn only_the_schedule_of_this_audit_is_told() {
    let schedule = |arn: &str, service: &str| json!({ "source": service, "detail-type": "Scheduled Event", "resources": [arn], "time": NOW });
    let mine = [
        ("arn:aws:events:us-east-1:111122223333:rule/bongsu-credential-audit", "aws.events"),
        ("arn:aws:scheduler:us-east-1:111122223333:schedule/default/bongsu-credential-audit", "aws.scheduler"),
    ];
    for (arn, service) in mine {
        assert_eq!(only(&schedule(arn, service), &Policy::default()).severity, Severity::Medium);
    }
    for (arn, service) in [
        ("arn:aws:events:us-east-1:111122223333:rule/bongsu-digest", "aws.events"),
        ("arn:aws:events:us-east-1:111122223333:rule/xcredential-audit", "aws.events"),
        ("bongsu-credential-audit", "aws.events"),
        (mine[0].0, "aws.config"),
    ] {
        assert_eq!(alerts(&schedule(arn, service), &Policy::default()), Outcome::NotMine, "{arn}");
    }
}
