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
        static OURS: LazyLock<Value> = LazyLock::new(|| translated("template.yaml"));
        Self(OURS.clone())
    }

    /// What other Regions and accounts have.
    pub(crate) fn forwarder() -> Self {
        static FORWARDER: LazyLock<Value> = LazyLock::new(|| translated("forwarder.yaml"));
        Self(FORWARDER.clone())
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

    /// The pattern of each rule on the account's own bus that has one, by the name of the rule without the stack's. The
    /// others have a schedule.
    pub(crate) fn patterns(&self) -> Vec<(String, Value)> {
        let has_one = |(_, it): &(&str, &Value)| !it["EventPattern"].is_null() && it["EventBusName"].is_null();
        let rules = self.all("AWS::Events::Rule").filter(has_one);
        rules.map(|(_, it)| (rule_name(&it["Name"]), it["EventPattern"].clone())).collect()
    }

    /// The function that takes from a queue.
    pub(crate) fn taker(&self, queue: &str) -> Option<&str> {
        refers_to(&self.about("AWS::Lambda::EventSourceMapping", "EventSourceArn", queue)?["FunctionName"])
    }

    /// What a function is called, without the stack's name.
    pub(crate) fn slug(&self, function: &str) -> String {
        own_name(&self.resource(function)["Properties"]["FunctionName"])
    }

    /// What a function may do, and to what: the statements of its role, inline and managed.
    pub(crate) fn allowed(&self, function: &str) -> Vec<(&str, &Value)> {
        let Some(role) = refers_to(&self.resource(function)["Properties"]["Role"]) else { return Vec::new() };
        let role = &self.resource(role)["Properties"];
        let inline = list(&role["Policies"]).map(|policy| &policy["PolicyDocument"]);
        let managed = list(&role["ManagedPolicyArns"])
            .filter_map(refers_to)
            .map(|policy| &self.resource(policy)["Properties"]["PolicyDocument"]);
        let statements = inline.chain(managed).flat_map(|document| list(&document["Statement"]));
        statements.flat_map(|it| strings(&it["Action"]).into_iter().map(|action| (action, &it["Resource"]))).collect()
    }
}

/// The members of a list; none of what is no list.
pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// What `CloudFormation` gets of a file, for a stack called `bongsu`.
fn translated(file: &str) -> Value {
    let output = python("translate.py", &[repository().join(file).to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut stack: Value = serde_json::from_slice(&output.stdout).unwrap();
    for resource in stack["Resources"].as_object_mut().unwrap().values_mut() {
        resource.pointer_mut("/Properties/EventPattern").into_iter().for_each(fill_in);
    }
    stack
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

/// A rule's name without the stack's, or without that of forwarders.
pub(crate) fn rule_name(name: &Value) -> String {
    let forward = name.as_str().and_then(|name| name.strip_prefix("bongsu-forward-"));
    forward.map_or_else(|| own_name(name), str::to_owned)
}

/// The source whose rule is called so: `root-account-activity` is one of several of `account-activity`. What is no
/// source's is its own.
pub(crate) fn source_of(rule: &str) -> &str {
    let is_of = |slug: &&str| rule.strip_suffix(*slug).is_some_and(|before| before.is_empty() || before.ends_with('-'));
    sources::ALL.iter().map(|source| source.slug).find(is_of).unwrap_or(rule)
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
