//! Console sign-ins of the root user.
//!
//! `AWS Console Sign In via CloudTrail` reaches the default bus of us-east-1 only, and only where a trail logs.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>

use alert::{Alert, Fact, Link, Severity, Status, Text};
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
pub fn alerts(event: &Value) -> Outcome {
    if origin::service(event) != "aws.signin" && !DETAIL_TYPES.contains(&origin::detail_type(event)) {
        return Outcome::NotMine;
    }
    let Some(name) = event.text("/detail/eventName") else {
        return Outcome::NotMine;
    };
    if name != "ConsoleLogin" {
        return Outcome::ignored(format!("a sign-in event of another kind: {}", quoted(&name)));
    }
    match user_type(event) {
        None => Outcome::NotMine,
        Some(kind) if kind == "Root" => Outcome::alert(alert(event)),
        Some(kind) => Outcome::ignored(format!("a console sign-in, but not of the root user: {}", quoted(&kind))),
    }
}

/// Who signed in. A root user's ARN says so even where the type is missing.
fn user_type(event: &Value) -> Option<String> {
    let root = event.text("/detail/userIdentity/arn").is_some_and(|arn| arn.ends_with(":root"));
    event.text("/detail/userIdentity/type").or_else(|| root.then(|| "Root".to_owned()))
}

/// How the sign-in ended. Anything that AWS has not said to be a failure is told as if it had come through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Success,
    Failure,
    Unknown,
}

fn ending(event: &Value) -> Ending {
    match event.text("/detail/responseElements/ConsoleLogin").as_deref() {
        Some("Success") => Ending::Success,
        Some("Failure") => Ending::Failure,
        _ => Ending::Unknown,
    }
}

/// Whether a second factor was used, where the event says so. `Yes` and `No`, once seen as `YES`.
fn mfa(event: &Value) -> Option<bool> {
    let used = event.text("/detail/additionalEventData/MFAUsed")?;
    [("yes", true), ("no", false)].iter().find_map(|(word, mfa)| used.eq_ignore_ascii_case(word).then_some(*mfa))
}

fn alert(event: &Value) -> Alert {
    let origin = Origin::new(SOURCE.slug, event)
        .account(&["/detail/recipientAccountId", "/detail/userIdentity/accountId", "/account"])
        .region(&["/detail/awsRegion", "/region"])
        .time(&["/detail/eventTime", "/time"]);
    let (ending, mfa) = (ending(event), mfa(event));
    let id = event.text("/detail/eventID");
    let key = id.as_deref().map(|id| [id]);
    let fingerprint = format!("ConsoleLogin {ending:?}");
    Alert {
        facts: facts(event, ending, mfa),
        links: links(origin.region.as_deref(), id.as_deref()),
        ..origin.alert(saying(ending, mfa), key.as_ref().map(<[_; 1]>::as_slice), &[&fingerprint])
    }
}

fn saying(ending: Ending, mfa: Option<bool>) -> Saying {
    let came_in = Text::new(
        "누가 로그인했는지 지금 확인하세요. 아는 사람이 아니면 루트 비밀번호와 MFA를 바꾸고 루트 액세스 키를 지우세요.",
        "Find out now who it was. If nobody you know: change the root password and MFA, and delete root access keys.",
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
    let second_factor = match mfa {
        Some(true) => Text::new("MFA 사용", "with MFA"),
        Some(false) => Text::new("MFA 없음", "no MFA"),
        None => Text::new("MFA 여부 알 수 없음", "MFA unknown"),
    };
    let second_factor = Fact::words(Text::same("MFA"), second_factor);
    // Where the title says it already, it need not be said twice in 90 bytes.
    let second_factor =
        if (ending, mfa) == (Ending::Success, Some(false)) { second_factor } else { second_factor.brief() };
    [
        foreign(Text::same("IP"), "/detail/sourceIPAddress").map(Fact::brief),
        Some(second_factor),
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
