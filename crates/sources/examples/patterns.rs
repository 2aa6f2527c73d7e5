//! Writes the rules of `account-activity` into `template.yaml` and `forwarder.yaml`, between their marks: `make patterns`.

use std::path::Path;
use std::{fs, io};

use serde_json::Value;
use sources::account_activity::{Pattern, patterns};

const BEGIN: &str = "  # ---- The rules, written by `make patterns` from crates/sources/src/account_activity/rules: do not edit them here.\n";
const END: &str = "  # ---- End of the written rules.\n";

/// The longest line of the template.
const WIDTH: usize = 120;

/// Where the rules stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Beside the function of the source.
    Stack,
    /// Where nothing but rules is: they send to the bus of the stack that watches every Region.
    Forwarder,
}

fn main() -> io::Result<()> {
    write("template.yaml", Place::Stack)?;
    write("forwarder.yaml", Place::Forwarder)
}

fn write(file: &str, place: Place) -> io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    let template = fs::read_to_string(&path)?;
    let missing = || io::Error::other(format!("{file} has not the marks between which the rules stand"));
    let (before, rest) = template.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    let rules: String = patterns().iter().map(|pattern| rule(pattern, place)).collect();
    fs::write(&path, format!("{before}{BEGIN}{rules}{END}{after}"))
}

/// The resource of a rule.
fn rule(rule: &Pattern, place: Place) -> String {
    let words = rule
        .name
        .split('-')
        .map(|word| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default());
    let id: String = words.collect();
    let only_there = rule.only_everywhere && place == Place::Stack;
    let condition = if only_there { "    Condition: EverySource\n" } else { "" };
    let state = if rule.reads_too { "      State: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS\n" } else { "" };
    let (name, pattern, target) = match place {
        Place::Stack => (format!("!Sub ${{AWS::StackName}}-{}", rule.name), rule.pattern.clone(), QUEUE),
        Place::Forwarder => (format!("bongsu-forward-{}", rule.name), without_drills(&rule.pattern), BUS),
    };
    format!(
        "  AccountActivity{id}Rule:
    Type: AWS::Events::Rule
{condition}    Properties:
      Name: {name}-account-activity
{state}      EventPattern:
{}      Targets:
{target}",
        block(&pattern, 8),
    )
}

const QUEUE: &str = "        - Id: queue
          Arn: !GetAtt AccountActivityEvents.Arn
          RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 }
          DeadLetterConfig: { Arn: !GetAtt UndeliveredEvents.Arn }
";

const BUS: &str = "        - Id: bus
          Arn: !Ref Bus
          RoleArn: !GetAtt Role.Arn
          DeadLetterConfig: { Arn: !GetAtt DeadLetters.Arn }
";

/// The bus takes no drills.
fn without_drills(pattern: &Value) -> Value {
    let mut pattern = pattern.clone();
    let is_drill = |source: &Value| {
        let text = source.as_str().or_else(|| source.get("prefix").and_then(Value::as_str));
        text.is_some_and(|text| text.starts_with("drill."))
    };
    if let Some(sources) = pattern.get_mut("source").and_then(Value::as_array_mut) {
        sources.retain(|source| !is_drill(source));
    }
    pattern
}

/// The fields of an object as YAML: the envelope's first, as people read them.
fn block(value: &Value, indent: usize) -> String {
    const ORDER: [&str; 3] = ["source", "detail-type", "detail"];
    let mut fields: Vec<_> = value.as_object().into_iter().flatten().collect();
    fields.sort_by_key(|(name, _)| ORDER.iter().position(|first| first == name));
    fields.into_iter().map(|(name, value)| field(name, value, indent)).collect()
}

fn field(name: &str, value: &Value, indent: usize) -> String {
    let space = " ".repeat(indent);
    match value {
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let items: String = items.iter().map(|item| item_of(item, indent + 2)).collect();
            format!("{space}{name}:\n{items}")
        }
        Value::Array(items) => format!("{space}{name}:{}\n", list(items, &format!("{space}{name}:"), indent + 2)),
        object => format!("{space}{name}:\n{}", block(object, indent + 2)),
    }
}

/// An object in a list: its first line begins with a dash.
fn item_of(item: &Value, indent: usize) -> String {
    match item {
        Value::Object(fields) if fields.values().all(Value::is_string) => {
            let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name}: {}", scalar(value))).collect();
            format!("{}- {}\n", " ".repeat(indent), fields.join(", "))
        }
        item => format!("{}- {}", " ".repeat(indent), block(item, indent + 2).trim_start()),
    }
}

/// A list on one line, or on lines that are full.
fn list(items: &[Value], before: &str, indent: usize) -> String {
    let words: Vec<_> = items.iter().map(scalar).collect();
    let line = format!(" [{}]", words.join(", "));
    if before.len() + line.len() <= WIDTH {
        return line;
    }
    let (outer, inner) = (" ".repeat(indent), " ".repeat(indent + 2));
    let mut lines = vec![String::new()];
    for word in words {
        let full = lines.last().is_some_and(|line| inner.len() + line.len() + word.len() + 2 > WIDTH);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.extend([if line.is_empty() { "" } else { " " }, &word, ","]);
        }
    }
    let lines = lines.join(&format!("\n{inner}"));
    format!("\n{outer}[\n{inner}{lines}\n{outer}]")
}

fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
