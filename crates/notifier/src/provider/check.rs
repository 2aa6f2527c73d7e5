//! What the checks of all providers have in common.

use http::{Request, Response};
use tokio::time::timeout;

use super::Provider;
use crate::delivery::without_secrets;
use crate::error::{Failure, Kind};
use crate::health::Health;
use crate::http::{ATTEMPT_TIMEOUT, Http};

/// What a finding may have of a provider's own words.
const MAX_WORDS: usize = 400;

/// Asks one question.
///
/// # Errors
/// There was no answer in time.
pub(super) async fn ask(http: &Http, request: Result<Request<Vec<u8>>, Failure>) -> Result<Response<Vec<u8>>, Failure> {
    match timeout(ATTEMPT_TIMEOUT, http.exchange(request?)).await {
        Ok(answer) => answer,
        Err(_) => Err(Failure::unavailable("no answer in time")),
    }
}

/// What a refusal of the credentials means for the channel; any other failure says nothing of it.
pub(super) fn refused(failure: &Failure, ko: &str, en: &str) -> Health {
    match failure.kind {
        Kind::Unauthorized => Health::broken(
            format!("인증 정보가 거부되었습니다({failure})."),
            format!("The credentials are refused ({failure})."),
        )
        .advice(ko, en),
        _ => Health::unasked(&failure.message),
    }
}

/// What was found, without what nobody may see.
pub(super) fn clean(provider: &dyn Provider, health: Health) -> Health {
    health.map(|words| without_secrets(provider, words).chars().take(MAX_WORDS).collect())
}
