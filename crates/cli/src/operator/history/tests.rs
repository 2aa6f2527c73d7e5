use std::collections::HashMap;

use alert::{AlertKey, Severity, Status};
use notifier::delivery::{Outcome, Summary};
use notifier::provider::Recipient;

use super::*;

const PHONE: &str = "01087654321";

fn slot(channel: &str, number: &str) -> Slot {
    Slot::new(channel, Recipient::number(number))
}

fn at() -> Timestamp {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn record(states: &[(&str, &str, State)]) -> Record {
    let summary = Summary {
        source: "cloudwatch-alarm".to_owned(),
        severity: Severity::High,
        status: Status::Firing,
        drill: true,
        title_ko: "알람이 울렸습니다".to_owned(),
        title_en: "An alarm rings".to_owned(),
        subject: Some("disk\u{1b}[2J\u{202e}\nfull".to_owned()),
        account: Some("111122223333".to_owned()),
        region: Some("us-east-1".to_owned()),
        time: None,
        fingerprint: "f".to_owned(),
        first_by: "request".to_owned(),
    };
    let entry = |(channel, number, state): &(&str, &str, State)| (slot(channel, number), Entry::new(*state, at()));
    let entries: HashMap<_, _> = states.iter().map(entry).collect();
    Record { key: AlertKey::stored("cloudwatch-alarm:1:2:3"), summary, first_at: at(), lease: None, entries }
}

fn view() -> View {
    View {
        language: Language::Ko,
        zone: TimeZone::get("Asia/Seoul").unwrap(),
        accounts: BTreeMap::from([("111122223333".to_owned(), "prod".to_owned())]),
        groups: vec![vec!["telegram".to_owned(), "mail".to_owned()]],
    }
}

fn undelivered(states: &[(&str, &str, State)]) -> bool {
    people::somebody_has_not_got(&record(states), &view().groups)
}

#[test]
fn a_row_tells_when_in_the_configured_zone_what_where_and_who_has_it() {
    let table = view()
        .table(&[record(&[("sms-nhn", PHONE, State::NotSent(Outcome::Rejected)), ("mail", "", State::Accepted)])])
        .to_string();
    for told in [
        "time (Asia/Seoul)",
        "2026-11-24 09:00:00",
        "high",
        "알람이 울렸습니다 (drill)",
        "prod (111122223333)",
        "us-east-1",
        "mail accepted",
        "sms-nhn/010****4321",
        "rejected",
    ] {
        assert!(table.contains(told), "no {told}:\n{table}");
    }
    assert!(!table.contains(PHONE));
}

#[test]
fn what_an_attacker_wrote_neither_moves_the_cursor_nor_breaks_the_line() {
    let table = view().table(&[record(&[])]).to_string();
    assert!(table.contains("disk[2Jfull"), "{table}");
    assert!(!table.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn no_form_shows_a_whole_number_whatever_a_provider_said() {
    let mut record = record(&[("sms-nhn", PHONE, State::NotSent(Outcome::Rejected))]);
    record.entries.get_mut(&slot("sms-nhn", PHONE)).unwrap().error = Some(format!("no such number {PHONE}"));
    let json = view().json(&record);
    assert!(!json.to_string().contains(PHONE), "{json:#}");
    assert_eq!(json["deliveries"][0]["error"], "no such number 010****4321");
    assert_eq!(json["deliveries"][0]["to"], "010****4321");
    assert_eq!(json["deliveries"][0]["state"], "rejected");
}

#[test]
fn json_has_times_in_utc_and_null_for_what_is_not_known() {
    let json = view().json(&record(&[("telegram", "", State::Claimed)]));
    assert_eq!(json["first_at"], "2026-11-24T00:00:00Z");
    assert_eq!(
        (&json["time"], &json["at_work_until"], &json["deliveries"][0]["to"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!((&json["undelivered"], &json["drill"]), (&json!(true), &json!(true)));
}

#[test]
fn somebody_has_not_got_what_may_not_be_there_or_was_held_back() {
    for state in
        [State::Claimed, State::Uncertain, State::Undelivered, State::Suppressed, State::NotSent(Outcome::Unavailable)]
    {
        assert!(undelivered(&[("telegram", "", state), ("other", "", State::Accepted)]), "{state:?}");
    }
    for state in [State::Accepted, State::Delivered, State::Skipped] {
        assert!(!undelivered(&[("telegram", "", state)]), "{state:?}");
    }
}

#[test]
fn a_phone_has_it_by_whatever_channel_and_a_group_by_whatever_member() {
    let refused = State::NotSent(Outcome::Rejected);
    assert!(!undelivered(&[("nhn", PHONE, refused), ("solapi", PHONE, State::Accepted)]));
    assert!(undelivered(&[("nhn", PHONE, refused), ("solapi", "01011112222", State::Accepted)]));
    assert!(!undelivered(&[("telegram", "", refused), ("mail", "", State::Accepted)]));
    assert!(undelivered(&[("telegram", "", refused), ("another", "", State::Accepted)]));
}
