//! What a policy document gives to whom.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::call::words;
use super::conditions::{and, not, or};

/// The document in a request, which is JSON, JSON in a string, or such a string as it stands in a URL.
pub(super) fn document(value: &Value) -> Option<Value> {
    match value {
        Value::Object(_) => Some(value.clone()),
        Value::String(text) => {
            let parsed = serde_json::from_str(text).ok();
            parsed.or_else(|| serde_json::from_str(&percent_decode_str(text).decode_utf8().ok()?).ok())
        }
        _ => None,
    }
}

/// Whether it allows everything, or everything in IAM, which is as much.
pub(super) fn allows_everything(document: &Value) -> Option<bool> {
    any_statement(document, |statement| and([allows(statement), on_everything(statement), all_actions(statement)]))
}

/// Whether it lets in anybody without a condition.
pub(super) fn lets_in_anybody(document: &Value) -> Option<bool> {
    any_statement(document, |statement| and([allows(statement), to_anybody(statement), not(conditional(statement))]))
}

fn any_statement(document: &Value, fits: impl Fn(&Value) -> Option<bool>) -> Option<bool> {
    match document.get("Statement")? {
        Value::Array(statements) => or(statements.iter().map(fits)),
        statement @ Value::Object(_) => fits(statement),
        _ => None,
    }
}

fn allows(statement: &Value) -> Option<bool> {
    match statement.get("Effect")?.as_str()? {
        "Allow" => Some(true),
        "Deny" => Some(false),
        _ => None,
    }
}

fn on_everything(statement: &Value) -> Option<bool> {
    listed(statement, "Resource", &["*"])
}

fn all_actions(statement: &Value) -> Option<bool> {
    listed(statement, "Action", &["*", "*:*", "iam:*"])
}

/// Whether a list holds one of these. A statement has the list, or its opposite (`NotAction`), which holds less.
fn listed(statement: &Value, name: &str, any_of: &[&str]) -> Option<bool> {
    let Some(list) = statement.get(name) else {
        return statement.get(format!("Not{name}")).map(|_| false);
    };
    let found = words(list);
    (!found.is_empty()).then(|| found.iter().any(|word| any_of.contains(word)))
}

fn to_anybody(statement: &Value) -> Option<bool> {
    match statement.get("Principal") {
        Some(Value::Object(kinds)) => or(kinds.iter().map(|(kind, who)| match kind.as_str() {
            "AWS" => (!words(who).is_empty()).then(|| words(who).contains(&"*")),
            "Service" | "Federated" | "CanonicalUser" => Some(false),
            _ => None,
        })),
        Some(who) => (!words(who).is_empty()).then(|| words(who).contains(&"*")),
        None => statement.get("NotPrincipal").map(|_| true),
    }
}

fn conditional(statement: &Value) -> Option<bool> {
    match statement.get("Condition") {
        None => Some(false),
        Some(conditions) => conditions.as_object().map(|conditions| !conditions.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everything_is_found_in_a_list_and_alone() {
        let of = |action: Value, resource: Value| {
            allows_everything(&json!({"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}))
        };
        assert_eq!(of(json!("*"), json!("*")), Some(true));
        assert_eq!(of(json!(["s3:Get*", "iam:*"]), json!(["*"])), Some(true));
        assert_eq!(of(json!("s3:*"), json!("*")), Some(false));
        assert_eq!(of(json!("*"), json!("arn:aws:s3:::shop-invoices/*")), Some(false));
        assert_eq!(of(json!({}), json!("*")), None);
        let denied = json!({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}});
        assert_eq!(allows_everything(&denied), Some(false));
        let all_but = json!({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}});
        assert_eq!(allows_everything(&all_but), Some(false));
        assert_eq!(allows_everything(&json!({"Statement": "Allow"})), None);
    }

    #[test]
    fn anybody_is_a_star_without_a_condition() {
        let of =
            |principal: Value| lets_in_anybody(&json!({"Statement": [{"Effect": "Allow", "Principal": principal}]}));
        assert_eq!(of(json!("*")), Some(true));
        assert_eq!(of(json!({"AWS": ["444455556666", "*"]})), Some(true));
        assert_eq!(of(json!({"AWS": "444455556666", "Service": "ec2.amazonaws.com"})), Some(false));
        assert_eq!(of(json!({})), None);
        let conditional = json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"Bool": {}}}]});
        assert_eq!(lets_in_anybody(&conditional), Some(false));
    }

    #[test]
    fn a_document_may_come_as_json_as_text_and_encoded() {
        for text in [json!({"a": 1}), json!("{\"a\": 1}"), json!("%7B%22a%22%3A1%7D")] {
            assert_eq!(document(&text), Some(json!({"a": 1})), "{text}");
        }
        assert_eq!(document(&json!("no policy")), None);
    }
}
