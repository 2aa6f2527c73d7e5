//! What guards an account: `guardrails.yaml`, and `make guardrails`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

mod buckets;
mod engine;
mod faults;
mod parts;
mod refused;
mod rights;
mod template;

use std::process::Command;

use serde_json::{Value, json};
use system_tests::{both, repository};

use template::Template;

const ENVIRONMENTS: [(&str, &str, &str); 2] = [("global", "us-east-1", "all"), ("home", "ap-northeast-2", "regional")];

#[test]
fn the_template_has_no_fault() {
    assert_eq!(faults::faults(&Template::ours()), Vec::<String>::new());
}

#[test]
fn aws_finds_nothing_to_say_about_the_template() {
    let tool = |name: &str, arguments: &[&str]| {
        let mut command = Command::new(repository().join(".venv/bin").join(name));
        let here = command.args(arguments).current_dir(repository());
        let output = here.env("SAM_CLI_TELEMETRY", "0").env("AWS_REGION", "us-east-1").output().unwrap();
        assert!(output.status.success(), "{name}: {}", both(&output));
        output
    };
    tool("sam", &["validate", "--lint", "--template", "guardrails.yaml", "--region", "us-east-1"]);
    for region in ["us-east-1", "ap-northeast-2"] {
        let said = tool("cfn-lint", &["--regions", region, "--", "guardrails.yaml"]);
        assert!(said.stdout.is_empty(), "{region}: {}", both(&said));
    }
}

/// A `StackSet` takes this many bytes by itself, and no transforms with its own role.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html>
#[test]
fn an_organisation_can_roll_it_out_as_it_is() {
    let text = std::fs::read_to_string(repository().join("guardrails.yaml")).unwrap();
    assert!(text.len() <= 51_200, "{}", text.len());
    assert_eq!(Template::ours().0["Transform"], Value::Null);
    assert!(!text.contains("Fn::Transform") && !text.contains("AWS::CloudFormation::Stack"));
}

#[test]
fn every_parameter_says_what_it_is_for_and_has_a_value_but_for_the_scope() {
    let template = Template::ours();
    for (name, parameter) in template.0["Parameters"].as_object().unwrap() {
        let said = parameter["Description"].as_str().unwrap_or_default();
        assert!(said.len() > 20 && said.ends_with('.'), "{name}: {said}");
        assert_eq!(parameter["Default"].is_null(), name == "Scope", "{name}");
        assert_eq!(parameter["AllowedPattern"].is_null(), parameter["ConstraintDescription"].is_null(), "{name}");
        if parameter["AllowedValues"] == json!(["create", "none"]) {
            assert!(said.contains("create = ") && said.contains("none = "), "{name}: {said}");
            let costs = name == "UnusedAccess";
            assert_eq!(parameter["Default"], if costs { "none" } else { "create" }, "{name}");
        }
    }
}

#[test]
fn the_scope_all_is_refused_outside_of_us_east_1() {
    let rule = &Template::ours().0["Rules"]["AllIsForUsEast1"];
    assert_eq!(rule["RuleCondition"], json!({ "Fn::Equals": [{ "Ref": "Scope" }, "all"] }));
    assert_eq!(rule["Assertions"][0]["Assert"], json!({ "Fn::Equals": [{ "Ref": "AWS::Region" }, "us-east-1"] }));
}

#[test]
fn every_environment_deploys_its_scope_into_its_region() {
    let text = std::fs::read_to_string(repository().join("samconfig.toml")).unwrap();
    let config: toml::Table = text.parse().unwrap();
    for (environment, region, scope) in ENVIRONMENTS {
        let environment = &config[&format!("guardrails-{environment}")];
        let place = &environment["global"]["parameters"];
        assert_eq!((place["stack_name"].as_str(), place["region"].as_str()), (Some("bongsu-guardrails"), Some(region)));
        let deploy = &environment["deploy"]["parameters"];
        assert_eq!(deploy["template_file"].as_str(), Some("guardrails.yaml"));
        assert_eq!(deploy["capabilities"].as_str(), Some("CAPABILITY_NAMED_IAM"));
        let overrides = deploy["parameter_overrides"].as_array().unwrap();
        assert_eq!(overrides, &[format!("Scope={scope}").into()]);
    }
}

/// Runs the recipe with programs that only say how they were called.
fn make(found: &str, more: &[&str]) -> (bool, String) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("make-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let program = folder.join(format!("bongsu-{}", found.len()));
    let script = format!("#!/bin/sh\necho \"bongsu $*\" >&2\ncase \"$*\" in *--parameters*) {found};; esac\n");
    std::fs::write(&program, script).unwrap();
    let bongsu = format!("BONGSU=sh {}", program.display());
    let mut make = Command::new("make");
    let output = make.args(["-s", "guardrails", &bongsu, "SAM=echo sam"]).args(more).current_dir(repository()).output();
    let output = output.unwrap();
    (output.status.success(), both(&output))
}

#[test]
fn make_guardrails_says_what_is_there_and_deploys_the_rest() {
    for (environment, region, scope) in ENVIRONMENTS {
        let only = format!("ENV={environment}");
        let (done, said) =
            make("echo Recorder=none CostMonitorArn=arn", &[&only, "PARAMETERS=Recorder=create HistoryDays=800"]);
        assert!(done, "{said}");
        let deployed = format!(
            "sam deploy --config-env guardrails-{environment} --parameter-overrides Scope={scope} Recorder=none \
             CostMonitorArn=arn Recorder=create HistoryDays=800"
        );
        let asked = |line: &str| said.lines().filter(|it| *it == line).count();
        let given = "Recorder=create HistoryDays=800";
        assert_eq!(asked(&format!("bongsu guardrails --region {region} {given}")), 1, "{said}");
        assert_eq!(asked(&format!("bongsu guardrails --region {region} --parameters {given}")), 1, "{said}");
        assert_eq!(asked(&deployed), 1, "{said}");
    }
}

#[test]
fn make_guardrails_deploys_nothing_where_it_cannot_look() {
    let (done, said) = make("exit 1", &[]);
    assert!(!done && !said.contains("sam deploy"), "{said}");
}
