use jiff::Timestamp;

/// The time of day, which every message and every SOLAPI signature is held against.
#[expect(clippy::disallowed_methods, reason = "the one place of the sandbox that reads time")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
