//! One play or one message with all that is known of it, as JSON.

use notifier::config::When;
use sandbox::Request;
use serde_json::{Value, json};

use super::news::{alert_line, notice_line, summary};
use super::plays::{Play, State};
use super::{Inbox, Played};

/// A play: its event, who was owed what by which route, and every attempt.
pub(super) fn of_play(inbox: &Inbox, number: u64) -> Option<Value> {
    let play = inbox.0.plays.get(number)?;
    let requests: Vec<Request> =
        inbox.0.control.requests().into_iter().filter(|request| request.play == Some(number)).collect();
    let mut detail = json!({
        "number": play.number, "name": play.name, "event": play.event, "state": play.state.name(), "requests": requests,
    });
    if let (Some(detail), Value::Object(outcome)) = (detail.as_object_mut(), outcome(&play)) {
        detail.extend(outcome);
    }
    Some(detail)
}

/// A message, whole, with the request that brought it and the play that it belongs to, if any does.
pub(super) fn of_message(inbox: &Inbox, place: usize) -> Option<Value> {
    let message = inbox.0.control.messages_from(place).into_iter().next()?;
    let mut shown = summary(place, &message);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("text".to_owned(), message.text.into());
        shown.insert("provider_id".to_owned(), message.provider_id.into());
        shown.insert("state".to_owned(), json!(message.state));
        shown.insert("request".to_owned(), message.request);
    }
    let play = message.play.and_then(|number| of_play(inbox, number));
    Some(json!({ "message": shown, "play": play }))
}

fn outcome(play: &Play) -> Value {
    match &play.state {
        State::Running => json!({}),
        State::Failed(error) => json!({ "error": error }),
        State::Done(played) => {
            let alerts: Vec<_> = (0..played.alerts.len()).filter_map(|place| alert(played, place)).collect();
            let notices: Vec<_> = played.report.notices.iter().map(notice_line).collect();
            json!({ "alerts": alerts, "notices": notices, "ignored": played.ignored })
        }
    }
}

/// An alert with the routes that matched and the failover groups that are owed it.
fn alert(played: &Played, place: usize) -> Option<Value> {
    let (alert, owed) = (played.alerts.get(place)?, played.owed.get(place)?);
    let routes = owed.routes.iter().filter_map(|index| {
        let route = played.routes.get(*index)?;
        Some(json!({ "number": index + 1, "when": conditions(&route.when) }))
    });
    let mut line = alert_line(alert, played.report_of(&alert.key));
    if let Some(line) = line.as_object_mut() {
        line.insert("key".to_owned(), json!(alert.key));
        line.insert("routes".to_owned(), routes.collect());
        line.insert("notify".to_owned(), json!(owed.groups));
    }
    Some(line)
}

/// `severity = critical, high`; empty where a route takes everything.
fn conditions(when: &When) -> String {
    let severities: Vec<_> = when.severity.iter().map(|it| it.as_str().to_owned()).collect();
    let statuses: Vec<_> = when.status.iter().map(|it| it.as_str().to_owned()).collect();
    let drill: Vec<_> = when.drill.iter().map(ToString::to_string).collect();
    let all = [
        ("source", &when.source),
        ("severity", &severities),
        ("status", &statuses),
        ("account", &when.account),
        ("region", &when.region),
        ("drill", &drill),
    ];
    let told = all.iter().filter(|(_, values)| !values.is_empty());
    told.map(|(key, values)| format!("{key} = {}", values.join(", "))).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use alert::Severity;

    use super::*;

    #[test]
    fn conditions_are_told_as_the_configuration_has_them() {
        let when = When { severity: vec![Severity::Critical, Severity::High], drill: Some(false), ..When::default() };
        assert_eq!(conditions(&when), "severity = critical, high · drill = false");
        assert_eq!(conditions(&When::default()), "");
    }
}
