//! What talks to AWS on behalf of the functions and the command line: credentials, and the configuration in SSM.

mod credentials;
mod parameter;

#[cfg(feature = "profiles")]
pub use credentials::from_profiles;
pub use credentials::from_variables;
pub use parameter::{Parameter, ParameterError};
