//! Costs that AWS finds unusual, by EventBridge and by SNS. Both tell the same; the envelope and one name differ.
//!
//! - <https://docs.aws.amazon.com/cost-management/latest/userguide/cad-eventbridge.html>
//! - <https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html>

use alert::{Alert, Fact, Link, Policy, Severity, Status, Text};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::arn::{Arn, console, encoded};
use crate::fields::Fields;
use crate::greeting;
use crate::money::{self, Amount};
use crate::origin::{self, Origin, Saying};
use crate::{Outcome, Source};

mod causes;

use causes::Cause;

/// This source.
pub const SOURCE: Source = Source { slug: "cost-anomaly", alerts };

/// Reads an anomaly. Nobody reports the end of one, and what is spent does not come back: each report is told as it is.
pub fn alerts(event: &Value, policy: &Policy) -> Outcome {
    if greeting::is_from("cost anomaly", event) {
        return Outcome::ignored("Cost Anomaly Detection greets a topic that was attached to it: no anomaly");
    }
    match anomaly(event) {
        Some(anomaly) if is_told(anomaly) => Outcome::alert(alert(event, anomaly, policy)),
        _ => Outcome::NotMine,
    }
}

/// The anomaly in an event: its `detail`, or what SNS brings as it is.
fn anomaly(event: &Value) -> Option<&Value> {
    if origin::service(event) == "aws.ce" {
        return event.get("detail").filter(|_| origin::detail_type(event) == "Anomaly Detected");
    }
    let bare = event.get("source").is_none() && event.word("/anomalyId").is_some();
    let known = ["impact", "rootCauses", "monitorArn", "anomalyDetailsLink"];
    Some(event).filter(|event| bare && known.iter().any(|field| event.get(field).is_some()))
}

/// Whether it says anything that a person can act on.
fn is_told(anomaly: &Value) -> bool {
    Impact::read(anomaly).more.is_some() || dimension(anomaly).is_some() || !causes::read(anomaly).is_empty()
}

/// What the anomaly is about: a service for the monitor of AWS services, else an account, a tag or a category.
fn dimension(anomaly: &Value) -> Option<String> {
    anomaly.first(&["/dimensionValue", "/dimensionalValue"], |_| true)
}

/// What was spent, and what was expected.
struct Impact {
    more: Option<Amount>,
    actual: Option<Amount>,
    expected: Option<Amount>,
}

impl Impact {
    fn read(anomaly: &Value) -> Self {
        let dollars = |field: &str| anomaly.pointer(field).and_then(Amount::dollars);
        let (actual, expected) = (dollars("/impact/totalActualSpend"), dollars("/impact/totalExpectedSpend"));
        let between = || actual.as_ref().zip(expected.as_ref()).and_then(|(actual, expected)| actual.over(expected));
        let more = dollars("/impact/totalImpact").or_else(between).or_else(|| dollars("/impact/maxImpact"));
        Self { more, actual, expected }
    }

    /// Whether at least as much again was spent as expected. What nobody expected is a jump, too.
    fn is_jump(&self) -> bool {
        let more = self.more.as_ref().map_or(0, |more| more.hundredths);
        self.expected.as_ref().is_none_or(|expected| more >= expected.hundredths)
    }

    /// A sum that cannot be read may be any.
    fn severity(&self) -> Severity {
        self.more.as_ref().map_or(Severity::High, |more| money::severity(more.hundredths, self.is_jump()))
    }

    /// `+$412.77`
    fn told(&self) -> Option<String> {
        let more = self.more.as_ref()?;
        let sign = if more.hundredths < 0 { "" } else { "+" };
        Some(format!("{sign}{more}"))
    }

    /// `+3,440%` of what was expected.
    fn rate(&self) -> Option<String> {
        self.more.as_ref()?.per_cent_of(self.expected.as_ref()?).map(|rate| format!("+{rate}"))
    }
}

fn alert(event: &Value, anomaly: &Value, policy: &Policy) -> Alert {
    let account = anomaly.first(&["/accountId"], crate::fields::is_account);
    // The Region of the envelope is where the service lives, not where the money goes; SNS does not name it.
    let origin = Origin { account, ..Origin::new(SOURCE.slug, event) }.account(&["/account"]).time(&["/time"]);
    let (impact, causes) = (Impact::read(anomaly), causes::read(anomaly));
    let id = anomaly.text("/anomalyId");
    let end = anomaly.moment("/anomalyEndDate").unwrap_or_default();
    let sum = impact.more.as_ref().map(ToString::to_string).unwrap_or_default();
    // It is reported again as it goes on.
    let key = id.as_deref().filter(|_| !(end.is_empty() && sum.is_empty())).map(|id| [id, &end, &sum]);
    let dimension = dimension(anomaly);
    let fingerprint = id.as_deref().or(dimension.as_deref()).unwrap_or_default();
    // Where nobody works, whatever costs is nobody's.
    let is_astray = causes::is_astray(&causes, policy);
    let least = if is_astray { Severity::High } else { Severity::Low };
    let saying = saying(impact.severity().max(least));
    let alert = origin.alert(saying, key.as_ref().map(<[_; 3]>::as_slice), &[fingerprint]);
    Alert {
        subject: subject(dimension.as_deref(), &causes),
        account: causes::only_account(&causes).or_else(|| alert.account.clone()),
        region: causes::only_region(&causes),
        facts: facts(anomaly, &impact, &causes, is_astray, alert.account.as_deref()),
        links: links(anomaly, id.as_deref()),
        ..alert
    }
}

const fn saying(severity: Severity) -> Saying {
    Saying {
        severity,
        status: Status::Notice,
        title: Text::new("비용이 평소보다 늘었습니다", "AWS costs more than usual"),
        advice: Text::new(
            "어느 리전의 어떤 리소스인지 콘솔에서 확인하세요. 아무도 모르는 리소스면 지금 멈추고 액세스 키를 바꾸세요.",
            "See in the console which resources it is. If nobody knows them, stop them now and change the access keys.",
        ),
    }
}

/// The service, as people call it; of a monitor that is not about services, that of the first cause.
fn subject(dimension: Option<&str>, causes: &[Cause]) -> Option<String> {
    let first = causes.first().and_then(|cause| cause.service.as_deref());
    let is_service = causes.is_empty() || causes.iter().any(|cause| cause.service.as_deref() == dimension);
    dimension.filter(|_| is_service).or(first).or(dimension).map(causes::short)
}

const ASTRAY: Text = Text::new("쓰지 않는 리전", "Region not in use");

fn facts(anomaly: &Value, impact: &Impact, causes: &[Cause], is_astray: bool, account: Option<&str>) -> Vec<Fact> {
    let foreign = |label, value: Option<String>| value.map(|value| Fact::foreign(label, value));
    let amount = |label, amount: &Option<Amount>| foreign(label, amount.as_ref().map(ToString::to_string));
    let elsewhere = account.filter(|account| causes::only_account(causes).is_some_and(|only| only != *account));
    let regions = causes::regions(causes);
    let dearest = match regions.as_slice() {
        [] => None,
        [only] => Some((*only).to_owned()),
        [first, more @ ..] => Some(format!("{first} (+{})", more.len())),
    };
    let of_causes = causes::facts(causes, account);
    let usage = foreign(Text::new("사용 유형", "Usage type"), causes::usage(causes));
    let usage = if is_astray { usage } else { usage.map(Fact::brief) };
    [
        foreign(Text::new("예상보다 더 쓴 금액", "Over the expected"), impact.told()).map(Fact::brief),
        foreign(Text::new("리전", "Region"), dearest).map(Fact::brief),
        is_astray.then(|| Fact::words(Text::new("주의", "Careful"), ASTRAY).brief()),
        usage,
        amount(Text::new("실제 금액", "Actual"), &impact.actual),
        amount(Text::new("예상 금액", "Expected"), &impact.expected),
        foreign(Text::new("예상 대비", "Compared with expected"), impact.rate()),
        foreign(Text::new("시작일 (UTC)", "Since (UTC)"), day(anomaly, "/anomalyStartDate")),
        foreign(Text::new("마지막으로 본 날 (UTC)", "Last seen (UTC)"), day(anomaly, "/anomalyEndDate")),
        foreign(Text::new("모든 리전", "All Regions"), Some(regions.join(", ")).filter(|_| regions.len() > 1)),
        foreign(Text::new("대상", "About"), dimension(anomaly)),
        feedback(anomaly),
    ]
    .into_iter()
    .flatten()
    .chain(of_causes)
    .chain(elsewhere.map(|account| Fact::account(Text::new("모니터가 있는 계정", "Account of the monitor"), account)))
    .chain(foreign(Text::new("모니터", "Monitor"), anomaly.text("/monitorName")))
    .chain(foreign(Text::new("구독", "Subscription"), anomaly.text("/subscriptionName")))
    .collect()
}

/// Whole days: AWS says midnight in UTC, which would be nine in the morning in Seoul.
fn day(anomaly: &Value, pointer: &str) -> Option<String> {
    let day = |time: jiff::Timestamp| time.to_zoned(TimeZone::UTC).date().to_string();
    anomaly.time(pointer).map(day).or_else(|| anomaly.text(pointer))
}

/// Whether somebody has said already what it is. It is told all the same: a thief can say so, too.
fn feedback(anomaly: &Value) -> Option<Fact> {
    let said = match anomaly.word("/feedback")? {
        "YES" => Text::new("이상 비용이 맞다고 함", "it is an anomaly"),
        "NO" => Text::new("이상 비용이 아니라고 함", "it is no anomaly"),
        "PLANNED_ACTIVITY" => Text::new("계획한 작업이라고 함", "it was planned"),
        _ => return None,
    };
    Some(Fact::words(Text::new("콘솔에 남긴 평가", "Said in the console"), said))
}

fn links(anomaly: &Value, id: Option<&str>) -> Vec<Link> {
    const SERVICE: &str = "cost-management";
    let page = anomaly.word("/anomalyDetailsLink").filter(|url| is_details(url)).map(str::to_owned);
    let own = || {
        let arn = anomaly.word("/monitorArn").and_then(Arn::parse);
        let monitor = arn.and_then(|arn| arn.resource.strip_prefix("anomalymonitor/"));
        let place =
            monitor.zip(id).map(|(monitor, id)| format!("/monitors/{}/anomalies/{}", encoded(monitor), encoded(id)));
        console(None, SERVICE, &format!("/anomaly-detection{}", place.unwrap_or_else(|| "/overview".to_owned())))
    };
    vec![
        Link::new(Text::new("이상 비용", "Cost anomaly"), page.unwrap_or_else(own)),
        Link::new(Text::same("Cost Explorer"), console(None, SERVICE, "/cost-explorer")),
    ]
}

/// A page of the console about anomalies, and no other: some pages of the console set up whatever their link says.
fn is_details(url: &str) -> bool {
    const PAGE: &str = "https://console.aws.amazon.com/cost-management/home#/anomaly-detection/";
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte);
    url.strip_prefix(PAGE).is_some_and(|place| !place.is_empty() && place.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::assert_title_fits;

    #[test]
    fn the_title_fits_into_a_text_message() {
        assert_title_fits(saying(Severity::High).title);
    }

    #[test]
    fn a_hundred_dollars_out_of_nothing_wake_and_ten_of_many_do_not() {
        let severity = |impact: Value| Impact::read(&json!({ "impact": impact })).severity();
        let cases = [
            (json!({"totalImpact": 412.77, "totalExpectedSpend": 12}), Severity::Critical),
            (json!({"totalImpact": 412.77, "totalExpectedSpend": 0}), Severity::Critical),
            (json!({"totalImpact": 412.77}), Severity::Critical),
            (json!({"totalImpact": 412.77, "totalExpectedSpend": 9_000}), Severity::High),
            (json!({"totalImpact": 24, "totalExpectedSpend": 3}), Severity::High),
            (json!({"totalImpact": 24, "totalExpectedSpend": 300}), Severity::Medium),
            (json!({"totalImpact": 2, "totalExpectedSpend": 0.01}), Severity::Medium),
            (json!({"totalImpact": 2, "totalExpectedSpend": 40}), Severity::Low),
            (json!({"totalActualSpend": 500, "totalExpectedSpend": 40}), Severity::Critical),
            (json!({"maxImpact": 150}), Severity::Critical),
            (json!({"totalImpact": "a lot"}), Severity::High),
            (json!(null), Severity::High),
        ];
        for (impact, expected) in cases {
            assert_eq!(severity(impact.clone()), expected, "{impact}");
        }
    }

    #[test]
    fn only_a_page_about_anomalies_is_linked() {
        let page = "https://console.aws.amazon.com/cost-management/home#/anomaly-detection/monitors/0a-1/anomalies/2b";
        assert!(is_details(page));
        for odd in [
            "https://console.aws.amazon.com/cost-management/home#/anomaly-detection/",
            "https://console.aws.amazon.com/cloudformation/home#/stacks/quickcreate?templateURL=https://evil.example",
            "https://console.aws.amazon.com.evil.example/cost-management/home#/anomaly-detection/monitors/0a",
            "https://console.aws.amazon.com/cost-management/home#/anomaly-detection/../../x?y=<script>",
            "http://console.aws.amazon.com/cost-management/home#/anomaly-detection/monitors/0a",
            "",
        ] {
            assert!(!is_details(odd), "{odd}");
        }
    }
}
