//! Trails of `CloudTrail`.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::config::Builder;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types::{AdvancedEventSelector, AdvancedFieldSelector, EventSelector, ReadWriteType};
use aws_types::region::Region;

use super::{Asked, unasked};
use crate::operator::Operator;

/// A trail that this Region sees: its own, or one of another Region that covers all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// What it is called in its Region.
    pub name: String,
    /// Its ARN, which names its account: that of an organization's trail is another one.
    pub arn: String,
    /// Where it was made, and where alone it can be changed.
    pub home_region: String,
    /// Whether it logs what happens in every Region.
    pub all_regions: bool,
    /// Whether it is the organization's, so that a member account sees it and cannot change it.
    pub of_organization: bool,
    /// Whether it writes digests that tell whether somebody has changed its log files.
    pub validates: bool,
    /// Whether it is logging, and not stopped.
    pub logs: Asked<bool>,
    /// Which of the events it logs that EventBridge passes on.
    pub management_events: Asked<ManagementEvents>,
}

impl Trail {
    /// Whether `EventBridge` is told through it of all that changes something, in every Region.
    ///
    /// # Errors
    /// `CloudTrail` did not say.
    pub fn tells_all(&self) -> Asked<bool> {
        if !self.all_regions || self.logs == Ok(false) {
            return Ok(false);
        }
        let enough = matches!(self.management_events.clone()?, ManagementEvents::All | ManagementEvents::Writes);
        Ok(enough && self.logs.clone()?)
    }
}

/// Which management events a trail logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagementEvents {
    /// All, or all but the many of KMS and RDS' Data API.
    All,
    /// Those that change something, sign-ins among them.
    Writes,
    /// Those that a filter lets through.
    Some,
    /// None: data events only.
    None,
}

impl Operator {
    /// The trails that this Region sees. Each is asked for its state in its home Region: elsewhere `CloudTrail` does not
    /// know which events it logs.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html>
    ///
    /// # Errors
    /// `CloudTrail` did not say which there are.
    pub async fn trails(&self) -> Asked<Vec<Trail>> {
        let client = Client::new(&self.config);
        let answer = client.describe_trails().include_shadow_trails(true).send().await;
        let answer = answer.map_err(|error| unasked("cloudtrail:DescribeTrails", &error))?;
        let mut trails = Vec::new();
        for trail in answer.trail_list.unwrap_or_default() {
            let arn = trail.trail_arn.unwrap_or_default();
            let home_region = trail.home_region.unwrap_or_else(|| self.region.clone());
            let settings = Builder::from(&self.config).region(Region::new(home_region.clone()));
            let home = Client::from_conf(settings.build());
            let (logs, management_events) = tokio::join!(logs(&home, &arn), management_events(&home, &arn));
            trails.push(Trail {
                name: trail.name.unwrap_or_default(),
                arn,
                home_region,
                all_regions: trail.is_multi_region_trail.unwrap_or_default(),
                of_organization: trail.is_organization_trail.unwrap_or_default(),
                validates: trail.log_file_validation_enabled.unwrap_or_default(),
                logs,
                management_events,
            });
        }
        Ok(trails)
    }
}

async fn logs(home: &Client, arn: &str) -> Asked<bool> {
    let answer = home.get_trail_status().name(arn).send().await;
    let answer = answer.map_err(|error| unasked("cloudtrail:GetTrailStatus", &error))?;
    Ok(answer.is_logging.unwrap_or_default())
}

async fn management_events(home: &Client, arn: &str) -> Asked<ManagementEvents> {
    let answer = home.get_event_selectors().trail_name(arn).send().await;
    let answer = answer.map_err(|error| unasked("cloudtrail:GetEventSelectors", &error))?;
    Ok(read(&answer))
}

/// A trail has selectors of one kind or of the other, and logs what any of them lets through.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html>
fn read(answer: &GetEventSelectorsOutput) -> ManagementEvents {
    use ManagementEvents::{All, None, Some, Writes};
    let basic = answer.event_selectors().iter().map(basic);
    let selected: Vec<_> = basic.chain(answer.advanced_event_selectors().iter().map(advanced)).collect();
    [All, Writes, Some].into_iter().find(|it| selected.contains(it)).unwrap_or(None)
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>
fn basic(selector: &EventSelector) -> ManagementEvents {
    // What is not said is as AWS says that it is by default.
    if selector.include_management_events == Some(false) {
        return ManagementEvents::None;
    }
    match selector.read_write_type {
        None | Some(ReadWriteType::All) => ManagementEvents::All,
        Some(ReadWriteType::WriteOnly) => ManagementEvents::Writes,
        Some(_) => ManagementEvents::Some,
    }
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
fn advanced(selector: &AdvancedEventSelector) -> ManagementEvents {
    let of_management = |it: &&AdvancedFieldSelector| it.field == "eventCategory" && it.equals() == ["Management"];
    let Some(category) = selector.field_selectors().iter().find(of_management) else { return ManagementEvents::None };
    let mut events = ManagementEvents::All;
    for field in selector.field_selectors().iter().filter(|it| *it != category) {
        events = match field.field.as_str() {
            "readOnly" if field.equals() == ["false"] && events == ManagementEvents::All => ManagementEvents::Writes,
            "eventSource" if leaves_out_noise(field) => events,
            _ => return ManagementEvents::Some,
        };
    }
    events
}

/// The two services whose events may be left out of any trail, for there are so many of them.
fn leaves_out_noise(field: &AdvancedFieldSelector) -> bool {
    let noise = |source: &String| ["kms.amazonaws.com", "rdsdata.amazonaws.com"].contains(&source.as_str());
    let only = AdvancedFieldSelector::builder().field(&field.field).set_not_equals(field.not_equals.clone()).build();
    only.is_ok_and(|only| only == *field) && field.not_equals().iter().all(noise)
}
