//! DynamoDB's values, which say what they are: `{"S": "text"}`, `{"N": "1"}`; and our structs as such.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html>

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A text.
pub(crate) fn text(text: impl Into<String>) -> Value {
    value("S", Value::String(text.into()))
}

/// A number, which DynamoDB has in digits.
pub(super) fn number(number: impl Into<i64>) -> Value {
    value("N", Value::String(number.into().to_string()))
}

/// The text in a value; `None` where it is of another kind.
pub(super) fn as_text(value: &Value) -> Option<&str> {
    value.get("S")?.as_str()
}

/// The number in a value; `None` where it is of another kind, or too large.
pub(super) fn as_number<N: FromStr>(value: &Value) -> Option<N> {
    value.get("N")?.as_str()?.parse().ok()
}

/// A struct as DynamoDB keeps it.
///
/// # Errors
/// JSON has no word for something in it.
pub(super) fn write(part: &impl Serialize) -> Result<Value, serde_json::Error> {
    serde_json::to_value(part).map(to_attribute)
}

/// The struct in a value; `None` where the value is of another kind.
pub(super) fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(from_attribute(value)?).ok()
}

fn value(kind: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(kind.to_owned(), value)]))
}

fn to_attribute(plain: Value) -> Value {
    match plain {
        Value::Null => value("NULL", Value::Bool(true)),
        Value::Bool(_) => value("BOOL", plain),
        Value::Number(number) => value("N", Value::String(number.to_string())),
        Value::String(_) => value("S", plain),
        Value::Array(list) => value("L", list.into_iter().map(to_attribute).collect()),
        Value::Object(map) => value("M", map.into_iter().map(|(name, value)| (name, to_attribute(value))).collect()),
    }
}

/// Sets and bytes are not read: we never write them.
fn from_attribute(attribute: &Value) -> Option<Value> {
    let (kind, value) = attribute.as_object()?.iter().next()?;
    Some(match (kind.as_str(), value) {
        ("NULL", _) => Value::Null,
        ("BOOL", Value::Bool(_)) | ("S", Value::String(_)) => value.clone(),
        ("N", Value::String(number)) => Value::Number(number.parse().ok()?),
        ("L", Value::Array(list)) => list.iter().map(from_attribute).collect::<Option<_>>()?,
        ("M", Value::Object(map)) => {
            let pairs = map.iter().map(|(name, value)| Some((name.clone(), from_attribute(value)?)));
            Value::Object(pairs.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use notifier::delivery::{Entry, Outcome, State};
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_comes_back_as_it_was_whatever_its_state() {
        for state in [State::Claimed, State::UncertainTwice, State::NotSent(Outcome::RateLimited)] {
            let entry = Entry {
                attempts: 3,
                counted: true,
                provider_id: Some("이름 \"1\"".to_owned()),
                ..Entry::new(state, Timestamp::UNIX_EPOCH)
            };
            assert_eq!(read::<Entry>(&write(&entry).unwrap()), Some(entry));
        }
    }

    #[test]
    fn lists_and_nothing_are_kept_too() {
        let value = json!({ "list": [1, -2.5, null, true], "map": {} });
        assert_eq!(read::<Value>(&write(&value).unwrap()), Some(value));
    }

    #[test]
    fn every_value_says_what_it_is() {
        let value = write(&json!({ "list": [1, -2.5, null, true], "map": { "a": "b" } })).unwrap();
        let list = json!([{ "N": "1" }, { "N": "-2.5" }, { "NULL": true }, { "BOOL": true }]);
        assert_eq!(value, json!({ "M": { "list": { "L": list }, "map": { "M": { "a": { "S": "b" } } } } }));
        assert_eq!((text("a"), number(1)), (json!({ "S": "a" }), json!({ "N": "1" })));
        assert_eq!((as_text(&text("a")), as_number(&number(-1))), (Some("a"), Some(-1)));
    }

    #[test]
    fn what_is_of_another_kind_is_not_read() {
        assert_eq!(read::<Entry>(&text("accepted")), None);
        for odd in
            [json!({ "SS": ["a"] }), json!({ "N": "many" }), json!({ "N": 1 }), json!({ "S": 1 }), json!({}), json!(1)]
        {
            assert_eq!(read::<Value>(&odd), None, "{odd}");
            assert_eq!((as_text(&odd), as_number::<u32>(&odd)), (None, None), "{odd}");
        }
        assert_eq!(as_number::<u32>(&number(-1)), None);
    }
}
