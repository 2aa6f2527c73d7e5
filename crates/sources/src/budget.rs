//! Budgets that were, or will be, exceeded.
//!
//! AWS Budgets sends prose to a topic and no event to a bus:
//! <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html>.
//! A drill is an event all the same (`drill.aws.budgets`, `Budget Notification`), with the prose in `detail.message`.

use alert::{Alert, Fact, Link, Policy, Text};
use serde_json::Value;

use crate::arn::console;
use crate::fields::{Fields, is_account};
use crate::greeting;
use crate::origin::{self, Origin};
use crate::{Outcome, Source};

mod notice;
mod wording;

use notice::Notice;

/// This source.
pub const SOURCE: Source = Source { slug: "budget", alerts };

/// Characters of a text that stand among the facts, where it could not be read.
const GLIMPSE: usize = 200;

/// Reads what a budget says.
///
/// A text has no identity but its words, and a daily budget says the same tomorrow. One that does not name its day is
/// left to the raw alert, which knows of the delivery.
pub fn alerts(event: &Value, _: &Policy) -> Outcome {
    if greeting::is_from("aws budget", event) {
        return Outcome::ignored("AWS Budgets greets a topic that was attached to it: no budget was exceeded");
    }
    let Some((text, is_event)) = text(event) else {
        return Outcome::NotMine;
    };
    match Notice::read(text) {
        Some(notice) if is_event || notice.day.is_some() => Outcome::alert(alert(event, text, &notice)),
        _ => Outcome::NotMine,
    }
}

/// The words of the budget, and whether they came in an event.
fn text(event: &Value) -> Option<(&str, bool)> {
    if origin::service(event) == "aws.budgets" && origin::detail_type(event) == "Budget Notification" {
        return Some((event.word("/detail/message")?, true));
    }
    event.as_str().map(|text| (text, false))
}

fn alert(event: &Value, text: &str, notice: &Notice<'_>) -> Alert {
    let account = notice.account.filter(|account| is_account(account)).map(str::to_owned);
    // A budget is nowhere: the Region of an envelope would make a second alert of the same words.
    let origin = Origin { account, ..Origin::new(SOURCE.slug, event) }.account(&["/account"]).time(&["/time"]);
    let id = event.text("/detail/id").unwrap_or_default();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts = notice.identity().unwrap_or_else(|| vec![&words]);
    let key: Vec<_> = parts.into_iter().chain([id.as_str()]).collect();
    let known = notice.day.is_some() || !id.is_empty();
    Alert {
        subject: notice.name.map(str::to_owned),
        facts: facts(notice, text),
        links: vec![
            Link::new(Text::new("예산", "Budgets"), console(None, "billing", "/budgets")),
            Link::new(Text::same("Cost Explorer"), console(None, "cost-management", "/cost-explorer")),
        ],
        ..origin.alert(wording::saying(notice), known.then_some(key.as_slice()), &[notice.name.unwrap_or_default()])
    }
}

fn facts(notice: &Notice<'_>, text: &str) -> Vec<Fact> {
    let foreign = |label, value: Option<&str>| value.map(|value| Fact::foreign(label, value));
    let glimpse =
        || Fact::foreign(Text::new("내용", "Content"), notice::rest(text).chars().take(GLIMPSE).collect::<String>());
    let spent = notice.spent().map(|spent| Fact::foreign(wording::spent(notice), spent).brief());
    let told = spent.is_some();
    [
        spent,
        notice.period.map(|period| Fact::words(Text::new("기간", "Period"), wording::period(period)).brief()),
        notice.contested.then(|| wording::contested().brief()),
        (!told).then(|| glimpse().brief()),
        foreign(Text::new("예산 대비", "Of the budget"), notice.rate().as_deref()),
        foreign(Text::new("알림 기준", "Alert threshold"), notice.threshold),
        notice
            .forecast
            .map(|forecast| Fact::words(Text::new("알림 종류", "Alert type"), wording::alert_type(forecast))),
        foreign(Text::new("예산 종류", "Budget type"), notice.kind),
        foreign(Text::new("알림 날짜", "Date of the alert"), notice.day),
        (told && notice.contested).then(glimpse),
    ]
    .into_iter()
    .flatten()
    .collect()
}
