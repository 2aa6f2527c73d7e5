use std::fmt::Write;

use alert::Text;
use tokio::time::Instant;

use super::afterwards::Afterwards;
use super::renewal::{NoRenewal, Renewal};

/// What all alerts of an invocation share.
#[derive(Clone, Copy)]
pub struct Invocation<'a> {
    /// What the platform calls it: for the history.
    pub id: &'a str,
    /// When everything has ended.
    pub deadline: Instant,
    /// Who to ask for newer settings when a channel's are refused.
    pub renewal: &'a dyn Renewal,
    /// Why this comes late, where it is delivered again.
    pub why_late: Option<Text>,
    /// Whether providers are asked what became of paid texts that they had accepted.
    pub receipts: bool,
    /// Where what is recorded of an alert that everybody has may be left to, so that nobody waits for it.
    pub afterwards: Option<&'a Afterwards>,
    /// Channels that are known to be broken: others carry what these would be owed.
    pub broken: &'a [String],
}

impl Invocation<'_> {
    /// One that ends at this moment, with nothing special about it.
    pub fn until(deadline: Instant) -> Self {
        Self { id: "", deadline, renewal: &NoRenewal, why_late: None, receipts: false, afterwards: None, broken: &[] }
    }
}

/// A name that no other invocation has: the platform uses its own again when it tries again.
pub(super) fn unique() -> String {
    let mut bytes = [0_u8; 12];
    // Without randomness the name is the same for all: then a lease is never a stranger's, and nobody waits for it.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().fold(String::new(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}
