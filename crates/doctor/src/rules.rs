//! The rules of a stack: one that is disabled or gone makes its source silent.

use aws::Operator;
use aws::survey::Asked;
use futures::{StreamExt, stream};
use notifier::health::Health;

use crate::{Check, Deployed, Finding};

/// Rules of a stack, schedules among them.
const RULE: &str = "AWS::Events::Rule";

/// How many are asked for at once: each more would open a connection of its own.
const AT_ONCE: usize = 4;

/// Without a stack there are none: that is told of the stack.
pub(crate) async fn find(operator: &Operator, deployed: &Deployed) -> Vec<Finding> {
    let Some(stack) = deployed.stack() else { return Vec::new() };
    let region = operator.region();
    let buses: Vec<_> = stack.all("AWS::Events::EventBus").collect();
    let ask = async |id: &str| {
        let name = id.rsplit('|').next().unwrap_or(id);
        let (id, enabled) = look(operator, id, &buses).await;
        Finding::new(Check::Rule, format!("{region} {name}"), judge(&enabled, region, &id))
    };
    stream::iter(stack.all(RULE)).map(ask).buffered(AT_ONCE).collect().await
}

/// A stack need not say of which bus a rule is.
async fn look(operator: &Operator, id: &str, buses: &[&str]) -> (String, Asked<Option<bool>>) {
    let on_buses = buses.iter().filter(|_| !id.contains('|')).map(|bus| format!("{bus}|{id}"));
    let mut found = operator.rule_enabled(id).await;
    for other in on_buses {
        if found != Ok(None) {
            break;
        }
        found = operator.rule_enabled(&other).await;
        if found != Ok(None) {
            return (other, found);
        }
    }
    (id.to_owned(), found)
}

fn judge(enabled: &Asked<Option<bool>>, region: &str, id: &str) -> Health {
    let (bus, name) =
        id.split_once('|').map_or((String::new(), id), |(bus, name)| (format!(" --event-bus-name {bus}"), name));
    match enabled {
        Ok(Some(true)) => Health::ok("규칙이 켜져 있습니다.", "The rule is enabled."),
        Ok(Some(false)) => {
            let command = format!("`aws events enable-rule --region {region}{bus} --name {name}`");
            Health::broken("규칙이 꺼져 있어 알림이 오지 않습니다.", "The rule is disabled: its alerts do not come.")
                .advice(format!("{command}을(를) 실행하세요."), format!("Run {command}."))
        }
        Ok(None) => Health::broken("규칙이 지워져 알림이 오지 않습니다.", "The rule is gone: its alerts do not come.")
            .advice("스택을 지우고 다시 배포하세요.", "Delete the stack and deploy it again."),
        Err(unasked) => Health::unasked(unasked.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use aws::survey::Unasked;
    use notifier::health::State;

    use super::*;

    #[test]
    fn a_rule_is_enabled_or_disabled_or_gone_or_nobody_says() {
        let enable = "enable-rule --region r --event-bus-name bongsu --name bongsu-forwarded`";
        for (enabled, state, asked, says) in [
            (Ok(Some(true)), State::Ok, true, "enabled"),
            (Ok(Some(false)), State::Broken, true, enable),
            (Ok(None), State::Broken, true, "gone"),
            (Err(Unasked::Throttled("events:DescribeRule")), State::Warning, false, "throttles"),
        ] {
            let health = judge(&enabled, "r", "bongsu|bongsu-forwarded");
            assert_eq!((health.state, health.asked), (state, asked), "{health:?}");
            assert!(format!("{health:?}").contains(says), "{health:?}");
        }
        let of_the_default_bus = judge(&Ok(Some(false)), "r", "bongsu-root-login");
        assert!(of_the_default_bus.advice.unwrap().en.contains("--region r --name bongsu-root-login"));
    }
}
