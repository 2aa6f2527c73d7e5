//! What AWS says to a topic when it is attached: a test, and no news.

use serde_json::Value;

/// Words of a test, in small letters. Nobody has documented the whole text, so a text that says any more is no greeting.
const WORDS: [&str; 4] = ["this is a test", "test message", "test notification", "successfully subscribed"];

/// Longer than a greeting needs to be, in bytes.
const LONGEST: usize = 600;

/// Whether this is prose by which `service` (in small letters) greets a topic, and that tells of nothing: it holds no
/// sum, no account and no line of a real alert.
pub(crate) fn is_from(service: &str, event: &Value) -> bool {
    let Some(text) = event.as_str().filter(|text| text.len() <= LONGEST && !text.trim_start().starts_with(['{', '[']))
    else {
        return false;
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let tells = ["$", "%", "amount", "budget name", "threshold", "exceed", "impact", "detected"];
    text.contains(service)
        && WORDS.iter().any(|word| text.contains(word))
        && !tells.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_greeting(text: &str) -> bool {
        is_from("aws budget", &Value::from(text))
    }

    #[test]
    fn a_test_is_a_greeting_and_an_alert_of_a_budget_called_test_is_none() {
        assert!(is_greeting("This is a test message\nfrom AWS Budgets."));
        assert!(is_greeting("You have successfully subscribed this topic to AWS Budgets notifications."));
        for news in [
            "",
            "This is a test message.",
            "AWS Budgets: this is a test has exceeded your alert threshold",
            "AWS Budget Notification March 10, 2026\nBudget Name: this is a test message",
            "{\"text\":\"this is a test message from AWS Budgets\"}",
            "AWS Budget Notification March 10, 2026\nAWS Account 111122223333",
            &format!("This is a test message from AWS Budgets. {}", "x".repeat(LONGEST)),
        ] {
            assert!(!is_greeting(news), "{news}");
        }
        assert!(!is_from("aws budget", &serde_json::json!({"text": "this is a test message from AWS Budgets"})));
    }
}
