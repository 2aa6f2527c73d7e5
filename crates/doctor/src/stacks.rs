//! The stacks: whether each is there, how its last deployment ended, and whether all have the same version.

use aws::Operator;
use aws::survey::{Asked, Stack};
use futures::future::join_all;
use notifier::health::Health;

use crate::{Check, Finding};

/// What `CloudFormation` says of the stack of a Region.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// The Region.
    pub region: String,
    /// The stack; `None` where there is none.
    pub stack: Asked<Option<Stack>>,
}

impl Deployed {
    /// The stack, where it is there.
    pub fn stack(&self) -> Option<&Stack> {
        self.stack.as_ref().ok()?.as_ref()
    }

    /// One of its outputs.
    pub fn output(&self, name: &str) -> Option<&str> {
        self.stack()?.outputs.get(name).map(String::as_str)
    }
}

/// Asks for the stack of this name in each Region.
pub async fn deployed(operators: &[Operator], name: &str) -> Vec<Deployed> {
    let ask = async |operator: &Operator| Deployed {
        region: operator.region().to_owned(),
        stack: operator.stack(name).await,
    };
    join_all(operators.iter().map(ask)).await
}

pub(crate) fn judge(deployed: &[Deployed]) -> Vec<Finding> {
    let newest = deployed.iter().filter_map(|it| it.output("Version")).max_by_key(|version| order(version));
    let judge = |it: &Deployed| Finding::new(Check::Stack, it.region.clone(), of_stack(it, newest));
    deployed.iter().map(judge).collect()
}

/// `0.10.1` is newer than `0.9.2`.
fn order(version: &str) -> Vec<u64> {
    version.split('.').map(|part| part.parse().unwrap_or_default()).collect()
}

fn of_stack(deployed: &Deployed, newest: Option<&str>) -> Health {
    let region = &deployed.region;
    let stack = match &deployed.stack {
        Err(unasked) => return Health::unasked(unasked.to_string()),
        Ok(None) => {
            return Health::broken("스택이 배포되어 있지 않습니다.", "The stack is not deployed.").advice(
                format!(
                    "`make deploy`를 실행하세요. {region}에 스택이 필요 없다면 `--region`으로 쓰는 리전만 적으세요."
                ),
                format!("Run `make deploy`. If {region} needs none, name the Regions that do with `--region`."),
            );
        }
        Ok(Some(stack)) => stack,
    };
    let status = &stack.status;
    match status.as_str() {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE" | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" => {}
        "UPDATE_ROLLBACK_COMPLETE" => {
            return Health::warning("지난 배포가 실패해 되돌려졌습니다.", "The last deployment failed and was undone.")
                .advice(
                    "원인을 고치고 `make deploy`를 다시 실행하세요.",
                    "Mend the cause and run `make deploy` again.",
                );
        }
        busy if busy.ends_with("_IN_PROGRESS") => {
            return Health::warning(
                format!("배포하는 중입니다({status})."),
                format!("It is being deployed ({status})."),
            )
            .advice("몇 분 뒤에 다시 확인하세요.", "Look again in some minutes.");
        }
        _ => {
            return Health::broken(
                format!("배포가 실패했습니다({status})."),
                format!("Its deployment failed ({status})."),
            )
            .advice("CloudFormation 콘솔에서 원인을 확인하세요.", "See why in the console of CloudFormation.");
        }
    }
    of_version(stack.outputs.get("Version").map(String::as_str), newest)
}

fn of_version(version: Option<&str>, newest: Option<&str>) -> Health {
    let deploy =
        ("`make deploy`로 모든 스택을 같은 버전으로 맞추세요.", "Bring all stacks to one version: `make deploy`.");
    match (version, newest) {
        (Some(version), Some(newest)) if version == newest => {
            Health::ok(format!("버전 {version}이(가) 배포되어 있습니다."), format!("Version {version} is deployed."))
        }
        (Some(version), Some(newest)) => Health::broken(
            format!("버전이 {version}인데 다른 리전은 {newest}입니다."),
            format!("It has version {version}, another Region {newest}."),
        )
        .advice(deploy.0, deploy.1),
        (None, _) | (_, None) => {
            Health::broken("버전을 알 수 없는 옛 스택입니다.", "It is too old to tell its version.")
                .advice(deploy.0, deploy.1)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use aws::survey::Unasked;
    use notifier::health::State;

    use super::*;

    fn stack(status: &str, version: Option<&str>) -> Stack {
        let outputs: BTreeMap<_, _> =
            version.map(|version| ("Version".to_owned(), version.to_owned())).into_iter().collect();
        Stack { status: status.to_owned(), outputs, ..Stack::default() }
    }

    fn states(stacks: [Asked<Option<Stack>>; 2]) -> [(State, bool); 2] {
        let regions = ["us-east-1", "ap-northeast-2"].map(str::to_owned);
        let deployed: Vec<_> =
            regions.into_iter().zip(stacks).map(|(region, stack)| Deployed { region, stack }).collect();
        let found = judge(&deployed);
        [0, 1].map(|index| (found[index].health.state, found[index].health.asked))
    }

    const OK: (State, bool) = (State::Ok, true);
    const WARNING: (State, bool) = (State::Warning, true);
    const BROKEN: (State, bool) = (State::Broken, true);
    const UNASKED: (State, bool) = (State::Warning, false);

    #[test]
    fn two_stacks_of_one_version_are_well_and_the_older_of_two_versions_is_not() {
        let done = |version| Ok(Some(stack("UPDATE_COMPLETE", Some(version))));
        assert_eq!(states([done("0.2.0"), done("0.2.0")]), [OK, OK]);
        assert_eq!(states([done("0.10.0"), done("0.9.0")]), [OK, BROKEN]);
        assert_eq!(states([done("0.9.0"), done("0.10.0")]), [BROKEN, OK]);
        assert_eq!(states([done("0.2.0"), Ok(Some(stack("UPDATE_COMPLETE", None)))]), [OK, BROKEN]);
    }

    #[test]
    fn a_stack_that_is_missing_failed_or_unknown_does_not_count_as_well() {
        let well = || Ok(Some(stack("CREATE_COMPLETE", Some("0.2.0"))));
        assert_eq!(states([well(), Ok(None)]), [OK, BROKEN]);
        for (status, expected) in [
            ("ROLLBACK_COMPLETE", BROKEN),
            ("UPDATE_ROLLBACK_FAILED", BROKEN),
            ("DELETE_FAILED", BROKEN),
            ("UPDATE_ROLLBACK_COMPLETE", WARNING),
            ("UPDATE_IN_PROGRESS", WARNING),
        ] {
            assert_eq!(states([well(), Ok(Some(stack(status, Some("0.2.0"))))]), [OK, expected], "{status}");
        }
        assert_eq!(states([well(), Err(Unasked::Throttled("x"))]), [OK, UNASKED]);
    }
}
