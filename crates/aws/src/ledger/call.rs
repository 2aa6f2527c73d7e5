//! What is said in a call, and in a part of a transaction.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html>

use serde_json::{Map, Value};

use super::item::{self, Item};
use super::words::{Change, Words};

/// The members of a call, called as in DynamoDB's reference.
#[derive(Debug)]
pub(super) struct Call {
    members: Map<String, Value>,
}

impl Call {
    /// A call about a table.
    pub(super) fn on(table: &str) -> Self {
        Self { members: Map::new() }.with("TableName", table)
    }

    /// Puts this item there.
    pub(super) fn item(self, item: Item) -> Self {
        self.with("Item", item)
    }

    /// It is about the item with this key.
    pub(super) fn key(self, key: Value) -> Self {
        self.with("Key", Item::from_iter([(item::PK.to_owned(), key)]))
    }

    /// Changes it so. The words of its condition are among those of the change.
    pub(super) fn change(self, change: &Change) -> Self {
        self.with("UpdateExpression", change.expression()).words(&change.words)
    }

    /// Only where this is true.
    pub(super) fn only_if(self, condition: String) -> Self {
        self.with("ConditionExpression", condition)
    }

    /// Tells the item, where it does not meet the condition.
    pub(super) fn or_tell(self) -> Self {
        self.with("ReturnValuesOnConditionCheckFailure", "ALL_OLD")
    }

    /// The words of its expressions. DynamoDB takes no empty lists of them.
    pub(super) fn words(self, words: &Words) -> Self {
        let lists = [("ExpressionAttributeNames", words.names()), ("ExpressionAttributeValues", words.values())];
        lists.into_iter().filter(|(_, list)| !list.is_empty()).fold(self, |call, (name, list)| call.with(name, list))
    }

    /// Any other member.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The part of a transaction that does this: `Put`, `Update`.
    pub(super) fn part(self, kind: &str) -> Value {
        Value::Object(Map::from_iter([(kind.to_owned(), self.into())]))
    }
}

impl From<Call> for Value {
    fn from(call: Call) -> Self {
        Self::Object(call.members)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::value::number;
    use super::*;

    #[test]
    fn a_call_says_what_it_changes_and_when() {
        let mut change = Change::default();
        change.add_one("used");
        let condition = change.words.compare("at", "<", number(5));
        let call = Call::on("t").key(number(7)).change(&change).only_if(condition).or_tell();
        let expected = json!({
            "TableName": "t",
            "Key": { "pk": { "N": "7" } },
            "UpdateExpression": "ADD #n0 :v0",
            "ConditionExpression": "#n1 < :v1",
            "ExpressionAttributeNames": { "#n0": "used", "#n1": "at" },
            "ExpressionAttributeValues": { ":v0": { "N": "1" }, ":v1": { "N": "5" } },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        assert_eq!(call.part("Update"), json!({ "Update": expected }));
    }

    #[test]
    fn where_there_are_no_words_a_call_has_no_lists_of_them() {
        assert_eq!(Value::from(Call::on("t").words(&Words::default())), json!({ "TableName": "t" }));
    }
}
