//! Trails: which of them make ours superfluous.

use super::*;

#[test]
fn a_trail_of_another_region_is_not_ours_though_it_is_called_like_ours() {
    let mut survey = with_trails(&[Trail { home_region: "eu-west-1".to_owned(), ..good_trail() }]);
    survey.stack = Ok(Some(stack(&[("AWS::CloudTrail::Trail", "main")], &[])));
    assert_eq!(part(&survey, &[], "Trail").0, State::Found);
}

#[test]
fn a_trail_that_does_not_do_what_ours_would_is_named_and_ours_is_created_beside_it() {
    let cases = [
        (Trail { logs: Ok(false), ..good_trail() }, "is stopped (aws cloudtrail start-logging --region us-east-1"),
        (Trail { all_regions: false, ..good_trail() }, "covers one Region only (aws cloudtrail update-trail"),
        (Trail { management_events: Ok(ManagementEvents::None), ..good_trail() }, "logs no management events"),
        (Trail { management_events: Ok(ManagementEvents::Some), ..good_trail() }, "logs some of the management events"),
        // It is not even worth asking whether it logs.
        (Trail { all_regions: false, logs: Err(DENIED), ..good_trail() }, "covers one Region only"),
    ];
    for (trail, why) in cases {
        let survey = with_trails(std::slice::from_ref(&trail));
        let (state, says, overrides, blocks) = part(&survey, &[], "Trail");
        assert_eq!((state, overrides.len(), blocks), (State::WillBeCreated, 0, false), "{says}");
        assert!(says.contains("the trail main of us-east-1") && says.contains(why), "{says}");
        // With a better one beside it, ours is superfluous.
        assert_eq!(printed(&with_trails(&[trail, good_trail()]), &[]).unwrap(), "Trail=none");
    }
}

#[test]
fn a_trail_without_validation_or_with_writes_only_serves_and_the_first_is_said() {
    let trail = Trail { validates: false, management_events: Ok(ManagementEvents::Writes), ..good_trail() };
    let (state, says, ..) = part(&with_trails(&[trail]), &[], "Trail");
    assert_eq!(state, State::Found);
    assert!(
        says.contains("does not validate its log files") && says.contains("--enable-log-file-validation"),
        "{says}"
    );
}

#[test]
fn a_trail_that_cannot_be_asked_is_no_reason_to_guess() {
    for trail in [
        Trail { logs: Err(DENIED), ..good_trail() },
        Trail { management_events: Err(DENIED), of_organization: true, ..good_trail() },
    ] {
        let whose = if trail.of_organization { ", which is your organization's" } else { "" };
        let survey = with_trails(&[Trail { logs: Ok(false), ..good_trail() }, trail.clone()]);
        let (state, says, overrides, blocks) = part(&survey, &[], "Trail");
        assert_eq!((state, overrides.len(), blocks), (State::NotAsked, 0, true));
        assert!(says.contains(&format!("whether main{whose} logs management events")), "{says}");
        assert!(says.contains("you need some:Right") && says.contains("Trail=create or Trail=none"), "{says}");
        assert!(printed(&survey, &[]).unwrap_err().contains("Trail"), "{says}");
        // Whoever knows better can say it.
        assert_eq!(printed(&survey, &[("Trail", "none")]).unwrap(), "");
        assert_eq!(printed(&survey, &[("Trail", "create")]).unwrap(), "");
        // One that surely does is enough.
        assert_eq!(printed(&with_trails(&[trail, good_trail()]), &[]).unwrap(), "Trail=none");
    }
}
