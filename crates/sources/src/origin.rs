//! What every alert of a source has in common: where the event comes from, and how an alert is put together.

use alert::{Alert, Identity, Severity, Status, Text, Throttle};
use jiff::Timestamp;
use serde_json::Value;

use crate::arn::Arn;
use crate::fields::{Fields, is_account, is_region};
use crate::raw;

/// What a fire drill's `source` begins with. AWS refuses `aws.…` from anybody else, so a drill needs a name of its own:
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html>
const DRILL: &str = "drill.";

/// The `source` of an EventBridge event, without the mark of a drill.
pub(crate) fn service(event: &Value) -> &str {
    let source = event.get("source").and_then(Value::as_str).unwrap_or_default();
    source.strip_prefix(DRILL).unwrap_or(source)
}

/// The `detail-type` of an EventBridge event.
pub(crate) fn detail_type(event: &Value) -> &str {
    event.get("detail-type").and_then(Value::as_str).unwrap_or_default()
}

/// Whether this `source` is a fire drill's.
pub(crate) fn is_drill(source: &str) -> bool {
    source.starts_with(DRILL)
}

/// Where an event comes from.
#[derive(Debug, Clone)]
pub(crate) struct Origin<'a> {
    pub(crate) slug: &'static str,
    pub(crate) event: &'a Value,
    pub(crate) drill: bool,
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) time: Option<Timestamp>,
}

/// What is said about it, in our own words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Saying {
    pub(crate) severity: Severity,
    pub(crate) status: Status,
    pub(crate) title: Text,
    pub(crate) advice: Text,
}

impl<'a> Origin<'a> {
    pub(crate) fn new(slug: &'static str, event: &'a Value) -> Self {
        let drill = event.get("source").and_then(Value::as_str).is_some_and(is_drill);
        Self { slug, event, drill, account: None, region: None, time: None }
    }

    /// Takes the account from the first of these fields that holds one.
    pub(crate) fn account(mut self, pointers: &[&str]) -> Self {
        self.account = self.account.or_else(|| self.event.first(pointers, is_account));
        self
    }

    /// Takes the Region from the first of these fields that holds a Region code.
    pub(crate) fn region(mut self, pointers: &[&str]) -> Self {
        self.region = self.region.or_else(|| self.event.first(pointers, is_region));
        self
    }

    /// Takes the Region from the ARN in this field.
    pub(crate) fn region_of(mut self, pointer: &str) -> Self {
        let arn = self.event.text(pointer);
        let region = arn.as_deref().and_then(Arn::parse).map(|arn| arn.region.to_owned());
        self.region = self.region.or_else(|| region.filter(|region| is_region(region)));
        self
    }

    /// Takes the time from the first of these fields that can be read as one.
    pub(crate) fn time(mut self, pointers: &[&str]) -> Self {
        self.time = self.time.or_else(|| pointers.iter().find_map(|pointer| self.event.time(pointer)));
        self
    }

    /// An alert without subject, facts and links. Where the event does not say what names the occurrence (`key` is
    /// `None`), the whole event names it.
    pub(crate) fn alert(&self, saying: Saying, key: Option<&[&str]>, fingerprint: &[&str]) -> Alert {
        let identity = Identity {
            source: self.slug,
            drill: self.drill,
            account: self.account.as_deref(),
            region: self.region.as_deref(),
        };
        Alert {
            source: self.slug,
            severity: saying.severity,
            status: saying.status,
            drill: self.drill,
            key: key.map_or_else(|| identity.key(&[&self.event.to_string()]), |parts| identity.key(parts)),
            fingerprint: identity.fingerprint(fingerprint),
            throttle: Throttle::default(),
            free_only: false,
            only_if_firing: false,
            mailed_by: None,
            title: saying.title,
            subject: None,
            account: self.account.clone(),
            region: self.region.clone(),
            time: self.time,
            facts: Vec::new(),
            advice: saying.advice,
            links: Vec::new(),
            raw: raw::printed(self.event),
        }
    }
}
