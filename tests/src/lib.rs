//! What the whole-system tests share: the sample events, a sandbox with a configuration for it, a function under the
//! Lambda Runtime Interface Emulator, all functions in Docker, an AWS account to deploy to, a ledger's table in one, the
//! command line, its inbox in a browser, an SSM, and the Python oracles.
//!
//! Everything runs as its own process or listens on its own port, so that tests run side by side. What a test needs and
//! does not find makes it fail: `make test` installs and builds it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    reason = "all of it is test code, where a panic is a failed test"
)]

mod account;
mod browser;
mod chromedriver;
mod cli;
pub mod corpus;
mod docker;
mod expected;
mod function;
mod gate;
pub mod json;
mod oracle;
mod places;
mod process;
mod queue;
pub mod secrets;
mod site;
mod ssm;
mod stage;
mod table;
mod tap;

pub use account::{Account, both};
pub use browser::{Browser, Screen};
pub use cli::{Running, Said, bongsu};
pub use corpus::Event;
pub use docker::{SamLocal, WarmFunctions};
pub use expected::{Expected, Past, messages, summary};
pub use function::{Answer, Function};
pub use gate::Gate;
pub use oracle::{Oracle, objections_of_the_aws_sdk, objections_of_the_aws_sdk_to_endpoints, python};
pub use places::{OTHER_FUNCTIONS, repository};
pub use queue::Queue;
pub use ssm::{Ssm, SsmReply};
pub use stage::{Stage, configuration, wording};
pub use table::Table;
pub use tap::Tap;
