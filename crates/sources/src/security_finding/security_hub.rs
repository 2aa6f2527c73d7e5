//! What Security Hub collects: checks that failed, and findings of other products.

use alert::{Alert, Fact, Link, Severity, Status, Text, Throttle};
use serde_json::Value;

use super::formats::{Finding, State};
use super::{SOURCE, advice, threat};
use crate::arn::{console, encoded, last_name};
use crate::fields::{Fields, quoted};
use crate::origin::{self, Origin, Saying};
use crate::{Outcome, Reason};

/// How a finding came here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It is new, or something about it changed.
    Imported,
    /// Somebody pressed a button that sends it.
    ByHand,
}

pub(super) fn alerts(event: &Value) -> Outcome {
    let way = match origin::detail_type(event) {
        "Security Hub Findings - Imported" | "Findings Imported V2" => Way::Imported,
        "Security Hub Findings - Custom Action" => Way::ByHand,
        "Security Hub Insight Results" => return insight(event),
        _ => return Outcome::NotMine,
    };
    let findings = event.pointer("/detail/findings").and_then(Value::as_array);
    // One that cannot be read makes a raw alert of the whole.
    let read = findings
        .and_then(|findings| findings.iter().map(|it| Some((it, Finding::read(it)?))).collect::<Option<Vec<_>>>());
    let Some(read) = read.filter(|read| !read.is_empty()) else { return Outcome::NotMine };
    all(read.iter().map(|(whole, finding)| one(event, whole, finding, way)).collect())
}

/// AWS sends one finding an event, but says so of a list. What has nothing to tell in it is passed over in silence where
/// another finding is told; an end is told on its condition all the same, since the alert itself says so.
fn all(outcomes: Vec<Outcome>) -> Outcome {
    let mut alerts = Vec::new();
    let mut quiet: Option<Reason> = None;
    let many = outcomes.len() > 1;
    for outcome in outcomes {
        match outcome {
            Outcome::Alerts(told) => alerts.extend(told),
            Outcome::IfFiring(alert, _) if many => alerts.push(*alert),
            Outcome::IfFiring(alert, reason) => return Outcome::IfFiring(alert, reason),
            Outcome::Ignored(reason) => quiet = quiet.or(Some(reason)),
            Outcome::NotMine => {}
        }
    }
    match quiet {
        Some(reason) if alerts.is_empty() => Outcome::Ignored(reason),
        _ => Outcome::Alerts(alerts),
    }
}

fn one(event: &Value, whole: &Value, finding: &Finding, way: Way) -> Outcome {
    let name = quoted(finding.title.as_deref().or(finding.id.as_deref()).unwrap_or_default());
    // Somebody chose it, whatever it is.
    if way == Way::ByHand {
        return Outcome::alert(alert(event, whole, finding, way));
    }
    match (finding.state, told_by_its_own(event, finding)) {
        (State::Quiet(why), _) => Outcome::ignored(format!("{why}: {name}")),
        (_, Some(product)) => Outcome::ignored(format!("{product} tells of it by events of its own: {name}")),
        (State::Over, None) => Outcome::if_firing(
            alert(event, whole, finding, way),
            format!("nothing was known to be wrong, and nothing is: {name}"),
        ),
        (State::Active, None) => Outcome::alert(alert(event, whole, finding, way)),
    }
}

/// The product that sends the same finding to the same bus by an event of its own. That is certain only of findings of this
/// account and Region: those that Security Hub gathers from others may arrive by no other way.
fn told_by_its_own(event: &Value, finding: &Finding) -> Option<&'static str> {
    let of = |pointer| event.word(pointer);
    let here = finding.account.as_deref() == of("/account") && finding.region.as_deref() == of("/region");
    let product = if is_guardduty(finding) {
        "GuardDuty"
    } else if finding.is_of("access-analyzer", "IAM Access Analyzer") {
        "Access Analyzer"
    } else {
        return None;
    };
    (here && finding.account.is_some()).then_some(product)
}

fn is_guardduty(finding: &Finding) -> bool {
    finding.is_of("guardduty", "GuardDuty")
}

fn alert(event: &Value, whole: &Value, finding: &Finding, way: Way) -> Alert {
    let origin = Origin {
        account: finding.account.clone(),
        region: finding.region.clone(),
        time: finding.time,
        ..Origin::new(SOURCE.slug, event)
    };
    let origin = origin.account(&["/account"]).region(&["/region"]).time(&["/time"]);
    let id = finding.id.as_deref();
    // GuardDuty's own event of a finding has this name, so that the two are one alert where both arrive.
    let guardduty = id.filter(|_| is_guardduty(finding)).and_then(|id| id.rsplit('/').next());
    let action = event.text("/detail/actionName").filter(|_| way == Way::ByHand);
    let key = match (guardduty.or(id), finding.updated.as_deref(), action.as_deref()) {
        (Some(id), Some(updated), None) => vec![id.to_owned(), updated.to_owned()],
        (Some(id), Some(updated), Some(action)) => vec![id.to_owned(), updated.to_owned(), action.to_owned()],
        // Others of the same event are other alerts.
        _ => vec![event.to_string(), whole.to_string()],
    };
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    let title = finding.title.as_deref().unwrap_or_default();
    let fingerprint = match guardduty {
        Some(id) => vec![id, finding.band.as_str()],
        None => vec![id.unwrap_or(title)],
    };
    // The account itself is named in every text anyway.
    let resource = finding.resources.first().filter(|(kind, _)| kind.as_deref() != Some("AwsAccount"));
    let resource = resource.map(|(_, id)| id.as_str());
    Alert {
        throttle: if way == Way::ByHand { Throttle::Count } else { Throttle::Daily },
        subject: resource.map(|arn| last_name(arn).to_owned()),
        facts: facts(finding, action),
        links: vec![link(finding, origin.region.as_deref())],
        ..origin.alert(saying(finding, way), Some(&key), &fingerprint)
    }
}

/// What a finding is about, by the beginning of its type.
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html#Types>
fn saying(finding: &Finding, way: Way) -> Saying {
    let kind = finding.kinds.first().map(String::as_str).unwrap_or_default();
    let check = finding.control.is_some();
    let status = if way == Way::ByHand { Status::Notice } else { Status::Firing };
    let severity = finding.band.0;
    let own = |title, advice| Saying { severity, status, title, advice };
    match kind.split('/').next().unwrap_or_default() {
        // What passes is called informational, whatever it was called when it failed. Those who got up shall hear of the
        // end, which is texted to nobody.
        _ if finding.state == State::Over && way == Way::Imported => Saying {
            severity: severity.max(Severity::High),
            status: Status::Resolved,
            title: Text::new("보안 문제가 해결됐습니다", "Security problem is solved"),
            advice: Text::new("지금 할 일은 없습니다.", "Nothing to do now."),
        },
        _ if is_guardduty(finding) => guardduty(kind, severity, status, finding),
        _ if kind.contains("Vulnerabilities") => own(
            Text::new("프로그램에 보안 취약점이 있습니다", "Software has a vulnerability"),
            Text::new(
                "결과에 적힌 버전으로 올릴 날을 정하세요. 인터넷에 열린 서버면 먼저 하세요.",
                "Plan the update to the version that the finding names; servers open to the internet come first.",
            ),
        ),
        "Software and Configuration Checks" => own(CHECK_FAILED, MEND),
        _ if check => own(CHECK_FAILED, MEND),
        "Sensitive Data Identifications" => own(
            Text::new("민감한 정보가 발견됐습니다", "Sensitive data was found"),
            Text::new(
                "그 파일을 누가 볼 수 있는지 확인하고, 있어야 할 곳이 아니면 옮기거나 지우세요.",
                "Check who can see the file. If it does not belong there, move or delete it.",
            ),
        ),
        "TTPs" | "Effects" | "Unusual Behaviors" => {
            own(Text::new("공격으로 보이는 움직임이 있습니다", "Something looks like an attack"), LOOK)
        }
        _ => own(Text::new("보안 문제가 발견됐습니다", "A security problem was found"), LOOK),
    }
}

const CHECK_FAILED: Text = Text::new("보안 점검을 통과하지 못했습니다", "A security check failed");
const MEND: Text = Text::new(
    "결과 화면의 해결 방법을 보고 설정을 고치거나, 일부러 그런 것이면 결과를 숨김(suppress)으로 바꾸세요.",
    "Follow the remediation on the finding's page, or suppress the finding if it is meant to be so.",
);
const LOOK: Text = Text::new(
    "결과 화면에서 무엇이 어떻게 됐는지 보고, 모르는 일이면 관련된 키와 접속부터 막으세요.",
    "See on the finding's page what happened. If you cannot explain it, block the keys and connections first.",
);

/// `TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS` is GuardDuty's `Backdoor:EC2/C&CActivity.B!DNS`.
fn guardduty(kind: &str, severity: Severity, status: Status, finding: &Finding) -> Saying {
    let kind = match kind.split_once(':') {
        Some((before, rest)) => {
            format!("{}:{}", before.rsplit('/').next().unwrap_or_default(), rest.replacen('-', "/", 1))
        }
        None => kind.to_owned(),
    };
    let severity = threat::severity(&kind, false, threat::Band(severity));
    let resource = finding.resources.first().and_then(|(kind, _)| kind.as_deref()).unwrap_or_default();
    Saying {
        severity,
        status: if status == Status::Firing { Status::Notice } else { status },
        title: threat::title(&kind, false, false),
        advice: advice::first_step(&kind, resource, false, false),
    }
}

fn facts(finding: &Finding, action: Option<String>) -> Vec<Fact> {
    const TITLE: Text = Text::new("결과", "Finding");
    let foreign = |label, value: &Option<String>| value.clone().map(|value| Fact::foreign(label, value));
    let kind = finding.resources.first().and_then(|(kind, _)| kind.clone());
    let more: Vec<_> = finding.resources.iter().skip(1).take(5).map(|(_, id)| id.as_str()).collect();
    let more = (!more.is_empty()).then(|| more.join(", "));
    let title = finding.title.clone().or_else(|| finding.id.clone());
    let facts = [
        // Short, and what one can search for.
        foreign(Text::new("점검 번호", "Control"), &finding.control).map(Fact::brief),
        title.map(|title| Fact::foreign(TITLE, title).brief()),
        action.map(|name| Fact::foreign(Text::new("보낸 동작", "Custom action"), name).brief()),
        foreign(Text::new("찾은 제품", "Found by"), &finding.product_name),
        foreign(Text::new("리소스 종류", "Resource type"), &kind),
        foreign(Text::new("리소스", "Resource"), &finding.resources.first().map(|(_, id)| id.clone())),
        more.map(|more| Fact::foreign(Text::new("다른 리소스", "More resources"), more)),
        foreign(Text::new("유형", "Type"), &finding.kinds.first().cloned()),
        foreign(
            Text::new("설명", "Description"),
            &finding.description.clone().filter(|it| finding.title.as_ref() != Some(it)),
        ),
        finding.created.map(|time| Fact::time(Text::new("처음 발견", "First found"), time)),
    ];
    facts.into_iter().flatten().collect()
}

fn link(finding: &Finding, region: Option<&str>) -> Link {
    let place = finding.id.as_deref().map_or_else(
        || "/findings".to_owned(),
        |id| format!("/findings?search=Id%3D%255Coperator%255C%253AEQUALS%255C%253A{}", encoded(id)),
    );
    Link::new(Text::new("Security Hub 결과", "Security Hub finding"), console(region, "securityhub", &place))
}

/// The counts that somebody sent by hand: each sending is an occurrence of its own, and nothing in it names it.
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html>
fn insight(event: &Value) -> Outcome {
    let Some(name) = event.text("/detail/insightName") else { return Outcome::NotMine };
    let origin = Origin::new(SOURCE.slug, event).account(&["/account"]).region(&["/region"]).time(&["/time"]);
    let saying = Saying {
        severity: Severity::Low,
        status: Status::Notice,
        title: Text::new("Security Hub 통계를 보냈습니다", "Security Hub insight was sent"),
        advice: Text::new(
            "여러분 가운데 누가 보낸 것입니다. 보낸 사람에게 무엇을 봐야 하는지 물어보세요.",
            "One of you sent it. Ask them what to look at.",
        ),
    };
    let arn = event.text("/detail/insightArn").unwrap_or_default();
    let facts = [
        Some(Fact::foreign(Text::new("통계", "Insight"), name).brief()),
        event.text("/detail/actionName").map(|it| Fact::foreign(Text::new("보낸 동작", "Custom action"), it).brief()),
        event.text("/detail/actionDescription").map(|it| Fact::foreign(Text::new("설명", "Description"), it)),
    ];
    let page = console(origin.region.as_deref(), "securityhub", &format!("/insights/{}", encoded(&arn)));
    Outcome::alert(Alert {
        facts: facts.into_iter().flatten().collect(),
        links: vec![Link::new(Text::new("Security Hub 통계", "Security Hub insight"), page)],
        ..origin.alert(saying, None, &[&arn])
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::assert_title_fits;

    fn finding(kind: &str, more: &Value) -> Finding {
        let mut whole = json!({"Id": "1", "Types": [kind]});
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Finding::read(&whole).unwrap()
    }

    #[test]
    fn every_title_fits_into_a_text_message() {
        for kind in [
            "Software and Configuration Checks/Vulnerabilities/CVE",
            "Software and Configuration Checks/Industry and Regulatory Standards",
            "TTPs/Initial Access",
            "Effects/Data Exposure",
            "Unusual Behaviors/User",
            "Sensitive Data Identifications/PII",
            "",
        ] {
            for way in [Way::Imported, Way::ByHand] {
                assert_title_fits(saying(&finding(kind, &json!({})), way).title);
                assert_title_fits(saying(&finding(kind, &json!({"Workflow": {"Status": "RESOLVED"}})), way).title);
            }
        }
    }

    #[test]
    fn of_several_findings_the_ones_that_matter_are_told() {
        let of = |state: &str, id: &str| json!({"Id": id, "Title": id, "RecordState": state});
        let event = json!({
            "source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported",
            "detail": {"findings": [of("ACTIVE", "a"), of("ARCHIVED", "b"), of("ACTIVE", "c")]},
        });
        let Outcome::Alerts(told) = alerts(&event) else { panic!("{:?}", alerts(&event)) };
        assert_eq!(told.len(), 2);
        assert_ne!(told[0].key, told[1].key);
        assert_ne!(told[0].fingerprint, told[1].fingerprint);
    }

    #[test]
    fn a_type_of_guardduty_is_known_in_the_spelling_of_security_hub() {
        let more = json!({"ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty"});
        let finding = finding("TTPs/Command and Control/CryptoCurrency:EC2-BitcoinTool.B!DNS", &more);
        let saying = saying(&finding, Way::Imported);
        assert_eq!((saying.severity, saying.title.en), (Severity::Critical, "Coin mining is suspected"));
    }
}
