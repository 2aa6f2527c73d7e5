//! What an account has already of what guards it: trails, recorders, analyzers, what watches its spending, what of it a
//! stack has made, and how its rules and queues are. Nothing is changed, and what AWS does not say is not guessed.

mod analyzer;
mod queue;
mod recorder;
mod rule;
#[cfg(feature = "operator")]
mod spending;
mod stack;
#[cfg(test)]
#[cfg(feature = "operator")]
mod tests;
mod trail;

use aws_sdk_ssm::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

pub use analyzer::{Analyzer, Looks};
pub use queue::Waiting;
pub use recorder::Recorder;
#[cfg(feature = "operator")]
pub use spending::{Monitor, Subscription};
pub use stack::Stack;
pub use trail::{ManagementEvents, Trail};

/// What AWS said, or why it did not.
pub type Asked<T> = Result<T, Unasked>;

/// AWS did not say it. Says why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unasked {
    /// These credentials may not ask.
    #[error("access denied: you need {action}{}", says.as_deref().map(|says| format!(" (AWS says: {says})")).unwrap_or_default())]
    Denied {
        /// The IAM action that they need.
        action: &'static str,
        /// What AWS said, where it is not just that: of an account, perhaps, whose costs another account looks after.
        says: Option<String>,
    },
    /// AWS was asked as often as it is worth, and had too much to do. Holds the IAM action of the question.
    #[error("AWS throttles {0}: try again in a minute")]
    Throttled(&'static str),
    /// Anything else.
    #[error("{action}: {cause}")]
    Failed {
        /// The IAM action of the question.
        action: &'static str,
        /// What AWS said, or what broke.
        cause: String,
    },
}

/// Why a question had no answer; `action` is what IAM calls it.
fn unasked<E>(action: &'static str, error: &SdkError<E>) -> Unasked
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    // Which codes mean it: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    match error.code() {
        Some("AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation") => {
            let says =
                error.message().filter(|says| !says.is_empty() && !says.contains("is not authorized to perform"));
            Unasked::Denied { action, says: says.map(str::to_owned) }
        }
        Some("Throttling" | "ThrottlingException" | "LimitExceededException" | "TooManyRequestsException") => {
            Unasked::Throttled(action)
        }
        Some(code) => {
            Unasked::Failed { action, cause: format!("AWS says {code}: {}", error.message().unwrap_or_default()) }
        }
        None => Unasked::Failed { action, cause: DisplayErrorContext(error).to_string() },
    }
}
