//! The trail. Another one that logs the management events of all Regions makes ours superfluous, and what both log is paid for.
//! <https://aws.amazon.com/cloudtrail/pricing/>

use aws::survey::{Asked, ManagementEvents, Stack, Trail};

use super::part::{Finding, Part, Second, There, Wishes};

const PART: Part = Part { name: "Trail", on: "create", off: "none", off_because: None, second: Second::Works };

pub(super) fn finding(trails: &Asked<Vec<Trail>>, region: &str, wishes: &Wishes<'_>) -> Finding {
    wishes.decide(&PART, |stack| match trails {
        Ok(trails) => there(trails, region, stack),
        Err(unasked) => There::Unasked(unasked.to_string()),
    })
}

fn there(trails: &[Trail], region: &str, stack: &Stack) -> There {
    let ours = |trail: &&Trail| trail.home_region == region && stack.made("AWS::CloudTrail::Trail", &trail.name);
    if let Some(trail) = trails.iter().find(ours) {
        return There::Ours(described(trail));
    }
    if let Some(trail) = trails.iter().find(|trail| trail.tells_all() == Ok(true)) {
        return There::Others(described(trail), vec!["Trail=none".to_owned()]);
    }
    if let Some((trail, unasked)) = trails.iter().find_map(|trail| Some((trail, trail.tells_all().err()?))) {
        let whose = if trail.of_organization { ", which is your organization's" } else { "" };
        return There::Unasked(format!("whether {}{whose} logs management events: {unasked}", trail.name));
    }
    There::Nothing(trails.iter().map(described).collect::<Vec<_>>().join(", and "))
}

/// The trail with what it lacks, and the command that mends what one command can mend.
fn described(trail: &Trail) -> String {
    let Trail { name, arn, home_region, .. } = trail;
    let mut lacks = Vec::new();
    if trail.logs == Ok(false) {
        lacks.push(format!("is stopped (aws cloudtrail start-logging --region {home_region} --name {arn})"));
    }
    if !trail.all_regions {
        let update = "aws cloudtrail update-trail --is-multi-region-trail";
        lacks.push(format!("covers one Region only ({update} --region {home_region} --name {arn})"));
    }
    match trail.management_events {
        Ok(ManagementEvents::None) => lacks.push("logs no management events".to_owned()),
        Ok(ManagementEvents::Some) => lacks.push("logs some of the management events only".to_owned()),
        Ok(ManagementEvents::All | ManagementEvents::Writes) | Err(_) => {}
    }
    if !trail.validates {
        let update = "aws cloudtrail update-trail --enable-log-file-validation";
        lacks.push(format!("does not validate its log files ({update} --region {home_region} --name {arn})"));
    }
    let lacks = if lacks.is_empty() { String::new() } else { format!(", which {}", lacks.join(" and ")) };
    format!("the trail {name} of {home_region}{lacks}")
}
