//! The schedule's own event. Our function never reads it: it asks IAM for a report instead. Where it could not, in three
//! tries, the event comes to whoever reads what was not delivered, and people hear that the audit did not happen.

use alert::{Alert, Fact, Link, Severity, Status, Text};
use serde_json::Value;

use super::SOURCE;
use crate::arn::{console, encoded};
use crate::arrival;
use crate::fields::Fields;
use crate::origin::{self, Origin, Saying};

/// Rules of EventBridge, and its scheduler.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html>
const SERVICES: [&str; 2] = ["aws.events", "aws.scheduler"];

const SAYING: Saying = Saying {
    severity: Severity::Medium,
    status: Status::Notice,
    title: Text::new("자격 증명 점검을 끝내지 못했습니다", "The credential audit did not finish"),
    advice: Text::new(
        "점검 함수의 로그에서 원인을 찾아 해결한 뒤 함수를 다시 실행하세요. 그때까지 위험한 키나 비밀번호가 있어도 알 수 없습니다.",
        "Find the cause in the function's log, mend it, and run the function again. Until then, dangerous keys and \
         passwords go unnoticed.",
    ),
};

/// The alert, where the event is of the schedule of this audit: rule and function end with its slug.
pub(super) fn alert(event: &Value) -> Option<Alert> {
    if !SERVICES.contains(&origin::service(event)) || origin::detail_type(event) != "Scheduled Event" {
        return None;
    }
    let arn = event.word("/resources/0")?;
    let name = arrival::name(arn).filter(|name| arrival::slug(name) == Some(SOURCE.slug))?;
    let origin = Origin::new(SOURCE.slug, event).account(&["/account"]).region(&["/region"]).time(&["/time"]);
    // A schedule's event has no name but its time.
    let time = event.moment("/time");
    let key = time.as_deref().map(|time| ["did not finish", arn, time]);
    let place = format!("/functions/{}?tab=monitoring", encoded(&name));
    Some(Alert {
        facts: vec![Fact::foreign(Text::new("점검 함수", "Function"), name).brief()],
        links: vec![Link::new(
            Text::new("함수의 로그", "The function's log"),
            console(origin.region.as_deref(), "lambda", &place),
        )],
        ..origin.alert(SAYING, key.as_ref().map(<[_; 3]>::as_slice), &["audit"])
    })
}
