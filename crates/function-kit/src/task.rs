//! What a function is for.

use alert::Policy;
use sources::credential_audit::SOURCE as AUDIT;
use sources::heartbeat::SOURCE as HEARTBEAT;
use sources::{Reading, Source, UNKNOWN};

use crate::audit::Fetch;
use crate::heartbeat::Ask;

/// What a function is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Task {
    /// The events of one source.
    Source(&'static Source),
    /// The events of these sources that other Regions and accounts forward.
    Forwarded(&'static [Source]),
    /// The events of these sources that their own functions could not deliver, and follow-ups. Named by whoever starts it,
    /// so that other functions do without the code of all sources.
    Redeliver(&'static [Source]),
    /// What was held back.
    Digest,
    /// The passwords and access keys of the account.
    Audit(Fetch),
    /// Whether bongsu itself works.
    Heartbeat(Ask),
}

impl Task {
    /// The name of the function's folder, and in its log.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Source(source) => source.slug,
            Self::Forwarded(_) => "forwarded",
            Self::Redeliver(_) => "redeliver",
            Self::Digest => "digest",
            Self::Audit(_) => AUDIT.slug,
            Self::Heartbeat(_) => HEARTBEAT.slug,
        }
    }

    /// Whether it is started by events that nobody may wait for.
    pub(crate) const fn tells_events(self) -> bool {
        matches!(self, Self::Source(_) | Self::Forwarded(_) | Self::Redeliver(_))
    }

    /// Reads what the function was given.
    pub(crate) fn read(self, event: &[u8], policy: &Policy) -> Reading {
        match self {
            Self::Source(source) => sources::read(event, &[*source], source.slug, policy),
            Self::Audit(_) => sources::read(event, &[AUDIT], AUDIT.slug, policy),
            Self::Heartbeat(_) => sources::read(event, &[HEARTBEAT], HEARTBEAT.slug, policy),
            Self::Forwarded(sources) | Self::Redeliver(sources) => sources::read(event, sources, UNKNOWN, policy),
            Self::Digest => sources::read(event, &[], UNKNOWN, policy),
        }
    }
}
