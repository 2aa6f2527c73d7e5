//! NHN Cloud SMS v3.0 (<https://docs.nhncloud.com/ko/Notification/SMS/ko/api-guide/>), with the result codes of
//! <https://docs.nhncloud.com/ko/Notification/SMS/ko/error-code/>.
//!
//! A failure has status 200 as well: the header of the body tells. What the documents leave open is played so:
//! a wrong secret key, which has no code of its own, gets the code of a wrong appKey; when every recipient is refused
//! the whole request is, with the code of the first.

mod lookup;
mod send;
mod senders;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::http::{Incoming, Reply};
use crate::providers::Verdict;
use crate::server::House;
use crate::{FaultKind, NhnApp};

const PAGE: &str = "https://docs.nhncloud.com/ko/Notification/SMS/ko/error-code/";

/// A refusal: NHN's code and its message.
type Refusal = (i64, String);

/// SMS or LMS; NHN calls the latter MMS, with or without a picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sms,
    Lms,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Lms => "lms",
        }
    }
}

/// What the path `/sms/v3.0/appKeys/{appKey}/sender/{kind}[/{requestId}]` names.
struct Place<'a> {
    app_key: &'a str,
    kind: Kind,
    request_id: Option<&'a str>,
}

fn place(request: &Incoming) -> Option<Place<'_>> {
    let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
    let (app_key, kind, request_id) = match path.as_slice() {
        ["sms", "v3.0", "appKeys", app_key, "sender", kind] => (*app_key, *kind, None),
        ["sms", "v3.0", "appKeys", app_key, "sender", kind, id] => (*app_key, *kind, Some(*id)),
        _ => return None,
    };
    let kind = match kind {
        "sms" => Kind::Sms,
        "mms" => Kind::Lms,
        _ => return None,
    };
    Some(Place { app_key, kind, request_id })
}

/// The appKey of `GET /sms/v3.0/appKeys/{appKey}/sendNos`.
fn asks_for_senders(request: &Incoming) -> Option<&str> {
    let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["sms", "v3.0", "appKeys", app_key, "sendNos"] if request.method == Method::GET => Some(*app_key),
        _ => None,
    }
}

/// Whether the request sends.
pub(crate) fn sends(request: &Incoming) -> bool {
    request.method == Method::POST && place(request).is_some_and(|place| place.request_id.is_none())
}

/// Answers any request.
pub(crate) fn answer(house: &House, request: &Incoming) -> Verdict {
    if let Some(app_key) = asks_for_senders(request) {
        return match app(house, request, app_key) {
            Ok(app) => look(Ok(senders::list(app, request))),
            Err(refusal) => refuse(&refusal),
        };
    }
    let Some(place) = place(request) else { return refuse(&(-9998, "Not exist API.".to_owned())) };
    let app = match app(house, request, place.app_key) {
        Ok(app) => app,
        Err(refusal) => return refuse(&refusal),
    };
    match (request.method.as_str(), place.request_id) {
        ("POST", None) => send::send(house, request, app, place.kind).unwrap_or_else(|refusal| refuse(&refusal)),
        ("GET", None) => look(lookup::list(&house.journal(), request, place.kind)),
        ("GET", Some(id)) => look(lookup::one(&mut house.journal(), request, place.kind, id)),
        _ => refuse(&(-9998, "Not exist API.".to_owned())),
    }
}

/// The application, if appKey and `X-Secret-Key` fit together.
fn app<'a>(house: &'a House, request: &Incoming, app_key: &str) -> Result<&'a NhnApp, Refusal> {
    let known = house.accounts.nhn.iter().find(|app| app.app_key == app_key);
    let app = known.ok_or_else(|| (-1000, "Invalid appKey.".to_owned()))?;
    if request.header("x-secret-key") != Some(app.secret_key.as_str()) {
        return Err((-1000, "Invalid secretKey.".to_owned()));
    }
    Ok(app)
}

fn look(found: Result<Value, Refusal>) -> Verdict {
    match found {
        Ok(body) => Verdict::answered(envelope(StatusCode::OK, 0, "SUCCESS", &body)),
        Err(refusal) => refuse(&refusal),
    }
}

fn refuse((code, message): &Refusal) -> Verdict {
    Verdict::refused(envelope(StatusCode::OK, *code, message, &Value::Null), format!("{code} {message} ({PAGE})"))
}

fn envelope(status: StatusCode, code: i64, message: &str, body: &Value) -> Reply {
    let header = json!({ "isSuccessful": code == 0, "resultCode": code, "resultMessage": message });
    Reply::json(status, &json!({ "header": header, "body": body }))
}

/// What NHN says when it fails, as a fault. Its answer to too many requests is not documented.
pub(crate) fn fault(kind: FaultKind) -> Reply {
    let (status, code, message) = match kind {
        FaultKind::Status429 => (StatusCode::TOO_MANY_REQUESTS, -9999, "Too many requests."),
        FaultKind::Unauthorized => (StatusCode::OK, -1000, "Invalid appKey."),
        FaultKind::Refuse => (StatusCode::OK, -2023, "Title or body contains invalid characters."),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, -9999, "System error."),
    };
    envelope(status, code, message, &Value::Null)
}
