use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;

use crate::server::House;
use crate::{Channel, Fault, Message, Request};

/// What can be done with a running sandbox, by a test or by a page that is served beside it.
#[derive(Clone)]
pub struct Control {
    pub(crate) addr: SocketAddr,
    pub(crate) house: Arc<House>,
}

impl Control {
    /// `http://127.0.0.1:8025`, to be given to channels as their `base_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The `base_url` whose messages and requests are marked with a number.
    pub fn url_of_play(&self, number: u64) -> String {
        format!("{}/play/{number}", self.url())
    }

    /// Adds a fault after those that the channel already has.
    pub fn inject(&self, fault: Fault) {
        self.house.faults().inject(fault);
        self.house.touch();
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.house.faults().heal();
        self.house.touch();
    }

    /// Ends the faults of one channel.
    pub fn heal_channel(&self, channel: Channel) {
        self.house.faults().heal_channel(channel);
        self.house.touch();
    }

    /// The faults that are still to come.
    pub fn faults(&self) -> Vec<Fault> {
        self.house.faults().list().to_vec()
    }

    /// What was accepted, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.house.journal().messages.clone()
    }

    /// The same without the first ones.
    pub fn messages_from(&self, first: usize) -> Vec<Message> {
        self.house.journal().messages.get(first..).unwrap_or_default().to_vec()
    }

    /// Everything that was asked for, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.house.journal().requests.clone()
    }

    /// Forgets all messages and requests.
    pub fn clear(&self) {
        self.house.journal().clear();
        self.house.touch();
    }

    /// How often everything was forgotten: behind it, positions count anew.
    pub fn cleared(&self) -> u64 {
        self.house.journal().cleared
    }

    /// A number that grows with whatever happens here, for those who wait for it.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.house.changes()
    }

    /// Says that something has happened elsewhere that the page shows; gives back the number of this change.
    pub fn touch(&self) -> u64 {
        self.house.touch()
    }
}
