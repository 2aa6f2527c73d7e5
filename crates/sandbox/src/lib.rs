//! The providers, played by one process: Telegram Bot API, NHN Cloud SMS v3.0, SOLAPI v4 and AWS SNS Publish at one
//! address, since their paths are distinct.
//!
//! They refuse what the real ones refuse, in the words of the real ones, so that what passes here passes there.
//! Where a real service would quietly do harm (NHN cuts a text that is too long), the sandbox refuses and says why.
//! Everything that arrived is kept for a test or a person to look at, and faults come on demand:
//!
//! | at the same address | does |
//! |---|---|
//! | `GET /api/messages` | every message that was accepted, oldest first; of a text also its `state`: `pending`, `delivered`, `failed` |
//! | `GET /api/requests` | every request, with what became of it and the rule that refused it |
//! | `DELETE /api/messages` | forgets both |
//! | `POST /api/faults` | `{"channel":"telegram","kind":"500","times":2}`: the next two sends fail so |
//! | `DELETE /api/faults`, `DELETE /api/faults/nhn-sms` | heals everything, or one channel |
//! | `/play/7/…` | the same providers; what arrives is marked with the number, as its `play` |
//!
//! A text is `pending` until its sender has asked for it once; the next question finds it `delivered`, or `failed` where
//! the fault `carrier` hit its send.
//!
//! Pages can be served beside them ([`Sandbox::start_with`]). Those and the paths of this table are closed to other
//! websites that a browser on this machine has open.
//!
//! No secret is kept: not the Telegram token of a path, nor any header.

mod accounts;
mod api;
mod channel;
mod clock;
mod control;
pub mod demo;
mod euc_kr;
mod fault;
mod guard;
mod http;
mod journal;
mod nhn;
mod providers;
mod server;
mod sns;
mod solapi;
mod telegram;
mod wire;

pub use accounts::{Accounts, Bot, NhnApp, SolapiAccount};
pub use channel::{Channel, UnknownChannel};
pub use control::Control;
pub use fault::{Fault, FaultKind, ParseFaultError};
pub use journal::{Message, Outcome, Request, State};
pub use server::{Sandbox, StartError};
