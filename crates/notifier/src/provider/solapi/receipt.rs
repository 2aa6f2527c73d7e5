//! What became of a text at the carrier.
//! <https://docs.solapi.com/api-reference/messages/getmessagelist>

use http::{Request, Response};
use jiff::Timestamp;
use percent_encoding::utf8_percent_encode;

use super::super::{Receipt, URL_PART};
use super::answer::{List, Listed, Refusal};
use super::{Settings, signed, unusable};
use crate::error::Failure;

/// Asks for one text by the `messageId` that the send had of it. `None` without one: SOLAPI would list every text.
pub(super) fn request(settings: &Settings, id: &str, now: Timestamp) -> Option<Result<Request<Vec<u8>>, Failure>> {
    let id = Some(utf8_percent_encode(id, URL_PART).to_string()).filter(|id| !id.is_empty())?;
    let url = format!("{}/messages/v4/list?messageId={id}", settings.base_url);
    let request = signed(settings, Request::get(url), now);
    Some(request.and_then(|request| request.body(Vec::new()).map_err(|_| unusable())))
}

/// Reads the answer.
///
/// # Errors
/// Nothing is known of the text. That is so of a text that is not found, too: it may not be in SOLAPI's books yet.
pub(super) fn read(response: &Response<Vec<u8>>, id: &str) -> Result<Receipt, Failure> {
    let status = response.status();
    let refusal: Refusal = serde_json::from_slice(response.body()).unwrap_or_default();
    if !status.is_success() || !refusal.error_code.is_empty() {
        let told = format!("no receipt: SOLAPI {} {}: {}", status.as_u16(), refusal.error_code, refusal.said());
        return Err(Failure::unavailable(told));
    }
    let list: List = serde_json::from_slice(response.body())
        .map_err(|_| Failure::unavailable(format!("HTTP {} without a SOLAPI receipt", status.as_u16())))?;
    let text = list.entries().find(|(named, _)| named.as_deref() == Some(id));
    let (_, text) = text.ok_or_else(|| Failure::unavailable("no receipt: SOLAPI does not know the text"))?;
    judge(&text)
}

/// What a status code says. Of those that begin with 1 (not registered), 2 (SOLAPI itself) and 3 (the carrier), all but
/// two are failures. <https://docs.solapi.com/api-reference/message-status-codes>
fn judge(text: &Listed) -> Result<Receipt, Failure> {
    match text.status_code.as_deref().unwrap_or_default() {
        // Registered; handed to the carrier, whose report is awaited.
        "" | "2000" | "3000" => Ok(Receipt::Pending),
        "4000" => Ok(Receipt::Delivered),
        code if is_failure(code) => {
            let why = if text.reason.is_empty() { &text.status_message } else { &text.reason };
            Ok(Receipt::Failed(format!("SOLAPI {code}: {why}").trim_end_matches([':', ' ']).to_owned()))
        }
        other => Err(Failure::unavailable(format!("no receipt: statusCode {other:?} is not documented"))),
    }
}

fn is_failure(code: &str) -> bool {
    code.len() == 4 && code.starts_with(['1', '2', '3']) && code.bytes().all(|byte| byte.is_ascii_digit())
}
