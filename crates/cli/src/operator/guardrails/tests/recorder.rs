//! The recorder, its delivery channel, and the rules that need one.

use super::*;

#[test]
fn a_recorder_is_said_with_what_it_lacks() {
    let cases = [
        (good_recorder(), &["default"][..], "the recorder default"),
        (
            Recorder { records: Ok(false), ..good_recorder() },
            &["d"],
            "is stopped (aws configservice start-configuration",
        ),
        (
            Recorder { records: Err(DENIED), ..good_recorder() },
            &["d"],
            "may be stopped (access denied: you need some:Right)",
        ),
        (Recorder { everything: false, ..good_recorder() }, &["d"], "records some types of resources only"),
        (good_recorder(), &[], "has no delivery channel"),
    ];
    for (recorder, channels, words) in cases {
        let survey = with_config(&[recorder], channels);
        let (state, says, overrides, _) = part(&survey, &[], "Recorder");
        assert_eq!((state, overrides), (State::Found, vec!["Recorder=none".to_owned()]), "{says}");
        assert!(says.contains(words), "{says}");
        assert_eq!(part(&survey, &[], "ConfigRules").0, State::WillBeCreated, "rules need a recorder, whosever it is");
    }
}

#[test]
fn a_delivery_channel_that_is_left_over_is_in_the_way_and_there_can_be_no_rules() {
    let survey = with_config(&[], &["left"]);
    let (state, says, ..) = part(&survey, &[], "Recorder");
    assert_eq!(state, State::Found);
    assert!(says.contains("delete-delivery-channel --region us-east-1 --delivery-channel-name left"), "{says}");
    assert_eq!(printed(&survey, &[]).unwrap(), "Recorder=none ConfigRules=none");
}

#[test]
fn rules_are_left_out_where_there_will_be_no_recorder() {
    assert_eq!(printed(&nothing(), &[("Recorder", "none")]).unwrap(), "ConfigRules=none");
    let error = printed(&nothing(), &[("Recorder", "none"), ("ConfigRules", "create")]).unwrap_err();
    assert!(error.contains("rules need a recorder"), "{error}");
    // One of others is enough.
    let survey = with_config(&[good_recorder()], &["default"]);
    assert_eq!(printed(&survey, &[("Recorder", "none")]).unwrap(), "");
    // Ours would be deleted.
    let mut survey = survey;
    survey.stack = Ok(Some(stack(&[("AWS::Config::ConfigurationRecorder", "default")], &[])));
    assert_eq!(printed(&survey, &[("Recorder", "none")]).unwrap(), "ConfigRules=none");
    let (state, says, ..) = part(&survey, &[("Recorder", "none")], "Recorder");
    assert_eq!(state, State::SwitchedOff);
    assert!(says.contains("a deployment deletes the recorder default"), "{says}");
}
