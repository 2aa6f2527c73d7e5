//! The sandbox's own paths.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::{Incoming, Reply};
use crate::server::House;
use crate::{Channel, Fault, guard};

/// Said at `GET /`, which also serves those who only want to see a connection open.
const INDEX: &str =
    "bongsu sandbox: GET /api/messages, GET /api/requests, DELETE /api/messages, POST and DELETE /api/faults\n";

/// A fault as JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultBody {
    channel: String,
    kind: String,
    times: Option<u32>,
}

/// The answer, where the request is for the sandbox itself.
pub(crate) fn answer(house: &House, request: &Incoming) -> Option<Reply> {
    let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
    if matches!(path.as_slice(), ["api", ..]) && guard::is_foreign(&request.headers) {
        return Some(Reply::text(StatusCode::FORBIDDEN, "text/plain", guard::FORBIDDEN));
    }
    let reply = match (request.method.as_str(), path.as_slice()) {
        ("GET" | "HEAD", []) => Reply::text(StatusCode::OK, "text/plain", INDEX),
        ("GET", ["api", "messages"]) => Reply::json(StatusCode::OK, &json!(house.journal().messages)),
        ("GET", ["api", "requests"]) => Reply::json(StatusCode::OK, &json!(house.journal().requests)),
        ("GET", ["api", "faults"]) => Reply::json(StatusCode::OK, &json!(house.faults().list())),
        ("DELETE", ["api", "messages"]) => {
            house.journal().clear();
            done(house)
        }
        ("DELETE", ["api", "faults"]) => {
            house.faults().heal();
            done(house)
        }
        ("DELETE", ["api", "faults", channel]) => heal(house, channel),
        ("POST", ["api", "faults"]) => inject(house, request),
        (_, ["api", ..]) => Reply::text(StatusCode::NOT_FOUND, "text/plain", INDEX),
        _ => return None,
    };
    Some(reply)
}

fn done(house: &House) -> Reply {
    house.touch();
    Reply::text(StatusCode::NO_CONTENT, "text/plain", "")
}

fn inject(house: &House, request: &Incoming) -> Reply {
    match read(&request.body) {
        Ok(fault) => {
            house.faults().inject(fault);
            house.touch();
            Reply::json(StatusCode::CREATED, &json!(fault))
        }
        Err(error) => Reply::json(StatusCode::BAD_REQUEST, &json!({ "error": error })),
    }
}

fn heal(house: &House, channel: &str) -> Reply {
    match channel.parse::<Channel>() {
        Ok(channel) => {
            house.faults().heal_channel(channel);
            done(house)
        }
        Err(error) => Reply::json(StatusCode::NOT_FOUND, &json!({ "error": error.to_string() })),
    }
}

fn read(body: &[u8]) -> Result<Fault, String> {
    let body: FaultBody = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let channel = body.channel.parse().map_err(|error: crate::UnknownChannel| error.to_string())?;
    let fault = body.kind.parse().and_then(|kind| Fault::new(channel, kind, body.times));
    fault.map_err(|error| error.to_string())
}

/// A body as the journal shows it: JSON where it is JSON.
pub(crate) fn shown(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}
