//! The configuration as a document that is stored and compared: its comments and its order stay.

use std::collections::BTreeMap;

use anyhow::Context;
use notifier::config::replace_variables;
use toml_edit::{DocumentMut, Item, TableLike, Value};

/// Keys whose values are never shown.
const SECRETS: [&str; 5] = ["token", "app_key", "secret_key", "api_key", "api_secret"];

/// The text with `${NAME}` replaced in its string values, where `value` gives one.
///
/// # Errors
/// The text is not TOML.
pub(crate) fn with_variables<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> anyhow::Result<String> {
    let mut document: DocumentMut = text.parse().context("the configuration is not TOML")?;
    replace_in_table(document.as_table_mut(), &value);
    Ok(document.to_string())
}

fn replace_in_table<'a>(table: &mut dyn TableLike, value: &impl Fn(&str) -> Option<&'a str>) {
    for (_, item) in table.iter_mut() {
        replace_in_item(item, value);
    }
}

fn replace_in_item<'a>(item: &mut Item, value: &impl Fn(&str) -> Option<&'a str>) {
    match item {
        Item::Value(it) => replace_in_value(it, value),
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(|table| replace_in_table(table, value)),
        Item::Table(table) => replace_in_table(table, value),
        Item::None => {}
    }
}

fn replace_in_value<'a>(it: &mut Value, value: &impl Fn(&str) -> Option<&'a str>) {
    match it {
        Value::Array(items) => items.iter_mut().for_each(|item| replace_in_value(item, value)),
        Value::InlineTable(table) => replace_in_table(table, value),
        Value::String(text) if text.value().contains("${") => {
            let replaced = replace_variables(text.value(), |name| value(name).map(str::to_owned));
            let decor = text.decor().clone();
            *it = Value::from(replaced.unwrap_or_else(|| text.value().clone()));
            *it.decor_mut() = decor;
        }
        _ => {}
    }
}

/// What differs between two documents, a line for each key; secrets as `•••`.
///
/// # Errors
/// One of them is not TOML.
pub(crate) fn changes(old: &str, new: &str) -> anyhow::Result<Vec<String>> {
    let old: DocumentMut = old.parse().context("the stored configuration is not TOML")?;
    let new: DocumentMut = new.parse().context("the configuration is not TOML")?;
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    flatten("", old.as_item(), &mut before);
    flatten("", new.as_item(), &mut after);
    let mut changes = Vec::new();
    for (key, value) in &after {
        match before.get(key) {
            None => changes.push(format!("+ {key} = {}", shown(key, value))),
            Some(old) if old != value => {
                changes.push(format!("~ {key} = {} (was {})", shown(key, value), shown(key, old)));
            }
            Some(_) => {}
        }
    }
    changes.extend(
        before
            .iter()
            .filter(|(key, _)| !after.contains_key(*key))
            .map(|(key, value)| format!("- {key} = {}", shown(key, value))),
    );
    Ok(changes)
}

fn shown<'a>(key: &str, value: &'a str) -> &'a str {
    let name = key.rsplit('.').next().unwrap_or(key);
    if SECRETS.contains(&name) { "•••" } else { value }
}

fn flatten(path: &str, item: &Item, into: &mut BTreeMap<String, String>) {
    match item {
        Item::Table(table) => {
            for (key, item) in table {
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                flatten(&path, item, into);
            }
        }
        Item::ArrayOfTables(tables) => {
            for (index, table) in tables.iter().enumerate() {
                flatten(&format!("{path}[{index}]"), &Item::Table(table.clone()), into);
            }
        }
        Item::Value(value) => {
            into.insert(path.to_owned(), value.clone().decorated("", "").to_string());
        }
        Item::None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "language = \"ko\" # why\n\n[channels.ops]\ntype = \"telegram\"\ntoken = \"${TOKEN}\"\nchat_id = \"1\"\n[channels.mail]\ntopic_arn = \"${ALERT_TOPIC_ARN}\"\nto = [\"${PHONE}\"]\n";

    fn stored() -> String {
        with_variables(TEXT, |name| match name {
            "TOKEN" => Some("a\"b\n[x]"),
            "PHONE" => Some("01012345678"),
            _ => None,
        })
        .unwrap()
    }

    #[test]
    fn variables_are_replaced_in_values_and_can_change_nothing_else() {
        let document: DocumentMut = stored().parse().unwrap();
        assert_eq!(document["channels"]["ops"]["token"].as_str(), Some("a\"b\n[x]"));
        assert_eq!(document["channels"]["mail"]["to"][0].as_str(), Some("01012345678"));
        assert!(stored().contains("# why"));
        assert_eq!(document.as_table().len(), 2);
    }

    #[test]
    fn what_only_the_stack_knows_stays() {
        assert!(stored().contains("\"${ALERT_TOPIC_ARN}\""));
    }

    #[test]
    fn changes_name_each_key_and_hide_secrets() {
        let new = stored().replace("\"1\"", "\"2\"").replace("[x]", "[y]").replace("language = \"ko\" # why\n", "");
        let changes = changes(&stored(), &new).unwrap();
        assert_eq!(
            changes,
            [
                "~ channels.ops.chat_id = \"2\" (was \"1\")",
                "~ channels.ops.token = ••• (was •••)",
                "- language = \"ko\""
            ]
        );
    }

    #[test]
    fn the_same_document_has_no_changes() {
        assert!(changes(TEXT, TEXT).unwrap().is_empty());
    }
}
