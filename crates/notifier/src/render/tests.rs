//! What every format keeps to: shown on samples, and tried on anything an attacker could write.

mod markup;
mod names;
mod properties;
pub(super) mod samples;
mod snapshots;
