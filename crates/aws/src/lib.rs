//! What talks to AWS on behalf of the functions and the command line: credentials, the configuration in SSM, the ledger in
//! DynamoDB, queues, the credential report of IAM, drills, and what an account has of its guards.

mod credential_report;
mod credentials;
#[cfg(feature = "operator")]
pub mod drill;
mod ledger;
#[cfg(feature = "survey")]
mod operator;
mod parameter;
mod queue;
#[cfg(feature = "survey")]
mod sdk;

pub use credential_report::{CredentialReport, CredentialReports, ReportError};
pub use credentials::from_variables;
pub use ledger::DynamoLedger;
#[cfg(feature = "operator")]
pub use operator::Redrive;
#[cfg(feature = "survey")]
pub use operator::{Operator, OperatorError, survey};
pub use parameter::{Parameter, ParameterError};
pub use queue::{Queue, QueueError};
