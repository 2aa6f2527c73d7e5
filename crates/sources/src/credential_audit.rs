//! Passwords and access keys that are old, unused or without MFA, by IAM's credential report.
//!
//! AWS sends no such event: our own function asks for the report on a schedule, and makes an event of it ([`event`]).
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>

mod findings;
mod report;
mod schedule;
mod wording;

use alert::{Alert, AlertKey, Fact, Link, Policy, Text};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::arn::{Arn, console};
use crate::fields::{Fields, is_account};
use crate::origin::{self, Origin, Saying};
use crate::{Outcome, Source, raw};
use findings::Finding;
use report::Report;

/// This source.
pub const SOURCE: Source = Source { slug: "credential-audit", alerts };

/// The `source` of our own event. No rule matches it, so that nobody can send us a report of their own making.
const SERVICE: &str = "bongsu.credential-audit";
const DETAIL_TYPE: &str = "IAM Credential Report";
/// IAM has no Region; what it reports anywhere, it reports here.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/disaster-recovery-resiliency.html>
const REGION: &str = "us-east-1";
/// A report that is no older was made for this audit.
const SAME_TIME: SignedDuration = SignedDuration::from_mins(10);
/// All findings of an account are one thing.
const FINGERPRINT: &[&str] = &["credentials"];

/// Reads a report, or the schedule's event where nobody got a report for it.
pub fn alerts(event: &Value, policy: &Policy) -> Outcome {
    if !is_report(event) {
        return schedule::alert(event).map_or(Outcome::NotMine, Outcome::alert);
    }
    Audit::new(event, policy).map_or(Outcome::NotMine, |audit| Outcome::alert(audit.alert()))
}

/// Whether an event carries a report.
pub fn is_report(event: &Value) -> bool {
    origin::service(event) == SERVICE && origin::detail_type(event) == DETAIL_TYPE
}

/// The event of a report: its CSV, and when IAM made it, which may be four hours ago. `asked_by` is what our function was
/// invoked with; the schedule's event says which account this is, and when the audit was due.
pub fn event(asked_by: &Value, account: Option<&str>, generated: Timestamp, csv: &str) -> Value {
    let account = asked_by.first(&["/account"], is_account).or_else(|| account.map(str::to_owned));
    let time = asked_by.time("/time").unwrap_or(generated);
    json!({
        "version": "0",
        "id": asked_by.text("/id").unwrap_or_default(),
        "detail-type": DETAIL_TYPE,
        "source": SERVICE,
        "account": account.unwrap_or_default(),
        "time": time.to_string(),
        "region": REGION,
        "resources": [],
        "detail": { "generatedTime": generated.to_string(), "report": csv },
    })
}

/// What is said where people know all findings of an event already.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeat {
    /// The alert of the findings.
    pub findings: AlertKey,
    /// Who was told of them before this was told by an earlier run. A run that is tried again has the schedule's event
    /// and IAM's report of the first try, and is later than both.
    pub before: Timestamp,
    /// That nothing is new, in one line.
    pub alert: Alert,
}

/// What is said where people know all findings of an event already; `None` where it has none. Drills have no past.
pub fn nothing_new(event: &Value, policy: &Policy) -> Option<Repeat> {
    let audit = Audit::new(event, policy).filter(|audit| is_report(event) && !audit.origin.drill)?;
    let findings = audit.alert().key;
    let before = audit.origin.time.map_or(audit.generated, |time| time.min(audit.generated));
    let key = ["nothing new", &audit.day(), findings.digest()];
    let alert = audit.line(wording::NOTHING_NEW, &key, wording::known(audit.findings.len()));
    (!audit.findings.is_empty()).then_some(Repeat { findings, before, alert })
}

/// A report that was read.
struct Audit<'a> {
    origin: Origin<'a>,
    policy: &'a Policy,
    csv: &'a str,
    generated: Timestamp,
    report: Report,
    /// The worst first.
    findings: Vec<Finding>,
}

impl<'a> Audit<'a> {
    fn new(event: &'a Value, policy: &'a Policy) -> Option<Self> {
        let csv = event.word("/detail/report")?;
        let generated = event.time("/detail/generatedTime").or_else(|| event.time("/time"))?;
        let report = Report::parse(csv)?;
        let findings = findings::of(&report, generated, policy);
        let mut origin = Origin::new(SOURCE.slug, event).account(&["/account"]).region(&["/region"]);
        origin = origin.time(&["/time", "/detail/generatedTime"]);
        origin.account = origin.account.or_else(|| account(&report));
        Some(Self { origin, policy, csv, generated, report, findings })
    }

    fn alert(&self) -> Alert {
        let Some(worst) = self.findings.first() else {
            return self.line(wording::ALL_CLEAR, &["all clear", &self.day()], wording::checked(&self.report));
        };
        let mut facts = wording::facts(&self.findings, &self.report, self.policy);
        facts.extend(self.age());
        let mut key = vec!["findings".to_owned()];
        key.extend(findings::names(&self.findings));
        let key: Vec<_> = key.iter().map(String::as_str).collect();
        Alert { facts, ..self.told(wording::saying(worst.kind), &key) }
    }

    /// An alert that is not worth the price of a text.
    fn line(&self, saying: Saying, key: &[&str], facts: Vec<Fact>) -> Alert {
        Alert { facts, free_only: true, ..self.told(saying, key) }
    }

    fn told(&self, saying: Saying, key: &[&str]) -> Alert {
        // Each drill is another one.
        let fresh = ["/detail/generatedTime", "/detail/eventID"].map(|at| self.origin.event.text(at));
        let fresh = fresh.iter().flatten().map(String::as_str).filter(|_| self.origin.drill);
        let key: Vec<_> = key.iter().copied().chain(fresh).collect();
        Alert {
            links: links(self.origin.region.as_deref()),
            // As AWS made it, line by line.
            raw: raw::printed(&Value::from(self.csv)),
            ..self.origin.alert(saying, Some(&key), FINGERPRINT)
        }
    }

    /// When IAM made the report, where that was long before the audit.
    fn age(&self) -> Option<Fact> {
        let old = self.origin.time.is_some_and(|time| time.duration_since(self.generated) > SAME_TIME);
        old.then(|| Fact::time(Text::new("보고서를 만든 시각", "Report made at"), self.generated))
    }

    /// The day of the report.
    fn day(&self) -> String {
        self.generated.to_zoned(TimeZone::UTC).date().to_string()
    }
}

/// The account that a report is about, by the ARNs in it.
fn account(report: &Report) -> Option<String> {
    let accounts = report.users.iter().filter_map(|user| Arn::parse(&user.arn)).map(|arn| arn.account);
    accounts.into_iter().find(|account| is_account(account)).map(str::to_owned)
}

fn links(region: Option<&str>) -> Vec<Link> {
    vec![
        Link::new(Text::new("자격 증명 보고서", "Credential report"), console(region, "iam", "/credential_report")),
        Link::new(Text::new("IAM 사용자", "IAM users"), console(region, "iam", "/users")),
        Link::new(
            Text::new("루트 보안 자격 증명", "Root security credentials"),
            console(region, "iam", "/security_credentials"),
        ),
    ]
}

#[cfg(test)]
mod tests;
