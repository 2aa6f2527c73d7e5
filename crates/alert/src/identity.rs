use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};

/// What an alert's key and fingerprint are made of, besides the parts that its source adds.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Slug of the source.
    pub source: &'a str,
    /// Drills have an identity of their own, so that none answers for a real alert.
    pub drill: bool,
    /// Account id, where the event has one.
    pub account: Option<&'a str>,
    /// Region code, where the event has one.
    pub region: Option<&'a str>,
}

impl Identity<'_> {
    /// The key of one occurrence. `parts` are what the event itself calls it (`detail.eventID`, say),
    /// never the envelope's `id`, which changes when a bus forwards the event to another Region.
    pub fn key(&self, parts: &[&str]) -> AlertKey {
        AlertKey(self.hash("key", parts))
    }

    /// The fingerprint of the thing that is wrong. `parts` name it and nothing that changes between firing and resolved.
    pub fn fingerprint(&self, parts: &[&str]) -> Fingerprint {
        Fingerprint(self.hash("fingerprint", parts))
    }

    /// `source:account:region:hash`, where the hash covers all of it. Each part goes in with its length,
    /// so that no two lists of parts can be spelled alike.
    fn hash(&self, purpose: &str, parts: &[&str]) -> String {
        let drill = if self.drill { "drill" } else { "real" };
        let (account, region) = (self.account.unwrap_or(""), self.region.unwrap_or(""));
        let mut hash = Sha256::new();
        for part in [purpose, self.source, drill, account, region].iter().chain(parts) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let digest = hash.finalize();
        let hex = digest.iter().take(16).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        format!("{}:{}:{}:{hex}", self.source, plain(account), plain(region))
    }
}

/// An account or Region as it may stand in a key; an event can call them anything.
fn plain(part: &str) -> &str {
    let fits = (1..=32).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits { part } else { "-" }
}

/// Names one occurrence, in at most 130 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct AlertKey(String);

impl AlertKey {
    /// A key that was made earlier, and stored as [`AlertKey::as_str`] gives it.
    pub fn stored(key: &str) -> Self {
        Self(key.to_owned())
    }

    /// The whole key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash alone, 32 hexadecimal digits: a name for the alert where a provider allows few characters.
    pub fn digest(&self) -> &str {
        self.0.rsplit(':').next().unwrap_or(&self.0)
    }

    /// Six letters and digits that stand in every message, so that a person can tell a repeat from a second alert.
    /// 30 bits: among a thousand alerts two look alike once in two thousand times.
    pub fn short_id(&self) -> String {
        const CROCKFORD: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let digest = Sha256::digest(self.0.as_bytes());
        let bits = digest.iter().take(4).fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        (0..6)
            .filter_map(|place| CROCKFORD.get((bits >> (place * 5) & 31) as usize))
            .map(|letter| char::from(*letter))
            .collect()
    }
}

impl fmt::Display for AlertKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names the thing that is wrong, in at most 130 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The whole fingerprint.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity<'static> {
        Identity { source: "root-login", drill: false, account: Some("111122223333"), region: Some("us-east-1") }
    }

    #[test]
    fn a_key_names_source_account_and_region_in_plain_sight() {
        let key = identity().key(&["event-1"]);
        assert!(key.as_str().starts_with("root-login:111122223333:us-east-1:"), "{key}");
    }

    #[test]
    fn a_drill_has_another_key_and_fingerprint_than_the_real_thing() {
        let drill = Identity { drill: true, ..identity() };
        assert_ne!(drill.key(&["e"]), identity().key(&["e"]));
        assert_ne!(drill.fingerprint(&["e"]), identity().fingerprint(&["e"]));
    }

    #[test]
    fn another_account_or_region_makes_another_alert_even_where_its_name_cannot_be_shown() {
        let odd = |account| Identity { account: Some(account), ..identity() }.key(&["e"]);
        assert_ne!(odd("11:22"), odd("11:33"));
        assert!(odd("11\n22").as_str().starts_with("root-login:-:us-east-1:"));
    }

    #[test]
    fn parts_cannot_run_into_each_other() {
        assert_ne!(identity().key(&["ab", "c"]), identity().key(&["a", "bc"]));
        assert_ne!(identity().key(&["a"]), identity().key(&["a", ""]));
    }

    #[test]
    fn the_short_id_is_six_letters_that_stay_the_same() {
        let id = identity().key(&["event-1"]).short_id();
        assert_eq!(id.len(), 6);
        assert_eq!(id, identity().key(&["event-1"]).short_id());
        assert_ne!(id, identity().key(&["event-2"]).short_id());
    }
}
