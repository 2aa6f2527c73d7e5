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

    /// Whether this is the name of a part of our own stack, alone (`bongsu-root-login`), on a path
    /// (`/aws/lambda/bongsu-root-login`, `/bongsu/config`), in an ARN or in the address of a queue.
    pub fn is_ours(&self, name: &str) -> bool {
        let begins =
            |part: &str| part.strip_prefix(&self.stack).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        !self.stack.is_empty() && name.split(['/', ':']).any(begins)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_our_stack_are_known_however_they_are_named() {
        let policy = Policy::default();
        for ours in [
            "bongsu",
            "bongsu-root-login",
            "/bongsu/config",
            "/aws/lambda/bongsu-root-login",
            "arn:aws:lambda:us-east-1:111122223333:function:bongsu-root-login",
            "arn:aws:cloudformation:us-east-1:111122223333:stack/bongsu/0f1e2d3c",
            "arn:aws:sns:us-east-1:111122223333:bongsu-alerts:0f1e2d3c",
            "https://sqs.us-east-1.amazonaws.com/111122223333/bongsu-dead-letters",
        ] {
            assert!(policy.is_ours(ours), "{ours}");
        }
        for another in ["", "bongsuite", "my-bongsu", "arn:aws:sns:us-east-1:111122223333:alerts", "/aws/lambda/shop"] {
            assert!(!policy.is_ours(another), "{another}");
        }
    }

    #[test]
    fn without_a_stack_nothing_is_ours() {
        let policy = Policy { stack: String::new(), ..Policy::default() };
        assert!(!policy.is_ours("") && !policy.is_ours("-a"));
    }
}
