//! The budgets. An account may have many, but none twice under the same name.

use aws::survey::{Asked, Stack};

use super::part::{Finding, Part, Second, There, Wishes};

const DAILY: Part = Part { name: "DailyBudgetDollars", on: "5", off: "0", off_because: None, second: Second::Refused };
const MONTHLY: Part =
    Part { name: "MonthlyBudgetDollars", on: "100", off: "0", off_because: None, second: Second::Refused };

pub(super) fn findings(budgets: &Asked<Vec<String>>, stack_name: &str, wishes: &Wishes<'_>) -> [Finding; 2] {
    [(&DAILY, "daily"), (&MONTHLY, "monthly")].map(|(part, suffix)| {
        let name = format!("{stack_name}-{suffix}");
        wishes.decide(part, |stack| match budgets {
            Ok(budgets) => there(budgets, &name, part, stack),
            Err(unasked) => There::Unasked(unasked.to_string()),
        })
    })
}

fn there(budgets: &[String], name: &str, part: &Part, stack: &Stack) -> There {
    if !budgets.iter().any(|budget| budget == name) {
        return There::Nothing(String::new());
    }
    if stack.made("AWS::Budgets::Budget", name) {
        return There::Ours(format!("the budget {name}"));
    }
    let says = format!("the budget {name}, which the stack has not made; to have ours, delete it");
    There::Others(says, vec![format!("{}={}", part.name, part.off)])
}
