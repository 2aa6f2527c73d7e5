//! What talks to AWS on behalf of the functions and the command line: credentials, the configuration in SSM,
//! queues, drills.

mod credentials;
#[cfg(feature = "operator")]
pub mod drill;
#[cfg(feature = "operator")]
mod operator;
mod parameter;
mod queue;

pub use credentials::from_variables;
#[cfg(feature = "operator")]
pub use operator::{Operator, OperatorError};
pub use parameter::{Parameter, ParameterError};
pub use queue::{Later, Queue, QueueError};
