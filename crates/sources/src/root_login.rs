//! Console sign-ins of the root user.
//!
//! `AWS Console Sign In via CloudTrail` reaches the default bus of us-east-1 only, and only where a trail logs.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>

use alert::{Alert, Fact, Link, Policy, Severity, Status, Text, Throttle};
use serde_json::Value;

use crate::arn::{console, encoded};
use crate::fields::{Fields, quoted};
use crate::origin::{self, Origin, Saying};
use crate::{Outcome, Source};

/// This source.
pub const SOURCE: Source = Source { slug: "root-login", alerts };

/// AWS documentation spells it both ways.
const DETAIL_TYPES: [&str; 2] = ["AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"];

/// Reads a sign-in event: every `ConsoleLogin` of the root user is told, whatever its result.
pub fn alerts(event: &Value, _: &Policy) -> Outcome {
    if origin::service(event) != "aws.signin" && !DETAIL_TYPES.contains(&origin::detail_type(event)) {
        return Outcome::NotMine;
    }
    let Some(name) = event.word("/detail/eventName") else {
        return Outcome::NotMine;
    };
    if name != "ConsoleLogin" {
        return Outcome::ignored(format!("a sign-in event of another kind: {}", quoted(name)));
    }
    match user_type(event) {
        None => Outcome::NotMine,
        Some("Root") => Outcome::alert(alert(event)),
        Some(kind) => Outcome::ignored(format!("a console sign-in, but not of the root user: {}", quoted(kind))),
    }
}

/// Who signed in. A root user's ARN says so even where the type is missing.
fn user_type(event: &Value) -> Option<&str> {
    let root = event.word("/detail/userIdentity/arn").is_some_and(|arn| arn.ends_with(":root"));
    event.word("/detail/userIdentity/type").or(root.then_some("Root"))
}

/// How the sign-in ended. Anything that AWS has not said to be a failure is told as if it had come through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Success,
    Failure,
    Unknown,
}

fn ending(event: &Value) -> Ending {
    match event.word("/detail/responseElements/ConsoleLogin") {
        Some("Success") => Ending::Success,
        Some("Failure") => Ending::Failure,
        _ => Ending::Unknown,
    }
}

/// Whether a second factor was used, where the event says so. `Yes` and `No`, once seen as `YES`.
fn mfa(event: &Value) -> Option<bool> {
    let used = event.word("/detail/additionalEventData/MFAUsed")?;
    [("yes", true), ("no", false)].iter().find_map(|(word, mfa)| used.trim().eq_ignore_ascii_case(word).then_some(*mfa))
}

fn alert(event: &Value) -> Alert {
    let origin = Origin::new(SOURCE.slug, event)
        .account(&["/detail/recipientAccountId", "/detail/userIdentity/accountId", "/account"])
        .region(&["/detail/awsRegion", "/region"])
        .time(&["/detail/eventTime", "/time"]);
    let (ending, mfa) = (ending(event), mfa(event));
    let id = event.text("/detail/eventID");
    let key = id.as_deref().map(|id| [id]);
    // Failures from one address are one story, which any stranger can write as long as they like.
    let address = event.text("/detail/sourceIPAddress").filter(|_| ending == Ending::Failure).unwrap_or_default();
    let throttle = if ending == Ending::Failure { Throttle::Group } else { Throttle::Never };
    let fingerprint = format!("ConsoleLogin {ending:?}");
    Alert {
        throttle,
        facts: facts(event, ending, mfa),
        links: links(origin.region.as_deref(), id.as_deref()),
        ..origin.alert(saying(ending, mfa), key.as_ref().map(<[_; 1]>::as_slice), &[&fingerprint, &address])
    }
}

fn saying(ending: Ending, mfa: Option<bool>) -> Saying {
    let came_in = Text::new(
        "누가 로그인했는지 지금 확인하세요. 모르는 로그인이면 루트 비밀번호와 MFA를 바꾸고 루트 액세스 키를 지우세요.",
        "Find out now who it was. If nobody knows, change the root password and MFA, and delete root access keys.",
    );
    let (severity, title, advice) = match (ending, mfa) {
        (Ending::Success, Some(false)) => (
            Severity::Critical,
            Text::new("루트 사용자가 MFA 없이 로그인했습니다", "Root user signed in without MFA"),
            came_in,
        ),
        (Ending::Success, _) => {
            (Severity::Critical, Text::new("루트 사용자가 로그인했습니다", "Root user signed in"), came_in)
        }
        (Ending::Unknown, _) => (
            Severity::Critical,
            Text::new("루트 로그인 시도 (결과 알 수 없음)", "Root user sign-in, result unknown"),
            came_in,
        ),
        (Ending::Failure, _) => (
            Severity::High,
            Text::new("루트 사용자 로그인이 실패했습니다", "Root user sign-in failed"),
            Text::new(
                "본인이 시도했는지 확인하세요. 아니라면 루트 비밀번호를 바꾸고 MFA가 켜져 있는지 보세요.",
                "Ask whether it was one of you. If not, change the root password and see that MFA is on.",
            ),
        ),
    };
    Saying { severity, status: Status::Notice, title, advice }
}

fn facts(event: &Value, ending: Ending, mfa: Option<bool>) -> Vec<Fact> {
    let foreign = |label, pointer| event.text(pointer).map(|value| Fact::foreign(label, value));
    let second_factor = match (ending, mfa) {
        // A password that was wrong says nothing of the second factor.
        (Ending::Failure, Some(false) | None) => None,
        // The title says it already.
        (Ending::Success, Some(false)) => Some(Fact::words(Text::same("MFA"), Text::new("MFA 없음", "no MFA"))),
        (_, Some(true)) => Some(Fact::words(Text::same("MFA"), Text::new("MFA 사용", "with MFA")).brief()),
        (_, Some(false)) => Some(Fact::words(Text::same("MFA"), Text::new("MFA 없음", "no MFA")).brief()),
        (_, None) => Some(Fact::words(Text::same("MFA"), Text::new("MFA 여부 모름", "MFA unknown")).brief()),
    };
    [
        foreign(Text::same("IP"), "/detail/sourceIPAddress").map(Fact::brief),
        second_factor,
        Some(Fact::words(Text::new("결과", "Result"), result(ending))),
        foreign(Text::new("오류", "Error"), "/detail/errorMessage"),
        foreign(Text::new("MFA 장치", "MFA device"), "/detail/additionalEventData/MFAIdentifier"),
        foreign(Text::new("브라우저", "User agent"), "/detail/userAgent"),
        foreign(Text::new("로그인 주소", "Signed in to"), "/detail/additionalEventData/LoginTo"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const fn result(ending: Ending) -> Text {
    match ending {
        Ending::Success => Text::new("성공", "success"),
        Ending::Failure => Text::new("실패", "failure"),
        Ending::Unknown => Text::new("알 수 없음", "unknown"),
    }
}

fn links(region: Option<&str>, id: Option<&str>) -> Vec<Link> {
    let place = id.map_or_else(|| "/events?EventName=ConsoleLogin".to_owned(), |id| format!("/events/{}", encoded(id)));
    vec![
        Link::new(Text::new("CloudTrail 기록", "CloudTrail event"), console(region, "cloudtrailv2", &place)),
        Link::new(
            Text::new("루트 보안 자격 증명", "Root security credentials"),
            console(region, "iam", "/security_credentials"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_title_fits;

    #[test]
    fn every_title_fits_into_a_text_message() {
        for ending in [Ending::Success, Ending::Failure, Ending::Unknown] {
            for mfa in [Some(true), Some(false), None] {
                assert_title_fits(saying(ending, mfa).title);
            }
        }
    }

    #[test]
    fn only_a_sign_in_that_aws_calls_a_failure_is_less_than_critical() {
        for (ending, severity) in [
            (Ending::Success, Severity::Critical),
            (Ending::Unknown, Severity::Critical),
            (Ending::Failure, Severity::High),
        ] {
            assert_eq!(saying(ending, Some(true)).severity, severity);
        }
    }
}
