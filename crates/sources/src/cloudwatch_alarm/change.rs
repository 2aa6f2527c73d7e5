//! One change of an alarm's state, whichever way it arrived.

use jiff::Timestamp;
use serde_json::Value;

use crate::arn::Arn;
use crate::fields::{Fields, is_account, is_region};
use crate::origin;

#[derive(Debug, Clone, Default)]
pub(super) struct Change<'a> {
    pub(super) name: String,
    /// From the alarm's ARN, so that they are the same by every way.
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
    pub(super) state: Option<&'a str>,
    pub(super) previous: Option<&'a str>,
    pub(super) reason: Option<String>,
    /// `reasonData`, a JSON string, where it is one. After `SetAlarmState` it can be any JSON.
    pub(super) data: Option<Value>,
    pub(super) time: Option<Timestamp>,
    /// The same as part of the key.
    pub(super) moment: Option<String>,
    pub(super) contributor_id: Option<String>,
    /// What the contributor is, by name: `{"TableName": "orders"}`.
    pub(super) contributor: Option<&'a Value>,
    pub(super) description: Option<String>,
    /// The rule of a composite alarm.
    pub(super) rule: Option<String>,
    /// What EventBridge and Lambda call `configuration`, and SNS `Trigger`.
    pub(super) configuration: Option<&'a Value>,
    /// The children that set off a composite alarm.
    pub(super) children: Vec<String>,
    pub(super) suppressed: Option<String>,
    pub(super) muted_by: Option<String>,
}

impl<'a> Change<'a> {
    /// Nothing, if the event is no alarm's.
    pub(super) fn read(event: &'a Value) -> Option<Self> {
        if event.get("AlarmName").is_some() || event.get("NewStateValue").is_some() {
            return Self::from_sns(event);
        }
        if origin::service(event) != "aws.cloudwatch" {
            return None;
        }
        let arn = event.first(&["/alarmArn", "/resources/0"], |text| alarm_name(text).is_some());
        let alarm = event.get("alarmData").or_else(|| event.get("detail"))?;
        Self::from_alarm(alarm, arn.as_deref())
    }

    pub(super) fn is_composite(&self) -> bool {
        self.rule.is_some()
    }

    /// The `detail` of an EventBridge event, or the `alarmData` of a Lambda action.
    fn from_alarm(alarm: &'a Value, arn: Option<&str>) -> Option<Self> {
        let data = alarm.text("/state/reasonData").and_then(|data| serde_json::from_str(&data).ok());
        Some(Self {
            state: alarm.word("/state/value"),
            previous: alarm.word("/previousState/value"),
            reason: alarm.text("/state/reason"),
            children: children(data.as_ref(), "/triggeringAlarms", "/arn"),
            data,
            time: alarm.time("/state/timestamp"),
            moment: alarm.moment("/state/timestamp"),
            contributor_id: alarm.text("/alarmContributor/id"),
            contributor: alarm.pointer("/alarmContributor/attributes"),
            description: alarm.text("/configuration/description"),
            rule: alarm.text("/configuration/alarmRule"),
            configuration: alarm.get("configuration"),
            suppressed: alarm.text("/state/actionsSuppressedBy"),
            muted_by: alarm.text("/muteDetail/mutedByArn"),
            ..Self::of(alarm.text("/alarmName"), arn)?
        })
    }

    /// The message of an SNS action. Its `Region` is a display name (`Asia Pacific (Seoul)`), so the ARN gives the code.
    fn from_sns(alarm: &'a Value) -> Option<Self> {
        Some(Self {
            state: alarm.word("/NewStateValue"),
            previous: alarm.word("/OldStateValue"),
            reason: alarm.text("/NewStateReason"),
            data: alarm.text("/NewStateReasonData").and_then(|data| serde_json::from_str(&data).ok()),
            time: alarm.time("/StateChangeTime"),
            moment: alarm.moment("/StateChangeTime"),
            contributor_id: alarm.text("/AlarmContributorId"),
            contributor: alarm.get("AlarmContributorAttributes"),
            description: alarm.text("/AlarmDescription"),
            rule: alarm.text("/AlarmRule"),
            configuration: alarm.get("Trigger"),
            children: children(Some(alarm), "/TriggeringChildren", "/Arn"),
            suppressed: alarm.text("/ActionsSuppressedBy"),
            ..Self::of(alarm.text("/AlarmName"), alarm.text("/AlarmArn").as_deref())?
        })
    }

    /// Which alarm it is, by its name or its ARN.
    fn of(name: Option<String>, arn: Option<&str>) -> Option<Self> {
        let parts = arn.and_then(Arn::parse);
        let part =
            |part: fn(&Arn<'_>) -> String, fits: fn(&str) -> bool| parts.as_ref().map(part).filter(|part| fits(part));
        Some(Self {
            name: name.or_else(|| alarm_name(arn?))?,
            account: part(|arn| arn.account.to_owned(), is_account),
            region: part(|arn| arn.region.to_owned(), is_region),
            ..Self::default()
        })
    }
}

/// The name in an alarm's ARN: `arn:aws:cloudwatch:us-east-1:111122223333:alarm:cpu-high`.
fn alarm_name(arn: &str) -> Option<String> {
    let name = Arn::parse(arn)?.resource.strip_prefix("alarm:")?;
    (!name.is_empty()).then(|| name.to_owned())
}

fn children(data: Option<&Value>, list: &str, arn: &str) -> Vec<String> {
    let children = data.and_then(|data| data.pointer(list)?.as_array()).map(Vec::as_slice).unwrap_or_default();
    children.iter().filter_map(|child| child.text(arn)).map(|arn| alarm_name(&arn).unwrap_or(arn)).collect()
}
