use alert::{Severity, Status};
use proptest::prelude::*;

use super::*;
use crate::config::Variables;
use crate::testing::alert;

/// A configuration of four channels and the given routes.
fn config(routes: &str) -> Config {
    let channels: String = ["tg", "nhn", "solapi", "mail"]
        .map(|name| format!("[channels.{name}]\ntype = \"telegram\"\ntoken = \"t\"\nchat_id = \"1\"\n"))
        .concat();
    Config::parse(&format!("{channels}{routes}"), &Variables::default()).unwrap()
}

fn groups(routes: &str) -> Vec<Vec<String>> {
    route(&alert("a"), &config(routes)).groups
}

#[test]
fn the_first_route_that_matches_wins() {
    let routes = "[[routes]]\nwhen = { severity = \"low\" }\nnotify = [\"tg\"]\n[[routes]]\nwhen = { severity = \"critical\" }\nnotify = [\"nhn\"]\n[[routes]]\nnotify = [\"mail\"]";
    let owed = route(&alert("a"), &config(routes));
    assert_eq!(owed, Owed { routes: vec![1], groups: vec![vec!["nhn".to_owned()]] });
}

#[test]
fn continue_asks_the_routes_behind_it_too() {
    let routes = "[[routes]]\ncontinue = true\nnotify = [\"tg\"]\n[[routes]]\nnotify = [\"mail\", \"tg\"]";
    let owed = route(&alert("a"), &config(routes));
    assert_eq!(owed.routes, [0, 1]);
    assert_eq!(owed.groups, [["tg"], ["mail"]]);
}

#[test]
fn what_no_route_matches_goes_to_every_channel_and_failover_groups_stay_groups() {
    let routes = "[[routes]]\nwhen = { severity = \"low\" }\nnotify = [[\"nhn\", \"solapi\"]]";
    let owed = route(&alert("a"), &config(routes));
    assert!(owed.routes.is_empty());
    assert_eq!(owed.groups, [vec!["nhn", "solapi"], vec!["tg"], vec!["mail"]]);
}

#[test]
fn without_routes_every_channel_is_owed_everything() {
    assert_eq!(groups(""), [["tg"], ["nhn"], ["solapi"], ["mail"]]);
}

#[test]
fn a_channel_that_is_owed_by_itself_is_told_whatever_group_another_route_has_it_in() {
    let routes =
        "[[routes]]\ncontinue = true\nnotify = [\"solapi\"]\n[[routes]]\nnotify = [[\"nhn\", \"solapi\"], \"tg\"]";
    assert_eq!(groups(routes), [["solapi"], ["nhn"], ["tg"]]);
}

#[test]
fn groups_that_share_a_channel_become_one() {
    let routes = "[[routes]]\ncontinue = true\nnotify = [[\"nhn\", \"solapi\"]]\n[[routes]]\nnotify = [[\"solapi\", \"mail\"], \"tg\"]";
    assert_eq!(groups(routes), [vec!["nhn", "solapi", "mail"], vec!["tg"]]);
}

#[test]
fn every_key_of_when_must_hold() {
    let routes =
        |when: &str| format!("[[routes]]\nwhen = {{ {when} }}\nnotify = [\"tg\"]\n[[routes]]\nnotify = [\"mail\"]");
    let all = "source = \"root-login\", severity = \"critical\", status = \"notice\", account = \"111122223333\", region = \"us-east-1\", drill = false";
    assert_eq!(groups(&routes(all)), [["tg"]]);
    for (key, other) in [
        ("source = \"root-login\"", "source = \"budget\""),
        ("severity = \"critical\"", "severity = [\"low\", \"high\"]"),
        ("status = \"notice\"", "status = \"firing\""),
        ("account = \"111122223333\"", "account = \"444455556666\""),
        ("region = \"us-east-1\"", "region = \"us-east-2\""),
        ("drill = false", "drill = true"),
    ] {
        assert_eq!(groups(&routes(&all.replace(key, other))), [["mail"]], "{other}");
    }
}

#[test]
fn an_alert_without_an_account_matches_no_route_that_asks_for_one() {
    let unknown = Alert { account: None, ..alert("a") };
    let config =
        config("[[routes]]\nwhen = { account = \"111122223333\" }\nnotify = [\"tg\"]\n[[routes]]\nnotify = [\"mail\"]");
    assert_eq!(route(&unknown, &config).routes, [1]);
}

proptest! {
    /// Whatever an alert is like and whatever the routes say, somebody is owed it, and each channel once.
    #[test]
    fn every_alert_reaches_somebody_and_no_channel_twice(
        severity in proptest::sample::select(Severity::ALL.to_vec()),
        status in proptest::sample::select(Status::ALL.to_vec()),
        routes in proptest::collection::vec((
            proptest::option::of(proptest::sample::select(vec!["critical", "high", "medium", "low", "info"])),
            any::<bool>(),
            proptest::sample::subsequence(vec!["tg", "nhn", "solapi", "mail"], 1..=4),
            any::<bool>(),
        ), 0..5),
    ) {
        let tables: Vec<_> = routes.iter().map(|(severity, goes_on, channels, grouped)| {
            let when = severity.map(|severity| format!("when = {{ severity = \"{severity}\" }}\n")).unwrap_or_default();
            let notify = if *grouped { format!("[{channels:?}]") } else { format!("{channels:?}") };
            format!("[[routes]]\n{when}continue = {goes_on}\nnotify = {notify}\n")
        }).collect();
        let text = tables.concat();
        let owed = route(&Alert { severity, status, ..alert("a") }, &config(&text));
        let mut names: Vec<_> = owed.groups.iter().flatten().collect();
        prop_assert!(!names.is_empty());
        prop_assert!(owed.groups.iter().all(|group| !group.is_empty()));
        let count = names.len();
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), count);
    }
}
