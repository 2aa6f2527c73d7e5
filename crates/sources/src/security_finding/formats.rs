//! A finding of Security Hub in either of its two formats.
//!
//! - ASFF: <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html>
//! - OCSF, of the newer Security Hub: <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_OcsfFindingIdentifier.html>
//!   and the fields that its filters name:
//!   <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_OcsfStringFilter.html>

use alert::Severity;
use jiff::Timestamp;
use serde_json::Value;

use super::threat::Band;
use crate::arn::Arn;
use crate::fields::{Fields, is_account, is_region};

/// What both formats say.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) id: Option<String>,
    /// The product that found it: its ARN and its name.
    pub(super) product: String,
    pub(super) product_name: Option<String>,
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
    /// `Software and Configuration Checks/Vulnerabilities/CVE`
    pub(super) kinds: Vec<String>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) band: Band,
    pub(super) state: State,
    /// The control that failed: `S3.8`.
    pub(super) control: Option<String>,
    pub(super) updated: Option<String>,
    pub(super) time: Option<Timestamp>,
    pub(super) created: Option<Timestamp>,
    /// Kinds and names of what it is about.
    pub(super) resources: Vec<(Option<String>, String)>,
}

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Active,
    /// Solved, or a check is passed.
    Over,
    /// Nobody has to hear of it, and this is why.
    Quiet(&'static str),
}

const ARCHIVED: State = State::Quiet("the finding is archived in Security Hub");
const SUPPRESSED: State = State::Quiet("the finding is suppressed in Security Hub");
/// What Security Hub says of a check that it could not make.
const UNCHECKED: State = State::Quiet("the check could not be made");
/// AWS defines `INFORMATIONAL` as "no issue was found", and whatever scans a lot sends a lot of it.
/// <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html>
const NO_ISSUE: State = State::Quiet("Security Hub calls it informational: no issue was found");

impl Finding {
    /// Nothing, where it has neither a name nor a title.
    pub(super) fn read(finding: &Value) -> Option<Self> {
        let read = if finding.get("finding_info").is_some() { ocsf(finding) } else { asff(finding) };
        (read.id.is_some() || read.title.is_some()).then_some(read)
    }

    /// Whether this product found it: `guardduty`, as in `arn:aws:securityhub:us-east-1::product/aws/guardduty`.
    pub(super) fn is_of(&self, product: &str, name: &str) -> bool {
        self.product.ends_with(&format!(":product/aws/{product}")) || self.product_name.as_deref() == Some(name)
    }
}

fn asff(finding: &Value) -> Finding {
    let product = finding.text("/ProductArn").unwrap_or_default();
    let of_product = Arn::parse(&product).map(|arn| arn.region.to_owned()).filter(|region| is_region(region));
    let name = finding.first(&["/ProductName", "/ProductFields/aws~1securityhub~1ProductName"], |_| true);
    let resources = list(finding, "/Resources", |it| Some((it.text("/Type"), it.text("/Id")?)));
    Finding {
        id: finding.text("/Id"),
        product_name: name,
        account: finding.first(&["/AwsAccountId"], is_account),
        region: finding.first(&["/Region"], is_region).or(of_product),
        kinds: list(finding, "/Types", |kind| kind.text("")),
        title: finding.text("/Title"),
        description: finding.text("/Description"),
        band: asff_band(finding),
        state: asff_state(finding),
        control: finding.first(&["/Compliance/SecurityControlId", "/ProductFields/ControlId"], |_| true),
        updated: finding.moment("/UpdatedAt"),
        time: finding.time("/UpdatedAt"),
        created: finding.time("/FirstObservedAt").or_else(|| finding.time("/CreatedAt")),
        resources,
        product,
    }
}

fn asff_state(finding: &Value) -> State {
    let passed = finding.word("/Compliance/Status");
    match (finding.word("/RecordState"), finding.word("/Workflow/Status")) {
        (Some("ARCHIVED"), _) => ARCHIVED,
        (_, Some("SUPPRESSED")) => SUPPRESSED,
        (_, Some("RESOLVED")) => State::Over,
        _ if passed == Some("PASSED") => State::Over,
        _ if passed == Some("NOT_AVAILABLE") => UNCHECKED,
        // A check that failed has an issue, whatever somebody made of its label.
        _ if passed.is_none() && finding.word("/Severity/Label") == Some("INFORMATIONAL") => NO_ISSUE,
        _ => State::Active,
    }
}

/// The label, else the number that it was before labels: <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html>
fn asff_band(finding: &Value) -> Band {
    let number = || finding.text("/Severity/Normalized")?.parse::<f64>().ok();
    let label =
        finding.first(&["/Severity/Label", "/FindingProviderFields/Severity/Label"], |it| of_word(it).is_some());
    let number = || match number() {
        Some(number) if number >= 90.0 => Severity::Critical,
        Some(number) if number >= 70.0 => Severity::High,
        Some(number) if number >= 40.0 => Severity::Medium,
        Some(number) if number >= 1.0 => Severity::Low,
        Some(0.0) => Severity::Info,
        _ => Severity::High,
    };
    Band(label.as_deref().and_then(of_word).unwrap_or_else(number))
}

fn of_word(word: &str) -> Option<Severity> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "critical" | "fatal" => Severity::Critical,
        "high" => Severity::High,
        "medium" => Severity::Medium,
        "low" => Severity::Low,
        "informational" => Severity::Info,
        _ => return None,
    })
}

fn ocsf(finding: &Value) -> Finding {
    let updated = ["/finding_info/modified_time", "/time", "/finding_info/created_time"];
    Finding {
        id: finding.first(&["/finding_info/uid", "/metadata/uid"], |_| true),
        product: finding.text("/metadata/product/uid").unwrap_or_default(),
        product_name: finding.text("/metadata/product/name"),
        account: finding.first(&["/cloud/account/uid"], is_account),
        region: finding.first(&["/cloud/region", "/resources/0/region"], is_region),
        kinds: list(finding, "/finding_info/types", |kind| kind.text("")),
        title: finding.text("/finding_info/title"),
        description: finding.text("/finding_info/desc"),
        band: ocsf_band(finding),
        state: ocsf_state(finding),
        control: finding.text("/compliance/control"),
        updated: updated.iter().find_map(|place| ocsf_time(finding, place)).map(|time| time.to_string()),
        time: updated.iter().find_map(|place| ocsf_time(finding, place)),
        created: ocsf_time(finding, "/finding_info/created_time"),
        resources: list(finding, "/resources", |it| Some((it.text("/type"), it.first(&["/uid", "/name"], |_| true)?))),
    }
}

/// `status` in words, else its number: <https://schema.ocsf.io/1.5.0/classes/detection_finding>
fn ocsf_state(finding: &Value) -> State {
    let status = finding.first(&["/status", "/status_id"], |_| true).unwrap_or_default();
    let passed = finding.first(&["/compliance/status", "/compliance/status_id"], |_| true);
    let is =
        |words: [&str; 2]| passed.as_deref().is_some_and(|it| words.iter().any(|word| it.eq_ignore_ascii_case(word)));
    match status.to_ascii_lowercase().as_str() {
        "suppressed" | "3" => SUPPRESSED,
        "archived" | "5" => ARCHIVED,
        "resolved" | "4" => State::Over,
        _ if is(["pass", "1"]) => State::Over,
        _ if passed.is_none() && finding.word("/severity") == Some("Informational") => NO_ISSUE,
        _ => State::Active,
    }
}

fn ocsf_band(finding: &Value) -> Band {
    let number = match finding.text("/severity_id").as_deref() {
        Some("1") => Severity::Info,
        Some("2") => Severity::Low,
        Some("3") => Severity::Medium,
        Some("5" | "6") => Severity::Critical,
        _ => Severity::High,
    };
    Band(finding.word("/severity").and_then(of_word).unwrap_or(number))
}

/// Milliseconds since 1970, or a date beside them in `…_dt`.
fn ocsf_time(finding: &Value, place: &str) -> Option<Timestamp> {
    let number = finding.pointer(place).and_then(Value::as_i64);
    finding
        .time(&format!("{place}_dt"))
        .or_else(|| number.and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok()))
        .or_else(|| finding.time(place))
}

fn list<T>(finding: &Value, pointer: &str, read: fn(&Value) -> Option<T>) -> Vec<T> {
    finding.pointer(pointer).and_then(Value::as_array).into_iter().flatten().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_state_of_a_finding_means_one_thing() {
        for (finding, state) in [
            (json!({"RecordState": "ACTIVE", "Workflow": {"Status": "NEW"}}), State::Active),
            (json!({"RecordState": "ACTIVE", "Workflow": {"Status": "NOTIFIED"}}), State::Active),
            (json!({"RecordState": "ARCHIVED", "Workflow": {"Status": "NEW"}}), ARCHIVED),
            (json!({"RecordState": "ACTIVE", "Workflow": {"Status": "SUPPRESSED"}}), SUPPRESSED),
            (json!({"Workflow": {"Status": "RESOLVED"}}), State::Over),
            (json!({"Compliance": {"Status": "PASSED"}, "Severity": {"Label": "INFORMATIONAL"}}), State::Over),
            (json!({"Compliance": {"Status": "FAILED"}, "Severity": {"Label": "INFORMATIONAL"}}), State::Active),
            (json!({"Compliance": {"Status": "NOT_AVAILABLE"}}), UNCHECKED),
            (json!({"Severity": {"Label": "INFORMATIONAL"}}), NO_ISSUE),
            (json!({"RecordState": 7, "Workflow": []}), State::Active),
        ] {
            assert_eq!(asff_state(&finding), state, "{finding}");
        }
        for (finding, state) in [
            (json!({"status": "New"}), State::Active),
            (json!({"status_id": 3}), SUPPRESSED),
            (json!({"status": "Archived"}), ARCHIVED),
            (json!({"status": "Resolved"}), State::Over),
            (json!({"compliance": {"status": "Pass"}}), State::Over),
            (json!({"compliance": {"status": "Fail"}, "severity": "Informational"}), State::Active),
            (json!({"severity": "Informational"}), NO_ISSUE),
        ] {
            assert_eq!(ocsf_state(&finding), state, "{finding}");
        }
    }

    #[test]
    fn a_severity_is_read_from_its_label_else_from_its_number() {
        for (finding, severity) in [
            (json!({"Severity": {"Label": "MEDIUM", "Normalized": 90}}), Severity::Medium),
            (json!({"Severity": {"Normalized": 90}}), Severity::Critical),
            (json!({"Severity": {"Label": "WORSE", "Normalized": 39}}), Severity::Low),
            (json!({"Severity": {"Normalized": 0}}), Severity::Info),
            (json!({"Severity": {"Normalized": -1e300}}), Severity::High),
            (json!({}), Severity::High),
        ] {
            assert_eq!(asff_band(&finding).0, severity, "{finding}");
        }
        for (finding, severity) in [
            (json!({"severity": "Critical", "severity_id": 2}), Severity::Critical),
            (json!({"severity_id": 2}), Severity::Low),
            (json!({}), Severity::High),
        ] {
            assert_eq!(ocsf_band(&finding).0, severity, "{finding}");
        }
    }

    #[test]
    fn a_moment_of_ocsf_is_a_number_or_a_date() {
        let of = |value: Value| ocsf_time(&value, "/time").map(|time| time.to_string());
        let expected = Some("2026-03-10T02:14:09Z".to_owned());
        assert_eq!(of(json!({"time": 1_773_108_849_000_i64})), expected);
        assert_eq!(of(json!({"time": 1, "time_dt": "2026-03-10T02:14:09Z"})), expected);
        assert_eq!(of(json!({"time": 9_000_000_000_000_000_000_i64})), None);
    }
}
