//! What an operator does with a deployed stack: store its configuration, hold a drill.

mod document;
pub(crate) mod drill;
pub(crate) mod push;
