//! The template as `CloudFormation` gets it, and questions to it.

use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;
use system_tests::{python, repository};

/// What `template.yaml` is made into, with the rules and permissions that SAM adds, for a stack called `bongsu`.
#[derive(Debug, Clone)]
pub(crate) struct Stack(pub(crate) Value);

impl Stack {
    /// The one of this repository.
    pub(crate) fn ours() -> Self {
        static OURS: LazyLock<Value> = LazyLock::new(|| {
            let template = repository().join("template.yaml");
            let output = python("translate.py", &[template.to_str().unwrap()]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let mut stack: Value = serde_json::from_slice(&output.stdout).unwrap();
            for resource in stack["Resources"].as_object_mut().unwrap().values_mut() {
                resource.pointer_mut("/Properties/EventPattern").into_iter().for_each(fill_in);
            }
            stack
        });
        Self(OURS.clone())
    }

    /// Names and properties of all resources of a type.
    pub(crate) fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let resources = self.0["Resources"].as_object().unwrap().iter();
        resources.filter(move |(_, it)| it["Type"] == kind).map(|(name, it)| (name.as_str(), &it["Properties"]))
    }

    /// A resource with all that it has.
    pub(crate) fn resource(&self, name: &str) -> &Value {
        &self.0["Resources"][name]
    }

    /// The properties of a resource of a type that is about this other one: `property` refers to it.
    pub(crate) fn about<'a>(&'a self, kind: &'a str, property: &str, other: &str) -> Option<&'a Value> {
        self.all(kind).map(|(_, it)| it).find(|it| refers_to(&it[property]) == Some(other))
    }

    /// The pattern of each rule, by the name of the rule without the stack's.
    pub(crate) fn patterns(&self) -> Vec<(String, Value)> {
        self.all("AWS::Events::Rule").map(|(_, it)| (own_name(&it["Name"]), it["EventPattern"].clone())).collect()
    }
}

/// Writes the stack's name into a pattern, as `CloudFormation` does before EventBridge sees it.
fn fill_in(pattern: &mut Value) {
    match pattern {
        Value::Object(map) if map.contains_key("Fn::Sub") => {
            *pattern = map["Fn::Sub"].as_str().unwrap().replace("${AWS::StackName}", "bongsu").into();
        }
        Value::Object(map) => map.values_mut().for_each(fill_in),
        Value::Array(list) => list.iter_mut().for_each(fill_in),
        _ => {}
    }
}

/// The resource that `Ref` or `Fn::GetAtt` names, alone or as the only member of a list.
pub(crate) fn refers_to(value: &Value) -> Option<&str> {
    match value {
        Value::Array(list) if list.len() == 1 => refers_to(&list[0]),
        it => it["Ref"].as_str().or(it["Fn::GetAtt"][0].as_str()),
    }
}

/// `${AWS::StackName}-root-login` is `root-login`; a name without the stack's is empty.
pub(crate) fn own_name(name: &Value) -> String {
    let sub = name["Fn::Sub"].as_str().unwrap_or_default();
    sub.strip_prefix("${AWS::StackName}-").unwrap_or_default().to_owned()
}

/// Every string that a value holds, at any depth.
pub(crate) fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        Value::Object(map) => map.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// A program of the Python environment, run in the repository to its end.
pub(crate) fn tool(name: &str, arguments: &[&str]) -> Output {
    let path = repository().join(".venv/bin").join(name);
    let mut command = Command::new(&path);
    command.args(arguments).current_dir(repository()).env("SAM_CLI_TELEMETRY", "0").env("AWS_REGION", "us-east-1");
    command.output().unwrap_or_else(|error| panic!("{}: {error}: `make test` installs it", path.display()))
}
