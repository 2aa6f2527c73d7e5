//! Where the money goes: the root causes that AWS names.

use alert::{Fact, Policy, Text};
use serde_json::Value;

use crate::fields::{Fields, is_account, is_region};
use crate::money::Amount;

/// Causes beyond this many are counted, not told: AWS ranks them, and the first ones tell the story.
const TOLD: usize = 3;

/// A root cause. Any field can be missing, and all but the service often are.
/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_RootCause.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) service: Option<String>,
    region: Option<String>,
    usage: Option<String>,
    account: Option<String>,
    account_name: Option<String>,
    amount: Option<Amount>,
}

/// The causes that say anything, the dearest first.
pub(super) fn read(anomaly: &Value) -> Vec<Cause> {
    let causes = anomaly.get("rootCauses").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut causes: Vec<_> = causes.iter().map(cause).filter(|cause| !cause.parts().is_empty()).collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.amount.as_ref().map(|amount| amount.hundredths)));
    causes
}

fn cause(cause: &Value) -> Cause {
    Cause {
        service: cause.text("/service"),
        region: cause.text("/region"),
        usage: cause.text("/usageType"),
        account: cause.text("/linkedAccount"),
        account_name: cause.text("/linkedAccountName"),
        amount: cause.pointer("/impact/contribution").and_then(Amount::dollars),
    }
}

impl Cause {
    fn parts(&self) -> Vec<&str> {
        let parts = [&self.service, &self.region, &self.usage, &self.account, &self.account_name];
        parts.into_iter().flatten().map(String::as_str).collect()
    }

    /// `$400.12: Amazon Elastic Compute Cloud - Compute, us-west-2, BoxUsage:p3.16xlarge, 444455556666 dev`; the sum
    /// first, so that no name can put one of its own before it.
    fn told(&self) -> String {
        let amount = self.amount.as_ref().map_or_else(String::new, |amount| format!("{amount}: "));
        amount + &self.parts().join(", ")
    }
}

/// One line for each of the first causes.
pub(super) fn facts(causes: &[Cause], account: Option<&str>) -> Vec<Fact> {
    // A cause in the account that is told anyway need not name it again.
    let plain = |cause: &Cause| match (cause.account.as_deref(), account) {
        (Some(own), Some(told)) if own == told => Cause { account: None, ..cause.clone() },
        _ => cause.clone(),
    };
    let told = causes.iter().map(plain).take(TOLD).zip([
        Text::new("원인", "Cause"),
        Text::new("원인 2", "Cause 2"),
        Text::new("원인 3", "Cause 3"),
    ]);
    let told = told.map(|(cause, label)| Fact::foreign(label, cause.told()));
    let more = causes.len().checked_sub(TOLD).filter(|more| *more > 0);
    let more = more.map(|more| Fact::foreign(Text::new("그 밖의 원인", "More causes"), more.to_string()));
    told.chain(more).collect()
}

/// The account where all of it happens, which need not be that of the monitor.
pub(super) fn only_account(causes: &[Cause]) -> Option<String> {
    only(causes, |cause| &cause.account).filter(|account| is_account(account))
}

/// The Region where all of it happens.
pub(super) fn only_region(causes: &[Cause]) -> Option<String> {
    only(causes, |cause| &cause.region).filter(|region| is_region(region))
}

/// Whether money goes where the operator says that nobody works. What is everywhere (`global`, `NoRegion`) is no place.
pub(super) fn is_astray(causes: &[Cause], policy: &Policy) -> bool {
    let is_place = |region: &&str| is_region(region) && region.ends_with(|end: char| end.is_ascii_digit());
    causes
        .iter()
        .filter_map(|cause| cause.region.as_deref())
        .filter(is_place)
        .any(|region| policy.forbids_region(region))
}

fn only(causes: &[Cause], part: fn(&Cause) -> &Option<String>) -> Option<String> {
    let first = part(causes.first()?).clone()?;
    causes.iter().all(|cause| part(cause).as_ref() == Some(&first)).then_some(first)
}

/// The Regions of the causes, the dearest first, each once.
pub(super) fn regions(causes: &[Cause]) -> Vec<&str> {
    let mut regions: Vec<&str> = Vec::new();
    for region in causes.iter().filter_map(|cause| cause.region.as_deref()) {
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    regions
}

/// What is used, of the dearest cause that says so: `USW2-BoxUsage:p3.16xlarge`.
pub(super) fn usage(causes: &[Cause]) -> Option<String> {
    causes.iter().find_map(|cause| cause.usage.clone())
}

/// A service as people call it, so that a text message has room for it; the facts have its whole name.
pub(super) fn short(service: &str) -> String {
    let known = match service {
        "Amazon Elastic Compute Cloud - Compute" => "EC2",
        "Amazon Elastic Container Service" => "ECS",
        "Amazon Elastic Container Service for Kubernetes" => "EKS",
        "Amazon Elastic Load Balancing" => "ELB",
        "Amazon Relational Database Service" => "RDS",
        "Amazon Simple Email Service" => "SES",
        "Amazon Simple Notification Service" => "SNS",
        "Amazon Simple Queue Service" => "SQS",
        "Amazon Simple Storage Service" => "S3",
        "Amazon Virtual Private Cloud" => "VPC",
        "AWS Key Management Service" => "KMS",
        other => other.strip_prefix("Amazon ").or_else(|| other.strip_prefix("AWS ")).unwrap_or(other),
    };
    if known.trim().is_empty() { service.to_owned() } else { known.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_dearest_cause_comes_first_and_the_others_keep_their_order() {
        let causes = read(&json!({"rootCauses": [
            {"service": "a"}, {"service": "b"}, {}, null, 7, {"service": 8},
            {"service": "c", "impact": {"contribution": 2}}, {"service": "d", "impact": {"contribution": 10.5}},
        ]}));
        let names: Vec<_> = causes.iter().map(Cause::told).collect();
        assert_eq!(names, ["$10.50: d", "$2.00: c", "a", "b", "8"]);
    }

    #[test]
    fn a_place_is_named_only_where_all_of_it_happens_there() {
        let at = |names: &[&str]| {
            let causes: Vec<_> = names.iter().map(|region| json!({"service": "x", "region": region})).collect();
            let causes = read(&json!({ "rootCauses": causes }));
            (only_region(&causes), regions(&causes).join(" "))
        };
        assert_eq!(at(&["us-west-2", "us-west-2"]), (Some("us-west-2".to_owned()), "us-west-2".to_owned()));
        assert_eq!(at(&["us-west-2", "eu-north-1"]), (None, "us-west-2 eu-north-1".to_owned()));
        assert_eq!(at(&["us-west-2", ""]), (None, "us-west-2".to_owned()));
        assert_eq!(at(&["Oregon"]), (None, "Oregon".to_owned()));
    }

    #[test]
    fn money_goes_astray_only_where_the_operator_says_that_nobody_works() {
        let causes = |region| read(&json!({"rootCauses": [{"service": "a"}, {"service": "b", "region": region}]}));
        let policy = Policy { allowed_regions: Some(["ap-northeast-2".to_owned()].into()), ..Policy::default() };
        assert!(is_astray(&causes("us-west-2"), &policy));
        assert!(!is_astray(&causes("us-west-2"), &Policy::default()));
        for region in ["ap-northeast-2", "global", "NoRegion", ""] {
            assert!(!is_astray(&causes(region), &policy), "{region}");
        }
    }

    #[test]
    fn services_are_called_what_people_call_them() {
        for (service, name) in [
            ("Amazon Elastic Compute Cloud - Compute", "EC2"),
            ("EC2 - Other", "EC2 - Other"),
            ("AWS Lambda", "Lambda"),
            ("Amazon SageMaker", "SageMaker"),
            ("Amazon ", "Amazon "),
        ] {
            assert_eq!(short(service), name);
        }
    }
}
