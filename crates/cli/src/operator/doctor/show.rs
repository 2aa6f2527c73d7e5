//! What was found, for a person or a machine.

use std::collections::BTreeMap;
use std::io::Write;

use alert::Language;
use doctor::{Check, Finding};
use notifier::Report;
use notifier::health::State;
use serde_json::json;

use crate::table;

/// How many there are of each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) broken: usize,
    warnings: usize,
    unasked: usize,
    well: usize,
}

pub(super) fn count(findings: &[Finding]) -> Count {
    let mut count = Count::default();
    for Finding { health, .. } in findings {
        *match (health.state, health.asked) {
            (_, false) => &mut count.unasked,
            (State::Ok, _) => &mut count.well,
            (State::Warning, _) => &mut count.warnings,
            (State::Broken, _) => &mut count.broken,
        } += 1;
    }
    count
}

pub(super) fn write(
    findings: &[Finding],
    sent: super::Sent<'_>,
    language: Language,
    json: bool,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let Count { broken, warnings, unasked, well } = count(findings);
    if json {
        let counts = json!({ "broken": broken, "warning": warnings, "unasked": unasked, "ok": well });
        let all = json!({ "findings": findings, "counts": counts, "sent": sent });
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
        return Ok(());
    }
    for line in lines(findings, language) {
        writeln!(out, "{line}")?;
    }
    match language {
        Language::Ko => writeln!(out, "고장 {broken}건, 주의 {warnings}건, 확인하지 못함 {unasked}건, 정상 {well}건")?,
        Language::En => writeln!(out, "{broken} broken, {warnings} warnings, {unasked} not asked, {well} well")?,
    }
    if let Some(report) = sent {
        writeln!(out, "{}", sent_table(report))?;
    }
    Ok(())
}

fn sent_table(report: &Report) -> String {
    table::deliveries(report).to_string()
}

/// A line for each, but one for all rules of a Region that are well.
fn lines(findings: &[Finding], language: Language) -> Vec<String> {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    for finding in findings {
        let region = finding.subject.split(' ').next().unwrap_or_default();
        if finding.check == Check::Rule && finding.health.state == State::Ok {
            *rules.entry(region).or_default() += 1;
        } else {
            lines.push(finding.line(language));
        }
    }
    for (region, count) in rules {
        lines.push(match language {
            Language::Ko => format!("✔ 규칙 {region}: {count}개가 켜져 있습니다."),
            Language::En => format!("✔ Rules {region}: {count} are enabled."),
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use notifier::health::Health;

    use super::*;

    fn findings() -> Vec<Finding> {
        let rule = |name: &str, health| Finding::new(Check::Rule, format!("us-east-1 {name}"), health);
        vec![
            rule("bongsu-a", Health::ok("켜짐", "on")),
            rule("bongsu-b", Health::broken("꺼짐", "off")),
            rule("bongsu-c", Health::ok("켜짐", "on")),
            Finding::new(Check::Trail, "", Health::unasked("denied")),
            Finding::new(Check::Stack, "us-east-1", Health::warning("되돌려졌습니다", "was undone")),
        ]
    }

    #[test]
    fn rules_that_are_well_are_told_in_one_line_and_all_others_one_by_one() {
        let lines = lines(&findings(), Language::Ko);
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0], "✘ 규칙 us-east-1 bongsu-b: 꺼짐");
        assert_eq!(lines[3], "✔ 규칙 us-east-1: 2개가 켜져 있습니다.");
    }

    #[test]
    fn what_could_not_be_asked_counts_by_itself() {
        assert_eq!(count(&findings()), Count { broken: 1, warnings: 1, unasked: 1, well: 2 });
    }
}
