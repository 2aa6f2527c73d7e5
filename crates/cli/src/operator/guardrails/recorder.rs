//! The recorder with its delivery channel, and the rules, which need one. A Region has one of each.

use aws::survey::{Asked, Recorder, Stack};

use super::Survey;
use super::part::{Finding, Part, Second, State, There, Wishes};

const RECORDER: Part = Part { name: "Recorder", on: "create", off: "none", off_because: None, second: Second::Refused };
const RULES: Part = Part { name: "ConfigRules", on: "create", off: "none", off_because: None, second: Second::Refused };

pub(super) fn finding(survey: &Survey, wishes: &Wishes<'_>) -> Finding {
    wishes.decide(&RECORDER, |stack| match (&survey.recorders, &survey.channels) {
        (Ok(recorders), channels) if !recorders.is_empty() => of_recorders(recorders, channels, &survey.region, stack),
        (Ok(_), Ok(channels)) => of_channels(channels, &survey.region, stack),
        (Err(unasked), _) | (_, Err(unasked)) => There::Unasked(unasked.to_string()),
    })
}

/// Rules can be made only where there is a recorder, whosever it is.
/// <https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigRule.html>
pub(super) fn rules(survey: &Survey, recorder: &Finding, wishes: &Wishes<'_>) -> Finding {
    wishes.decide(&RULES, |stack| {
        let others = match &survey.recorders {
            Ok(recorders) => recorders.iter().any(|recorder| !is_ours(recorder, stack)),
            Err(unasked) if recorder.state != State::WillBeCreated => return There::Unasked(unasked.to_string()),
            Err(_) => false,
        };
        match recorder.state {
            State::NotAsked => There::Unasked("whether there will be a recorder".to_owned()),
            State::Found | State::SwitchedOff if !others => {
                There::Never("rules need a recorder, and there will be none".to_owned())
            }
            _ if stack.made_any("AWS::Config::ConfigRule") => There::Ours(String::new()),
            _ => There::Nothing(String::new()),
        }
    })
}

fn is_ours(recorder: &Recorder, stack: &Stack) -> bool {
    stack.made("AWS::Config::ConfigurationRecorder", &recorder.name)
}

fn of_recorders(recorders: &[Recorder], channels: &Asked<Vec<String>>, region: &str, stack: &Stack) -> There {
    let described: Vec<_> = recorders.iter().map(|it| described(it, channels, region)).collect();
    let described = described.join(", and ");
    if recorders.iter().any(|recorder| is_ours(recorder, stack)) {
        There::Ours(described)
    } else {
        There::Others(described, vec!["Recorder=none".to_owned()])
    }
}

/// There is no recorder, but perhaps a channel is left over from one.
fn of_channels(channels: &[String], region: &str, stack: &Stack) -> There {
    let Some(channel) = channels.iter().find(|it| !stack.made("AWS::Config::DeliveryChannel", it)) else {
        return There::Nothing(String::new());
    };
    let delete =
        format!("aws configservice delete-delivery-channel --region {region} --delivery-channel-name {channel}");
    There::Others(
        format!(
            "the delivery channel {channel} without a recorder, and no second one is allowed: to have ours, {delete}"
        ),
        vec!["Recorder=none".to_owned()],
    )
}

fn described(recorder: &Recorder, channels: &Asked<Vec<String>>, region: &str) -> String {
    let name = &recorder.name;
    let mut lacks = Vec::new();
    match &recorder.records {
        Ok(true) => {}
        Ok(false) => {
            let start = "aws configservice start-configuration-recorder";
            lacks.push(format!("is stopped ({start} --region {region} --configuration-recorder-name {name})"));
        }
        Err(unasked) => lacks.push(format!("may be stopped ({unasked})")),
    }
    if !recorder.everything {
        lacks.push("records some types of resources only, so that rules about others see nothing".to_owned());
    }
    match channels {
        Ok(channels) if channels.is_empty() => {
            lacks.push("has no delivery channel, without which it cannot run".to_owned());
        }
        Ok(_) => {}
        Err(unasked) => lacks.push(format!("may have no delivery channel ({unasked})")),
    }
    let lacks = if lacks.is_empty() { String::new() } else { format!(", which {}", lacks.join(" and ")) };
    format!("the recorder {name}{lacks}")
}
