//! The ledger as a person reads it: all of it.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use notifier::clock;
use notifier::delivery::Record;

use serde_json::{Value, json};

use super::{Operator, OperatorError};
use crate::ledger::{PAGE, item};

impl Operator {
    /// The names of the ledger tables that a stack has made, the newest first. It makes one, but leaves it behind when it is
    /// deleted, since it is a history. `CloudFormation` names it after the stack and the resource.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-supplied-physical-resource-ids.html>
    ///
    /// # Errors
    /// Tables may not be listed, or, of several, not be described.
    pub async fn ledger_tables(&self, stack: &str) -> Result<Vec<String>, OperatorError> {
        let client = Client::new(&self.config);
        let prefix = format!("{stack}-Ledger-");
        let mut names = client.list_tables().into_paginator().items().send();
        let mut tables = Vec::new();
        while let Some(name) = names.next().await {
            let name = name.map_err(|error| self.error("cannot look for the ledger's table", &error))?;
            if name.starts_with(&prefix) {
                tables.push((None, name));
            }
        }
        if tables.len() > 1 {
            for (made_at, name) in &mut tables {
                let table = client.describe_table().table_name(name.as_str()).send().await;
                let table = table.map_err(|error| self.error("cannot ask how old a ledger's table is", &error))?.table;
                *made_at = table.and_then(|table| table.creation_date_time);
            }
            tables.sort_by_key(|(made_at, _)| std::cmp::Reverse(*made_at));
        }
        Ok(tables.into_iter().map(|(_, name)| name).collect())
    }

    /// What is known of the alerts that came in since then, in no order. DynamoDB reads the whole table for it.
    ///
    /// # Errors
    /// It may not be read, or something else than a ledger is in it.
    pub async fn history(&self, table: &str, since: Timestamp) -> Result<Vec<Record>, OperatorError> {
        let what = "cannot read the ledger";
        let scan = Client::new(&self.config).scan().table_name(table).limit(PAGE).consistent_read(true);
        let scan = scan
            .filter_expression("begins_with(#key, :alerts) AND #first_at >= :since")
            .expression_attribute_names("#key", item::PK)
            .expression_attribute_names("#first_at", item::FIRST_AT)
            .expression_attribute_values(":alerts", AttributeValue::S(item::ALERTS.to_owned()))
            .expression_attribute_values(":since", AttributeValue::N(since.as_millisecond().to_string()));
        let mut items = scan.into_paginator().items().send();
        let mut records = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| self.error(what, &error))?;
            let record = item::record(&plain(&item), clock::now());
            records.extend(record.map_err(|error| self.plain_error(what, &error.0))?);
        }
        Ok(records)
    }
}

/// An item of the SDK as DynamoDB itself says it. What a ledger never has in it is left out.
fn plain(item: &HashMap<String, AttributeValue>) -> item::Item {
    item.iter().filter_map(|(name, value)| Some((name.clone(), plain_value(value)?))).collect()
}

fn plain_value(value: &AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::Null(value) => json!({ "NULL": value }),
        AttributeValue::Bool(value) => json!({ "BOOL": value }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::L(list) => json!({ "L": list.iter().filter_map(plain_value).collect::<Vec<_>>() }),
        AttributeValue::M(map) => json!({ "M": plain(map) }),
        _ => return None,
    })
}
