//! The trail, without which nobody hears of root sign-ins and of what people do. One for all Regions is enough.

use aws::Operator;
use aws::survey::{Asked, ManagementEvents, Trail};
use notifier::health::Health;

use crate::{Check, Finding};

pub(crate) async fn find(operator: &Operator) -> Finding {
    Finding::new(Check::Trail, "", judge(&operator.trails().await))
}

fn judge(trails: &Asked<Vec<Trail>>) -> Health {
    let trails = match trails {
        Ok(trails) => trails,
        Err(unasked) => return Health::unasked(unasked.to_string()),
    };
    if let Some(trail) = trails.iter().find(|trail| trail.tells_all() == Ok(true)) {
        let name = &trail.name;
        return Health::ok(
            format!("추적 {name}이(가) 모든 리전의 활동을 기록합니다."),
            format!("The trail {name} logs what happens in every Region."),
        );
    }
    if let Some(unasked) = trails.iter().find_map(|trail| trail.tells_all().err()) {
        return Health::unasked(unasked.to_string());
    }
    let stopped = trails.iter().find(|trail| trail.all_regions && trail.logs == Ok(false));
    match stopped.or_else(|| trails.first()) {
        Some(trail) => lacking(trail),
        None => Health::broken(
            "추적(trail)이 없어 루트 로그인도 알 수 없습니다.",
            "There is no trail: nobody hears of root sign-ins.",
        )
        .advice("`make guardrails`로 만드세요.", "Make one: `make guardrails`."),
    }
}

fn lacking(trail: &Trail) -> Health {
    let Trail { name, arn, home_region, .. } = trail;
    let command = |call: &str| {
        let command = format!("`aws cloudtrail {call} --region {home_region} --name {arn}`");
        (format!("{command}을(를) 실행하세요."), format!("Run {command}."))
    };
    if trail.logs == Ok(false) {
        let (ko, en) = command("start-logging");
        return Health::broken(
            format!("추적 {name}이(가) 멈춰 있어 아무 활동도 알 수 없습니다."),
            format!("The trail {name} is stopped: nobody hears of anything."),
        )
        .advice(ko, en);
    }
    if !trail.all_regions {
        let (ko, en) = command("update-trail --is-multi-region-trail");
        return Health::broken(
            format!("추적 {name}이(가) {home_region} 한 리전만 기록합니다."),
            format!("The trail {name} logs {home_region} only."),
        )
        .advice(ko, en);
    }
    let none = trail.management_events == Ok(ManagementEvents::None);
    let (ko, en) = if none { ("기록하지 않습니다", "no") } else { ("일부만 기록합니다", "some") };
    Health::broken(
        format!("추적 {name}이(가) 관리 이벤트를 {ko}."),
        format!("The trail {name} logs {en} management events."),
    )
    .advice(
        "CloudTrail 콘솔에서 모든 관리 이벤트를 기록하게 하세요.",
        "Let it log all of them, in the console of CloudTrail.",
    )
}

#[cfg(test)]
mod tests {
    use aws::survey::Unasked;
    use notifier::health::State;

    use super::*;

    fn trail() -> Trail {
        Trail {
            name: "main".to_owned(),
            arn: "arn:aws:cloudtrail:us-east-1:111122223333:trail/main".to_owned(),
            home_region: "us-east-1".to_owned(),
            all_regions: true,
            of_organization: false,
            validates: true,
            logs: Ok(true),
            management_events: Ok(ManagementEvents::All),
        }
    }

    #[test]
    fn a_trail_is_well_when_it_logs_everything_everywhere_and_broken_when_it_does_not() {
        let stopped = Trail { logs: Ok(false), ..trail() };
        let of_one_region = Trail { all_regions: false, ..trail() };
        let partial = Trail { management_events: Ok(ManagementEvents::Some), ..trail() };
        let data_only = Trail { management_events: Ok(ManagementEvents::None), ..trail() };
        for (trails, state, says) in [
            (vec![trail()], State::Ok, "every Region"),
            (vec![stopped.clone(), trail()], State::Ok, "every Region"),
            (Vec::new(), State::Broken, "make guardrails"),
            (vec![of_one_region.clone(), stopped], State::Broken, "aws cloudtrail start-logging --region us-east-1"),
            (vec![of_one_region], State::Broken, "--is-multi-region-trail"),
            (vec![partial], State::Broken, "some management events"),
            (vec![data_only], State::Broken, "no management events"),
        ] {
            let health = judge(&Ok(trails));
            assert!(health.state == state && health.asked, "{health:?}");
            assert!(format!("{health:?}").contains(says), "{health:?}");
        }
    }

    #[test]
    fn a_trail_that_may_not_be_asked_is_neither() {
        let denied = Unasked::Denied { action: "cloudtrail:GetTrailStatus", says: None };
        for trails in [Err(denied.clone()), Ok(vec![Trail { logs: Err(denied), ..trail() }])] {
            let health = judge(&trails);
            assert!(!health.asked && health.told.en.contains("you need cloudtrail:GetTrailStatus"), "{health:?}");
        }
    }
}
