//! Routes an alert to the channels that are owed it, words it for each of them, and delivers it.
//!
//! [`config`], [`route`] and [`render`] are pure. [`provider`] knows what each provider wants and answers,
//! [`delivery`] decides what to try, how often and until when; [`aws`] speaks the languages of AWS's services; only [`http`]
//! and [`clock`] touch the world.

pub mod aws;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod error;
pub mod health;
pub mod http;
pub mod provider;
pub mod render;
pub mod route;

#[cfg(test)]
mod testing;

pub use config::{Config, Faults, Variables};
pub use delivery::{Notifier, Report};
