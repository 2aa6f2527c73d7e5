//! A token that was rotated: where a channel's credentials are refused, its settings are read once more.

use async_trait::async_trait;

use super::Channel;

/// Somebody who can read the configuration again.
#[async_trait]
pub trait Renewal: Send + Sync {
    /// The channel of this name by the configuration as it is now; `None` where that has not changed or cannot be read.
    async fn renew(&self, channel: &str) -> Option<Channel>;
}

/// Nobody can: the command line has read its file just now.
#[derive(Debug)]
pub struct NoRenewal;

#[async_trait]
impl Renewal for NoRenewal {
    async fn renew(&self, _: &str) -> Option<Channel> {
        None
    }
}
