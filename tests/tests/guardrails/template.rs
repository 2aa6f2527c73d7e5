//! `guardrails.yaml`, and what `CloudFormation` makes of it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};
use system_tests::{Account, python, repository};

/// The template as it is written, with its functions.
#[derive(Debug, Clone)]
pub(crate) struct Template(pub(crate) Value);

impl Template {
    /// The one of this repository.
    pub(crate) fn ours() -> Self {
        static OURS: LazyLock<Value> = LazyLock::new(|| {
            let path = repository().join("guardrails.yaml");
            let output = python("translate.py", &[path.to_str().unwrap()]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            serde_json::from_slice(&output.stdout).unwrap()
        });
        Self(OURS.clone())
    }

    pub(crate) fn resources(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0["Resources"].as_object().unwrap().iter().map(|(name, it)| (name.as_str(), it))
    }

    /// Names and properties of all resources of a type.
    pub(crate) fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.resources().filter(move |(_, it)| it["Type"] == kind).map(|(name, it)| (name, &it["Properties"]))
    }

    pub(crate) fn resource(&self, name: &str) -> &Value {
        &self.0["Resources"][name]
    }

    pub(crate) fn properties(&self, name: &str) -> &Value {
        &self.resource(name)["Properties"]
    }

    /// Each statement of each policy, with the name of the resource that has it.
    pub(crate) fn statements(&self) -> Vec<(&str, &Value)> {
        let mut found = Vec::new();
        for (name, resource) in self.resources() {
            let properties = &resource["Properties"];
            let inline = list(&properties["Policies"]).map(|policy| &policy["PolicyDocument"]);
            let own = [&properties["PolicyDocument"], &properties["AssumeRolePolicyDocument"]];
            for document in own.into_iter().chain(inline) {
                found.extend(list(&document["Statement"]).map(|statement| (name, statement)));
            }
        }
        found
    }

    /// The resources that a stack in us-east-1 has with these parameters, with what their functions give.
    pub(crate) fn made(&self, parameters: &[(&str, &str)]) -> BTreeMap<String, Value> {
        let filled = Filled::new(&self.0, parameters);
        let exists = |it: &Value| it["Condition"].as_str().is_none_or(|condition| filled.is(condition));
        let there = self.resources().filter(|(_, it)| exists(it));
        there.map(|(name, it)| (name.to_owned(), filled.value(&it["Properties"]).unwrap())).collect()
    }
}

/// A template with the values of its parameters.
struct Filled<'a> {
    template: &'a Value,
    parameters: BTreeMap<&'a str, Value>,
}

impl<'a> Filled<'a> {
    fn new(template: &'a Value, given: &[(&str, &str)]) -> Self {
        let declared = template["Parameters"].as_object().unwrap();
        for (name, _) in given {
            assert!(declared.contains_key(*name), "no parameter is called {name}");
        }
        let value = |name: &str, it: &Value| {
            let text = given.iter().rfind(|(given, _)| *given == name).map(|(_, value)| json!(value));
            let text = plain(&text.unwrap_or_else(|| it["Default"].clone()));
            if it["Type"] == "CommaDelimitedList" { json!(text.split(',').collect::<Vec<_>>()) } else { text.into() }
        };
        Self { template, parameters: declared.iter().map(|(name, it)| (name.as_str(), value(name, it))).collect() }
    }

    fn is(&self, condition: &str) -> bool {
        self.truth(&self.template["Conditions"][condition])
    }

    fn truth(&self, expression: &Value) -> bool {
        let (function, argument) = only(expression);
        let mut parts = list(argument);
        match function {
            "Condition" => self.is(argument.as_str().unwrap()),
            "Fn::And" => parts.all(|it| self.truth(it)),
            "Fn::Or" => parts.any(|it| self.truth(it)),
            "Fn::Not" => !self.truth(&argument[0]),
            "Fn::Equals" => plain(&self.value(&argument[0]).unwrap()) == plain(&self.value(&argument[1]).unwrap()),
            other => panic!("not known in conditions: {other}"),
        }
    }

    /// What it is in the stack; `None` where that is nothing (`AWS::NoValue`).
    fn value(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Array(items) => Some(items.iter().filter_map(|it| self.value(it)).collect()),
            Value::Object(map) if map.len() == 1 && is_function(only(value).0) => {
                let (function, argument) = only(value);
                self.call(function, argument)
            }
            Value::Object(map) => {
                let filled = map.iter().filter_map(|(key, it)| Some((key.clone(), self.value(it)?)));
                Some(Value::Object(filled.collect()))
            }
            other => Some(other.clone()),
        }
    }

    fn call(&self, function: &str, argument: &Value) -> Option<Value> {
        match function {
            "Ref" => self.named(argument.as_str().unwrap()),
            "Fn::GetAtt" => self.named(&format!("{}.Arn", argument[0].as_str().unwrap())),
            "Fn::If" => self.value(&argument[if self.is(argument[0].as_str().unwrap()) { 1 } else { 2 }]),
            "Fn::Select" => self.value(&argument[1])?.get(argument[0].as_u64().map(usize::try_from)?.ok()?).cloned(),
            "Fn::Split" => {
                let text = plain(&self.value(&argument[1])?);
                Some(text.split(argument[0].as_str()?).collect::<Vec<_>>().into())
            }
            "Fn::Sub" if argument.is_array() => Some(self.sub(argument[0].as_str()?, &argument[1]).into()),
            "Fn::Sub" => Some(self.sub(argument.as_str()?, &Value::Null).into()),
            other => panic!("not known: {other}"),
        }
    }

    fn sub(&self, text: &str, more: &Value) -> String {
        let mut pieces = text.split("${");
        let mut filled = pieces.next().unwrap().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('}').unwrap();
            let given = more.get(name).and_then(|it| self.value(it));
            filled += &plain(&given.or_else(|| self.named(name)).unwrap());
            filled += rest;
        }
        filled
    }

    fn named(&self, name: &str) -> Option<Value> {
        let of_aws = match name {
            "AWS::NoValue" => return None,
            "AWS::AccountId" => Some(Account::ID),
            "AWS::Partition" => Some("aws"),
            "AWS::Region" => Some("us-east-1"),
            "AWS::StackName" => Some("bongsu-guardrails"),
            _ => None,
        };
        let resource = || match name.strip_suffix(".Arn") {
            Some(bucket) => format!("arn:aws:s3:::{}", bucket.to_lowercase()),
            None => name.to_lowercase(),
        };
        let parameter = self.parameters.get(name).cloned();
        Some(of_aws.map(Into::into).or(parameter).unwrap_or_else(|| resource().into()))
    }
}

fn is_function(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

/// The only key of a map, and its value.
fn only(value: &Value) -> (&str, &Value) {
    let (key, value) = value.as_object().unwrap().iter().next().unwrap();
    (key, value)
}

/// What a template compares: `0` and `"0"` are the same.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The members of a list; none of what is no list.
pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// One value or a list of them.
pub(crate) fn strings(value: &Value) -> Vec<&str> {
    value.as_str().into_iter().chain(list(value).filter_map(Value::as_str)).collect()
}

/// The resource that `Ref`, or `Fn::GetAtt`, names.
pub(crate) fn refers_to(value: &Value) -> Option<&str> {
    value["Ref"].as_str().or_else(|| value["Fn::GetAtt"][0].as_str())
}
