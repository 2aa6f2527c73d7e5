//! What the benches measure: our own part of the way of an alert, without the network.

pub mod pipeline;
