//! Routes an alert to the channels that are owed it, words it for each of them, and delivers it.

pub mod render;
