//! From what AWS says to what is printed.

mod analyzer;
mod monitor;
mod recorder;
mod trail;

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
    Stack { parameters: map(parameters), resources: map(made).into_iter().collect(), ..Stack::default() }
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
