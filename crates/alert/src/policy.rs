use std::collections::BTreeSet;

/// What the operator says of the account, where AWS cannot know what is right: sources judge events by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The codes of the Regions where people work; `None`: nobody said.
    pub allowed_regions: Option<BTreeSet<String>>,
    /// Every resource that Config discovers is told.
    pub new_resources: bool,
    /// How old an access key may become, in days.
    pub key_age_days: i64,
    /// For how many days a password or an access key may go unused.
    pub unused_days: i64,
    /// The name of our own stack, with which the names of its parts begin.
    pub stack: String,
}

impl Policy {
    /// Whether people have no business in this Region.
    pub fn forbids_region(&self, region: &str) -> bool {
        self.allowed_regions.as_ref().is_some_and(|allowed| !allowed.contains(region))
    }

    /// Whether this is the name of a part of our own stack: `bongsu-root-login`.
    pub fn is_ours(&self, name: &str) -> bool {
        name.strip_prefix(&self.stack).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '/']))
    }
}

/// What holds where the operator says nothing.
impl Default for Policy {
    fn default() -> Self {
        Self {
            allowed_regions: None,
            new_resources: false,
            key_age_days: 90,
            unused_days: 90,
            stack: "bongsu".to_owned(),
        }
    }
}
