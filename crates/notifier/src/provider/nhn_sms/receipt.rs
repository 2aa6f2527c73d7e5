//! What became of a text at the carrier.
//! <https://docs.nhncloud.com/en/Notification/SMS/en/api-guide/#query-delivery-of-short-sms>

use http::{Request, Response};
use percent_encoding::utf8_percent_encode;
use serde::Deserialize;

use super::super::{Receipt, URL_PART, words};
use super::{Answer, Header, Settings, authorized, unusable};
use crate::error::Failure;

/// Asks for one text by the id that [`message_id`](super::message_id) made. `None` where the id does not name the place
/// in the request, without which NHN Cloud finds nothing.
pub(super) fn request(settings: &Settings, id: &str) -> Option<Result<Request<Vec<u8>>, Failure>> {
    let (request, place) = id.split_once('/')?;
    let place: i64 = place.parse().ok()?;
    let url = format!("{}/{}?recipientSeq={place}", settings.url(), utf8_percent_encode(request, URL_PART));
    Some(authorized(settings, Request::get(url)).body(Vec::new()).map_err(|_| unusable()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    #[serde(default, deserialize_with = "words")]
    msg_status: String,
    #[serde(default, deserialize_with = "words")]
    msg_status_name: String,
    #[serde(default, deserialize_with = "words")]
    result_code: String,
    #[serde(default, deserialize_with = "words")]
    result_code_name: String,
}

impl Text {
    /// The carrier's code and its meaning, where there is one.
    fn why(&self) -> String {
        let Self { msg_status, msg_status_name, result_code, result_code_name } = self;
        let why = if result_code.is_empty() {
            format!("NHN Cloud msgStatus {msg_status}: {msg_status_name}")
        } else {
            format!("NHN Cloud {result_code}: {result_code_name}")
        };
        why.trim_end_matches([':', ' ']).to_owned()
    }
}

/// Reads the answer.
///
/// # Errors
/// Nothing is known of the text. That is so of a text that is not found, too: it may not be in NHN Cloud's books yet.
pub(super) fn read(response: &Response<Vec<u8>>) -> Result<Receipt, Failure> {
    let status = response.status();
    let answer: Answer<Text> = serde_json::from_slice(response.body())
        .map_err(|_| Failure::unavailable(format!("HTTP {} without an NHN Cloud receipt", status.as_u16())))?;
    let Header { is_successful, result_code, result_message } = answer.header;
    if !is_successful || !status.is_success() {
        return Err(Failure::unavailable(format!("no receipt: NHN Cloud {result_code}: {result_message}")));
    }
    let Some(text) = answer.body.and_then(|body| body.data) else {
        return Err(Failure::unavailable("no receipt: NHN Cloud does not know the text"));
    };
    match text.msg_status.as_str() {
        // Requested, in progress, or (advertisements only) waiting to be sent again.
        "1" | "2" | "7" => Ok(Receipt::Pending),
        "3" => Ok(Receipt::Delivered),
        // Failed, cancelled, dropped as a duplicate, or (advertisements only) refused by the hour.
        "0" | "4" | "5" | "6" => Ok(Receipt::Failed(text.why())),
        other => Err(Failure::unavailable(format!("no receipt: msgStatus {other:?} is not documented"))),
    }
}
