//! The analyzers of the account. It may have one of a kind; an organization's is no hindrance.

use aws::survey::{Analyzer, Asked, Looks, Stack};

use super::part::{Finding, Part, Second, There, Wishes};

const EXTERNAL: Part = Part { name: "Analyzer", on: "create", off: "none", off_because: None, second: Second::Refused };
/// Off by default, since it costs by users and roles: <https://aws.amazon.com/iam/access-analyzer/pricing/>
const UNUSED: Part = Part {
    name: "UnusedAccess",
    on: "create",
    off: "none",
    off_because: Some("it costs 20 cents a month for each user and role"),
    second: Second::Refused,
};

pub(super) fn findings(analyzers: &Asked<Vec<Analyzer>>, wishes: &Wishes<'_>) -> [Finding; 2] {
    [(&EXTERNAL, Looks::External), (&UNUSED, Looks::Unused)].map(|(part, looks)| {
        wishes.decide(part, |stack| match analyzers {
            Ok(analyzers) => there(analyzers, looks, part.name, stack),
            Err(unasked) => There::Unasked(unasked.to_string()),
        })
    })
}

fn there(analyzers: &[Analyzer], looks: Looks, name: &str, stack: &Stack) -> There {
    let found =
        |of_organization| analyzers.iter().find(|it| it.looks == looks && it.of_organization == of_organization);
    match (found(false), found(true)) {
        (Some(ours), _) if stack.made("AWS::AccessAnalyzer::Analyzer", &ours.arn) => There::Ours(described(ours, "")),
        (Some(others), _) => There::Others(described(others, ""), vec![format!("{name}=none")]),
        (None, Some(organization)) => There::Nothing(described(organization, " of the organization")),
        (None, None) => There::Nothing(String::new()),
    }
}

fn described(analyzer: &Analyzer, whose: &str) -> String {
    let lacks = if analyzer.active { "" } else { ", which is not active: see why in the console of IAM" };
    format!("the analyzer {}{whose}{lacks}", analyzer.name)
}
