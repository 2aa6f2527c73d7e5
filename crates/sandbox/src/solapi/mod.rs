//! SOLAPI v4 (<https://docs.solapi.com/api-reference/overview>): `send-many/detail`, `list`, the balance, the prices and the
//! senders. What the
//! documents leave out is in the official SDK (<https://github.com/solapi/solapi-nodejs>).
//!
//! Errors of the whole request are `{errorCode, errorMessage}`; what is wrong with one message is told in
//! `failedMessageList`, under status 200. A request without any `Authorization` gets `Unauthorized`, which is a guess.

mod auth;
mod check;
mod lookup;
mod send;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::http::{Incoming, Reply};
use crate::providers::Verdict;
use crate::server::House;
use crate::{Channel, FaultKind};

const CODES: &str = "https://docs.solapi.com/api-reference/message-status-codes";

/// A refusal of the whole request.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }
}

fn path(request: &Incoming) -> Vec<&str> {
    request.path.iter().map(String::as_str).collect()
}

/// Whether the request sends.
pub(crate) fn sends(request: &Incoming) -> bool {
    request.method == Method::POST && path(request).starts_with(&["messages", "v4", "send-many"])
}

/// Answers any request. Every one of them uses up its signature.
pub(crate) fn answer(house: &House, request: &Incoming) -> Verdict {
    try_answer(house, request).unwrap_or_else(|refusal| {
        let rule = format!("{} {}", refusal.code, refusal.message);
        Verdict::refused(failure(refusal.status, refusal.code, &refusal.message), rule)
    })
}

fn try_answer(house: &House, request: &Incoming) -> Result<Verdict, Refusal> {
    let account = auth::account(house, request)?;
    match (request.method.as_str(), path(request).as_slice()) {
        ("POST", ["messages", "v4", "send-many", "detail"]) => send::send(house, request, account),
        // The Python SDK asks `list-old`, the Node SDK `list`; both expect the same answer.
        ("GET", ["messages", "v4", "list" | "list-old"]) => {
            lookup::list(&mut house.journal(), request).map(|body| found(&body))
        }
        ("GET", ["cash", "v1", "balance"]) => Ok(found(&balance(account.balance))),
        ("GET", ["pricing", "v1", "messaging"]) => Ok(found(&prices())),
        ("GET", ["senderid", "v1", "numbers", "active"]) => Ok(found(&json!(account.senders))),
        _ => Err(Refusal::new(StatusCode::NOT_FOUND, "ResourceNotFound", "요청한 리소스를 찾을 수 없습니다.")),
    }
}

fn found(body: &Value) -> Verdict {
    Verdict::answered(Reply::json(StatusCode::OK, body))
}

/// <https://docs.solapi.com/api-reference/cash/getbalance>
fn balance(won: u64) -> Value {
    json!({
        "lowBalanceAlert": { "notificationBalance": "0", "currentBalance": "0", "balances": [], "channels": [], "enabled": false },
        "point": 0, "minimumCash": 0, "rechargeTo": 0, "rechargeTryCount": 0, "autoRecharge": 0,
        "accountId": ACCOUNT, "balance": won, "deposit": 0, "balanceOnly": 0,
    })
}

/// Won for each text to Korea: <https://solapi.com/developers/api/pricing-getMessagePriceCountries>
fn prices() -> Value {
    json!({
        "countryId": "82", "countryName": "Korea, South", "serviceMethod": "MT", "sms": 20, "lms": 50, "mms": 200,
        "ata": 19, "cta": 13, "cti": 20,
        "dateCreated": "2026-01-02T03:04:05.000Z", "dateUpdated": "2026-01-02T03:04:05.000Z",
    })
}

/// The account number of every account here.
const ACCOUNT: &str = "00000000000001";

/// What SOLAPI says when it fails, as a fault.
pub(crate) fn fault(kind: FaultKind) -> Reply {
    match kind {
        // Alone among the errors it has `message`.
        FaultKind::Status429 => Reply::json(
            StatusCode::TOO_MANY_REQUESTS,
            &json!({ "errorCode": "TooManyRequests", "message": "Too many requests, please try again later." }),
        )
        .with("x-ratelimit-limit", "100")
        .with("x-ratelimit-remaining", "0"),
        FaultKind::Unauthorized => failure(StatusCode::FORBIDDEN, "InvalidAPIKey", "유효한 API Key가 아닙니다."),
        FaultKind::Refuse => failure(StatusCode::BAD_REQUEST, "ValidationError", "\"messages\" is invalid"),
        _ => failure(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "서버 오류가 발생했습니다."),
    }
}

fn failure(status: StatusCode, code: &str, message: &str) -> Reply {
    Reply::json(status, &json!({ "errorCode": code, "errorMessage": message }))
}

/// SOLAPI's ids: `M4V20180307110044DTYYJBBYLPQZIB1`, a letter and version, the time in Korea, 15 letters or digits.
fn id(prefix: &str, request: &Incoming, number: u64) -> String {
    let korea = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    format!("{prefix}{}{number:0>15}", request.at.to_zoned(korea).strftime("%Y%m%d%H%M%S"))
}

/// The channel of everything here.
const CHANNEL: Channel = Channel::Solapi;
