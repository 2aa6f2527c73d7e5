//! What becomes of every event of the corpus, for people to review.

mod common;

use common::{alerts, all_events, event, policy, read, told};
use sources::ItemOutcome;

#[test]
fn every_event_of_the_corpus_is_told_as_reviewed() {
    insta::glob!("../../../events", "*/*.json", |path| {
        let folder = path.parent().and_then(|folder| folder.file_name()).unwrap().to_string_lossy().into_owned();
        let case = path.file_stem().unwrap().to_string_lossy();
        insta::with_settings!({ omit_expression => true, snapshot_suffix => format!("{folder}__{case}") }, {
            insta::assert_snapshot!("told", told(&read(&std::fs::read(path).unwrap())));
        });
    });
}

#[test]
fn a_function_and_the_command_line_tell_the_same_of_an_event_that_is_known() {
    for source in sources::ALL {
        for (name, bytes) in all_events().into_iter().filter(|(name, _)| name.starts_with(source.slug)) {
            let by_function = sources::read(&bytes, &[*source], source.slug, &policy());
            let told_raw = told(&by_function).contains("| Received an event");
            assert!(told_raw || by_function == read(&bytes), "{name}");
        }
    }
}

#[test]
fn what_a_function_cannot_read_is_routed_like_the_others_of_its_source() {
    let source = sources::root_login::SOURCE;
    let reading = sources::read(&event("unknown/truncated"), &[source], source.slug, &policy());
    let ItemOutcome::Alerts(alerts) = &reading.items[0].outcome else { panic!("{reading:#?}") };
    assert_eq!(alerts[0].source, "root-login");
}

#[test]
fn each_source_has_at_least_twelve_cases() {
    for source in sources::ALL {
        let cases = all_events().iter().filter(|(name, _)| name.starts_with(source.slug)).count();
        assert!(cases >= 12, "{}: {cases}", source.slug);
    }
}

#[test]
fn every_alert_of_the_corpus_has_something_to_say_in_a_text_message() {
    for (name, bytes) in all_events() {
        for alert in alerts(&read(&bytes)) {
            let brief = alert.facts.iter().filter(|fact| fact.brief).count();
            assert!((1..=3).contains(&brief), "{name}: {brief}");
        }
    }
}

#[test]
fn a_configuration_can_name_every_source() {
    for slug in sources::ALL.iter().map(|source| source.slug).chain([sources::UNKNOWN]) {
        assert!(alert::SOURCES.contains(&slug), "{slug} is missing in alert::SOURCES");
    }
}
