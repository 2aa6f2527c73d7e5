//! From what AWS says to what is printed.

use std::collections::BTreeMap;

use aws::survey::{Analyzer, Looks, ManagementEvents, Monitor, Recorder, Stack, Subscription, Trail, Unasked};

use super::part::State;
use super::{Finding, Once, Survey, findings, parameters, show};

const NAME: &str = "bongsu-guardrails";
const ARN: &str = "arn:aws:ce::111122223333:anomalymonitor/0f1e2d3c";
const DENIED: Unasked = Unasked::Denied { action: "some:Right", says: None };

/// An account in us-east-1 that has nothing.
fn nothing() -> Survey {
    let once = Some(Once { trails: Ok(vec![]), monitors: Ok(vec![]), budgets: Ok(vec![]) });
    Survey { region: "us-east-1".to_owned(), once, ..elsewhere() }
}

/// The same in another Region.
fn elsewhere() -> Survey {
    Survey {
        region: "ap-northeast-2".to_owned(),
        stack: Ok(None),
        recorders: Ok(vec![]),
        channels: Ok(vec![]),
        analyzers: Ok(vec![]),
        once: None,
    }
}

fn with_once(change: impl FnOnce(&mut Once)) -> Survey {
    let mut survey = nothing();
    change(survey.once.as_mut().unwrap());
    survey
}

fn with_trails(trails: &[Trail]) -> Survey {
    with_once(|once| once.trails = Ok(trails.to_vec()))
}

fn with_monitors(monitors: &[Monitor]) -> Survey {
    with_once(|once| once.monitors = Ok(monitors.to_vec()))
}

fn with_budgets(names: &[&str]) -> Survey {
    with_once(|once| once.budgets = Ok(names.iter().map(|name| (*name).to_owned()).collect()))
}

fn with_analyzers(analyzers: &[Analyzer]) -> Survey {
    Survey { analyzers: Ok(analyzers.to_vec()), ..nothing() }
}

fn with_config(recorders: &[Recorder], channels: &[&str]) -> Survey {
    let channels = channels.iter().map(|name| (*name).to_owned()).collect();
    Survey { recorders: Ok(recorders.to_vec()), channels: Ok(channels), ..nothing() }
}

/// A stack that has made this, and has these parameters.
fn stack(made: &[(&str, &str)], parameters: &[(&str, &str)]) -> Stack {
    Stack { parameters: map(parameters), resources: map(made).into_iter().collect() }
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A trail that does all that ours would do.
fn good_trail() -> Trail {
    Trail {
        name: "main".to_owned(),
        arn: "arn:aws:cloudtrail:us-east-1:111122223333:trail/main".to_owned(),
        home_region: "us-east-1".to_owned(),
        all_regions: true,
        of_organization: false,
        validates: true,
        logs: Ok(true),
        management_events: Ok(ManagementEvents::All),
    }
}

fn good_recorder() -> Recorder {
    Recorder { name: "default".to_owned(), records: Ok(true), everything: true }
}

fn analyzer(looks: Looks, of_organization: bool) -> Analyzer {
    let arn = "arn:aws:access-analyzer:us-east-1:111122223333:analyzer/one".to_owned();
    Analyzer { name: "one".to_owned(), arn, looks, of_organization, active: true }
}

fn monitor(told: usize) -> Monitor {
    let subscription = Subscription {
        arn: "arn:aws:ce::111122223333:anomalysubscription/s".to_owned(),
        name: "s".to_owned(),
        frequency: "DAILY".to_owned(),
        told,
    };
    Monitor { arn: ARN.to_owned(), name: "services".to_owned(), subscriptions: Ok(vec![subscription]) }
}

fn found(survey: &Survey, given: &[(&str, &str)]) -> Vec<Finding> {
    findings(survey, NAME, &map(given))
}

/// What becomes of one part: its line, what a deployment is given for it, and whether there can be one.
fn part(survey: &Survey, given: &[(&str, &str)], name: &str) -> (State, String, Vec<String>, bool) {
    let mut findings = found(survey, given);
    let at = findings.iter().position(|finding| finding.part == name).unwrap();
    let finding = findings.remove(at);
    (finding.state, finding.says, finding.overrides, finding.blocks)
}

/// What `--parameters` prints, if it does not fail.
fn printed(survey: &Survey, given: &[(&str, &str)]) -> Result<String, String> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = parameters(&found(survey, given), &mut out, &mut err).unwrap();
    let [out, err] = [out, err].map(|bytes| String::from_utf8(bytes).unwrap());
    if code == std::process::ExitCode::SUCCESS {
        assert_eq!(err, "");
        Ok(out.trim_end().to_owned())
    } else {
        assert_eq!(out, "");
        Err(err)
    }
}

#[test]
fn an_account_that_has_nothing_gets_everything_but_what_costs_by_users_and_roles() {
    use State::{SwitchedOff, WillBeCreated};
    let states = |survey: &Survey| found(survey, &[]).iter().map(|it| (it.part, it.state)).collect::<Vec<_>>();
    let expected = [
        ("Trail", WillBeCreated),
        ("Recorder", WillBeCreated),
        ("ConfigRules", WillBeCreated),
        ("Analyzer", WillBeCreated),
        ("UnusedAccess", SwitchedOff),
        ("CostAnomaly", WillBeCreated),
        ("DailyBudgetDollars", WillBeCreated),
        ("MonthlyBudgetDollars", WillBeCreated),
    ];
    assert_eq!(states(&nothing()), expected);
    assert_eq!(states(&elsewhere()), expected[1..5], "elsewhere only what each Region has of its own");
    assert_eq!(printed(&nothing(), &[]).unwrap(), "");
}

#[test]
fn what_others_have_made_is_left_out_of_a_deployment() {
    let external = analyzer(Looks::External, false);
    let unused = analyzer(Looks::Unused, false);
    let cases = [
        (with_trails(&[good_trail()]), "Trail", "Trail=none"),
        (with_config(&[good_recorder()], &["default"]), "Recorder", "Recorder=none"),
        (with_analyzers(&[external]), "Analyzer", "Analyzer=none"),
        (with_analyzers(&[unused]), "UnusedAccess", "UnusedAccess=none"),
        (with_monitors(&[monitor(1)]), "CostAnomaly", &format!("CostMonitorArn={ARN}")),
        (with_budgets(&["else", "bongsu-guardrails-daily"]), "DailyBudgetDollars", "DailyBudgetDollars=0"),
        (with_budgets(&["bongsu-guardrails-monthly"]), "MonthlyBudgetDollars", "MonthlyBudgetDollars=0"),
    ];
    for (survey, name, parameter) in &cases {
        let (state, says, overrides, blocks) = part(survey, &[], name);
        assert_eq!((state, &overrides[..], blocks), (State::Found, &[(*parameter).to_owned()][..], false), "{says}");
        assert_eq!(printed(survey, &[]).unwrap(), *parameter);
    }
}

#[test]
fn what_our_own_stack_has_made_stays_as_it_is() {
    let name = "bongsu-guardrails-daily";
    let analyzer = analyzer(Looks::Unused, false);
    let arn = analyzer.arn.clone();
    let cases = [
        (with_trails(&[good_trail()]), "Trail", ("AWS::CloudTrail::Trail", "main")),
        (with_config(&[good_recorder()], &["d"]), "Recorder", ("AWS::Config::ConfigurationRecorder", "default")),
        (nothing(), "ConfigRules", ("AWS::Config::ConfigRule", "rule")),
        (with_analyzers(&[analyzer]), "UnusedAccess", ("AWS::AccessAnalyzer::Analyzer", arn.as_str())),
        (with_monitors(&[monitor(1)]), "CostAnomaly", ("AWS::CE::AnomalyMonitor", ARN)),
        (with_budgets(&[name]), "DailyBudgetDollars", ("AWS::Budgets::Budget", name)),
    ];
    for (mut survey, name, made) in cases {
        survey.stack = Ok(Some(stack(&[made], &[])));
        let (state, says, overrides, blocks) = part(&survey, &[], name);
        assert_eq!((state, overrides.len(), blocks), (State::Ours, 0, false), "{name}: {says}");
        // Somebody else's of the same kind.
        survey.stack = Ok(Some(stack(&[(made.0, "else")], &[])));
        assert_eq!(part(&survey, &[], name).0 == State::Ours, name == "ConfigRules", "{name}");
        // Whoever gives it anyway changes nothing.
        survey.stack = Ok(Some(stack(&[made], &[])));
        assert_eq!(part(&survey, &[(name, "create")], name).0, State::Ours, "{name}");
    }
}

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

#[test]
fn an_analyzer_of_the_organization_is_no_hindrance_and_one_that_is_not_active_is() {
    let survey = with_analyzers(&[analyzer(Looks::External, true), analyzer(Looks::Else, false)]);
    let (state, says, ..) = part(&survey, &[], "Analyzer");
    assert_eq!(state, State::WillBeCreated);
    assert!(says.contains("the analyzer one of the organization"), "{says}");
    let survey = with_analyzers(&[Analyzer { active: false, ..analyzer(Looks::External, false) }]);
    let (state, says, ..) = part(&survey, &[], "Analyzer");
    assert_eq!(state, State::Found);
    assert!(says.contains("is not active"), "{says}");
}

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

#[test]
fn what_the_stack_has_switched_off_stays_off_and_how_to_have_it_is_said() {
    let mut survey = nothing();
    let off =
        [("Trail", "none"), ("CostAnomaly", "none"), ("DailyBudgetDollars", "0"), ("MonthlyBudgetDollars", "0.00")];
    survey.stack = Ok(Some(stack(&[], &off)));
    for (name, value) in off {
        let (state, says, overrides, _) = part(&survey, &[], name);
        assert_eq!((state, overrides.len()), (State::SwitchedOff, 0), "{name}");
        assert!(says.contains(&format!("the stack has {name}={value}; to have it, give {name}=")), "{says}");
        assert_eq!(part(&survey, &[(name, "create")], name).0, State::WillBeCreated, "{name}");
    }
    assert_eq!(printed(&survey, &[]).unwrap(), "");
    survey.once.as_mut().unwrap().monitors = Ok(vec![monitor(1)]);
    assert_eq!(printed(&survey, &[]).unwrap(), "", "a monitor is not joined by what is off");
    survey.stack = Ok(Some(stack(&[], &[("UnusedAccess", "create")])));
    assert_eq!(part(&survey, &[], "UnusedAccess").0, State::WillBeCreated, "what the stack has on stays on");
}

#[test]
fn what_aws_allows_once_is_not_made_twice_even_where_it_is_given() {
    let cases = [
        (with_config(&[good_recorder()], &["default"]), ("Recorder", "create")),
        (with_analyzers(&[analyzer(Looks::External, false)]), ("Analyzer", "create")),
        (with_analyzers(&[analyzer(Looks::Unused, false)]), ("UnusedAccess", "create")),
        (with_budgets(&["bongsu-guardrails-daily"]), ("DailyBudgetDollars", "10")),
    ];
    for (survey, given) in cases {
        let (state, says, _, blocks) = part(&survey, &[given], given.0);
        assert_eq!((state, blocks), (State::Found, true), "{says}");
        assert!(printed(&survey, &[given]).unwrap_err().contains("AWS allows no second one"), "{says}");
    }
    // A second trail is only expensive.
    let survey = with_trails(&[good_trail()]);
    assert_eq!(printed(&survey, &[("Trail", "create")]).unwrap(), "");
    assert!(part(&survey, &[("Trail", "create")], "Trail").1.starts_with("beside the trail main"));
}

#[test]
fn what_could_not_be_asked_is_said_and_nothing_is_printed_to_deploy_with() {
    let cases: [(Survey, &[&str]); 7] = [
        (with_once(|once| once.trails = Err(DENIED)), &["Trail"]),
        (Survey { recorders: Err(DENIED), ..nothing() }, &["Recorder", "ConfigRules"]),
        (Survey { channels: Err(DENIED), ..nothing() }, &["Recorder", "ConfigRules"]),
        (Survey { analyzers: Err(DENIED), ..nothing() }, &["Analyzer", "UnusedAccess"]),
        (with_once(|once| once.monitors = Err(DENIED)), &["CostAnomaly"]),
        (with_once(|once| once.budgets = Err(DENIED)), &["DailyBudgetDollars", "MonthlyBudgetDollars"]),
        // Without the stack nobody knows what is ours.
        (
            Survey { stack: Err(DENIED), ..nothing() },
            &[
                "Trail",
                "Recorder",
                "ConfigRules",
                "Analyzer",
                "UnusedAccess",
                "CostAnomaly",
                "DailyBudgetDollars",
                "MonthlyBudgetDollars",
            ],
        ),
    ];
    for (survey, parts) in cases {
        let findings = found(&survey, &[]);
        let blocked: Vec<_> = findings.iter().filter(|finding| finding.blocks).map(|finding| finding.part).collect();
        assert_eq!(blocked, parts);
        let error = printed(&survey, &[]).unwrap_err();
        assert!(error.contains("could not be asked") && error.contains("you need some:Right"), "{error}");
        // Whoever says what to do needs no answer.
        let given: Vec<_> = parts.iter().map(|name| (*name, "none")).collect();
        assert_eq!(printed(&survey, &given).unwrap(), "", "{parts:?}");
    }
}

#[test]
fn a_person_gets_a_line_for_each_part_and_what_a_deployment_is_to_be_given() {
    let mut survey = with_config(&[Recorder { records: Ok(false), ..good_recorder() }], &["default"]);
    survey.once = Some(Once { trails: Ok(vec![good_trail()]), monitors: Err(DENIED), budgets: Ok(vec![]) });
    survey.stack = Ok(Some(stack(&[("AWS::CloudTrail::Trail", "main")], &[])));
    let shown = |given: &[(&str, &str)]| {
        let mut out = Vec::new();
        show("us-east-1: account 111122223333, stack bongsu-guardrails", &found(&survey, given), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let expected = "\
us-east-1: account 111122223333, stack bongsu-guardrails
  Trail                ours already       the trail main of us-east-1
  Recorder             found              the recorder default, which is stopped (aws configservice start-configuration-recorder --region us-east-1 --configuration-recorder-name default)
  ConfigRules          will be created
  Analyzer             will be created
  UnusedAccess         switched off       it costs 20 cents a month for each user and role; to have it, give UnusedAccess=create
  CostAnomaly          could not be asked access denied: you need some:Right; or say yourself what to do: CostAnomaly=create or CostAnomaly=none
  DailyBudgetDollars   will be created
  MonthlyBudgetDollars will be created
It cannot be deployed like this: see above.
";
    assert_eq!(shown(&[]), expected);
    assert!(shown(&[("CostAnomaly", "none")]).ends_with("A deployment is to be given Recorder=none\n"));
    let mut out = Vec::new();
    show("head", &found(&nothing(), &[]), &mut out).unwrap();
    assert!(String::from_utf8(out).unwrap().ends_with("A deployment needs no parameters for it.\n"));
}
