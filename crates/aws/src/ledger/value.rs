//! Our structs as maps in an item, by way of JSON.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html>

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A struct as DynamoDB keeps it.
///
/// # Errors
/// JSON has no word for something in it.
pub(super) fn write(part: &impl Serialize) -> Result<AttributeValue, serde_json::Error> {
    serde_json::to_value(part).map(to_attribute)
}

/// The struct in a value; `None` where the value is of another kind.
pub(super) fn read<T: DeserializeOwned>(value: &AttributeValue) -> Option<T> {
    serde_json::from_value(from_attribute(value)?).ok()
}

fn to_attribute(value: Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(value) => AttributeValue::Bool(value),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text),
        Value::Array(list) => AttributeValue::L(list.into_iter().map(to_attribute).collect()),
        Value::Object(map) => {
            AttributeValue::M(map.into_iter().map(|(name, value)| (name, to_attribute(value))).collect())
        }
    }
}

fn from_attribute(value: &AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(value) => Value::Bool(*value),
        AttributeValue::N(number) => Value::Number(number.parse().ok()?),
        AttributeValue::S(text) => Value::String(text.clone()),
        AttributeValue::L(list) => Value::Array(list.iter().map(from_attribute).collect::<Option<_>>()?),
        AttributeValue::M(map) => {
            let pairs = map.iter().map(|(name, value)| Some((name.clone(), from_attribute(value)?)));
            Value::Object(pairs.collect::<Option<_>>()?)
        }
        // Sets and bytes, which we never write.
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use notifier::delivery::{Entry, Outcome, State};

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
        let value = serde_json::json!({ "list": [1, -2.5, null, true], "map": {} });
        assert_eq!(read::<Value>(&write(&value).unwrap()), Some(value));
    }

    #[test]
    fn what_is_of_another_kind_is_not_read() {
        assert_eq!(read::<Entry>(&AttributeValue::S("accepted".to_owned())), None);
        assert_eq!(read::<Value>(&AttributeValue::Ss(vec!["a".to_owned()])), None);
        assert_eq!(read::<Value>(&AttributeValue::N("many".to_owned())), None);
    }
}
