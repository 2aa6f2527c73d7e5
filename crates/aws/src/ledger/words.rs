//! DynamoDB's expressions. Names and values go in by placeholders, since many names are reserved words.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html>

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{item, value};

/// The names and values of a call's expressions.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Name to placeholder.
    names: BTreeMap<String, String>,
    values: Map<String, Value>,
}

impl Words {
    /// The placeholder of an attribute.
    pub(super) fn name(&mut self, name: &str) -> String {
        let next = format!("#n{}", self.names.len());
        self.names.entry(name.to_owned()).or_insert(next).clone()
    }

    /// The placeholder of a value.
    pub(super) fn value(&mut self, value: Value) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// `name operator value`
    pub(super) fn compare(&mut self, name: &str, operator: &str, value: Value) -> String {
        format!("{} {operator} {}", self.name(name), self.value(value))
    }

    /// There is no item.
    pub(super) fn missing(&mut self) -> String {
        format!("attribute_not_exists({})", self.name(item::PK))
    }

    /// There is no item, or its time is over and DynamoDB has not deleted it yet.
    pub(super) fn gone(&mut self, now: Timestamp) -> String {
        format!("({} OR {})", self.missing(), self.compare(item::EXPIRES_AT, "<=", item::seconds(now)))
    }

    /// Placeholder to name.
    pub(super) fn names(&self) -> Map<String, Value> {
        self.names.iter().map(|(name, placeholder)| (placeholder.clone(), name.as_str().into())).collect()
    }

    /// Placeholder to value.
    pub(super) fn values(&self) -> Map<String, Value> {
        self.values.clone()
    }
}

/// What an update changes in an item.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) words: Words,
    sets: Vec<String>,
    removes: Vec<String>,
    adds: Vec<String>,
}

impl Change {
    /// Writes an attribute.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        let set = self.words.compare(name, "=", value);
        self.sets.push(set);
    }

    /// Writes an attribute that is not there yet.
    pub(super) fn set_once(&mut self, name: &str, value: Value) {
        let (name, value) = (self.words.name(name), self.words.value(value));
        self.sets.push(format!("{name} = if_not_exists({name}, {value})"));
    }

    /// Takes an attribute away.
    pub(super) fn remove(&mut self, name: &str) {
        let name = self.words.name(name);
        self.removes.push(name);
    }

    /// Adds one to a number, which begins at 0.
    pub(super) fn add_one(&mut self, name: &str) {
        let add = format!("{} {}", self.words.name(name), self.words.value(value::number(1)));
        self.adds.push(add);
    }

    /// The update expression.
    pub(super) fn expression(&self) -> String {
        let clauses = [("SET", &self.sets), ("REMOVE", &self.removes), ("ADD", &self.adds)];
        let clauses = clauses.into_iter().filter(|(_, parts)| !parts.is_empty());
        clauses.map(|(verb, parts)| format!("{verb} {}", parts.join(", "))).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_has_one_placeholder_and_every_value_its_own() {
        let mut words = Words::default();
        assert_eq!(words.compare("status", "=", value::number(1)), "#n0 = :v0");
        assert_eq!(words.compare("status", "<>", value::number(1)), "#n0 <> :v1");
        assert_eq!(Value::Object(words.names()), json!({ "#n0": "status" }));
        assert_eq!(Value::Object(words.values()), json!({ ":v0": { "N": "1" }, ":v1": { "N": "1" } }));
    }

    #[test]
    fn an_update_has_the_clauses_that_it_needs_and_no_others() {
        let mut change = Change::default();
        change.add_one("used");
        assert_eq!(change.expression(), "ADD #n0 :v0");
        change.set("expires_at", value::number(1));
        change.set_once("first_at", value::number(1));
        change.remove("lease_owner");
        assert_eq!(change.expression(), "SET #n1 = :v1, #n2 = if_not_exists(#n2, :v2) REMOVE #n3 ADD #n0 :v0");
    }
}
