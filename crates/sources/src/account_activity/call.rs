//! One thing that was done in the account, as CloudTrail or Config tells of it.

use serde_json::Value;

use crate::fields::{Fields, is_region};
use crate::origin;

/// What CloudTrail calls an API call, and an event of a service's own.
pub(super) const CALLS: &str = "AWS API Call via CloudTrail";
pub(super) const SERVICE_EVENTS: &str = "AWS Service Event via CloudTrail";
/// AWS documentation spells it both ways.
pub(super) const SIGN_INS: [&str; 2] = ["AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"];
/// What Config sends of every resource that it looks at.
pub(super) const CONFIG_ITEMS: &str = "Config Configuration Item Change";

/// The end of the name by which AWS knows a service: `iam.amazonaws.com`.
const OF_AWS: &str = ".amazonaws.com";
/// People call through it, so it does not act for itself.
const SIGN_IN: &str = "signin.amazonaws.com";

/// What an event tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A call of an API.
    Call,
    /// A sign-in to the console, or what belongs to one.
    SignIn,
    /// A resource that Config looked at.
    ConfigItem,
}

/// One event. Pointers are relative to its `detail`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(super) event: &'a Value,
    pub(super) detail: &'a Value,
    pub(super) kind: Kind,
    /// `iam`
    pub(super) service: &'a str,
    /// `CreateUser`; empty for a resource of Config.
    pub(super) name: &'a str,
}

impl<'a> Call<'a> {
    /// Nothing, where it is no such event, or does not say what was done.
    pub(super) fn read(event: &'a Value) -> Option<Self> {
        let detail = event.get("detail").unwrap_or(&Value::Null);
        let detail_type = origin::detail_type(event);
        if detail_type == CONFIG_ITEMS || detail.get("configurationItem").is_some() {
            return Some(Self { event, detail, kind: Kind::ConfigItem, service: "config", name: "" });
        }
        let known = [CALLS, SERVICE_EVENTS].contains(&detail_type) || SIGN_INS.contains(&detail_type);
        let told_source = detail.word("/eventSource").map(|source| source.strip_suffix(OF_AWS).unwrap_or(source));
        if !known && told_source.is_none() {
            return None;
        }
        let name = detail.word("/eventName")?;
        let service = told_source.unwrap_or_else(|| origin::service(event).trim_start_matches("aws."));
        let kind = if service == "signin" || SIGN_INS.contains(&detail_type) { Kind::SignIn } else { Kind::Call };
        Some(Self { event, detail, kind, service, name })
    }

    /// A string of the event that decides.
    pub(super) fn word(&self, pointer: &str) -> Option<&'a str> {
        self.detail.word(pointer)
    }

    /// A truth value of the event, which some services write as text.
    pub(super) fn truth(&self, pointer: &str) -> Option<bool> {
        truth(self.detail.pointer(pointer)?)
    }

    /// The kind of user: `Root`, `IAMUser`, `AssumedRole`. A root user's ARN says so even where the type is missing.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>
    pub(super) fn user_type(&self) -> Option<&'a str> {
        let root = self.word("/userIdentity/arn").is_some_and(|arn| arn.ends_with(":root"));
        self.word("/userIdentity/type").or(root.then_some("Root"))
    }

    /// Whether the root user did it.
    pub(super) fn by_root(&self) -> Option<bool> {
        Some(self.user_type()? == "Root")
    }

    /// The AWS service that did it by itself or for somebody; nothing, where people or their programs did.
    pub(super) fn by_service(&self) -> Option<&'a str> {
        let named =
            ["/userIdentity/invokedBy", "/sourceIPAddress"].into_iter().filter_map(|pointer| self.word(pointer));
        let is_service = |name: &&str| (name.ends_with(OF_AWS) && *name != SIGN_IN) || *name == "AWS Internal";
        named.into_iter().find(is_service).or((self.user_type() == Some("AWSService")).then_some("AWS"))
    }

    /// Whether it came to nothing: AWS refused it, or it was wrong. A failed sign-in is something of its own, for which
    /// there are rules.
    pub(super) fn failed(&self) -> bool {
        let result = format!("/responseElements/{}", self.name);
        self.name != "ConsoleLogin" && (self.word("/errorCode").is_some() || self.word(&result) == Some("Failure"))
    }

    /// The Region in which it was done.
    pub(super) fn region(&self) -> Option<&'a str> {
        let told = [self.word("/awsRegion"), self.event.word("/region")];
        told.into_iter().flatten().find(|region| is_region(region))
    }

    /// Whether it changes nothing. By its name, where the event does not say.
    pub(super) fn read_only(&self) -> bool {
        const READING: [&str; 8] = ["Describe", "Get", "List", "Head", "Lookup", "Search", "BatchGet", "Query"];
        self.truth("/readOnly").unwrap_or_else(|| READING.iter().any(|verb| self.name.starts_with(verb)))
    }
}

/// `true`, or `"true"`.
pub(super) fn truth(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}

/// The strings of a list, or the one that stands for a list; none that is blank.
pub(super) fn words(value: &Value) -> Vec<&str> {
    let listed = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    listed.iter().filter_map(|word| word.word("")).collect()
}

/// The members of a list as EC2 writes it (`{"items": […]}`), of a plain list, or the one that stands for a list.
pub(super) fn items(value: &Value) -> &[Value] {
    match value.get("items").unwrap_or(value) {
        Value::Array(items) => items,
        Value::Object(fields) if !fields.is_empty() => std::slice::from_ref(value),
        _ => &[],
    }
}
