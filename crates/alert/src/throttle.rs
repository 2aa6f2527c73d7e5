/// How a flood of alerts is held back. Whatever is held back stands in a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Throttle {
    /// Never, however many there are: somebody is in as root.
    Never,
    /// Each counts against the budget of its channel.
    #[default]
    Count,
    /// The same, and of those with one fingerprint only the first in an hour is told by itself.
    Group,
}
