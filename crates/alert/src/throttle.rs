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
    /// The same, and of those with one fingerprint that burn or are said only the first in a day is told by itself. For
    /// what AWS says again every few hours for as long as it lasts. The end of it counts as with [`Throttle::Count`].
    Daily,
}
