//! `Authorization: HMAC-SHA256 apiKey=…, date=…, salt=…, signature=…`
//! (<https://docs.solapi.com/authentication/api-key>).

use axum::http::StatusCode;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use super::Refusal;
use crate::SolapiAccount;
use crate::http::Incoming;
use crate::server::House;

/// How far a date may be off, and for how long a signature is remembered.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// What the header says.
#[derive(Debug, PartialEq, Eq)]
struct Claim<'a> {
    api_key: &'a str,
    date: &'a str,
    salt: &'a str,
    signature: &'a str,
}

/// The account that signed the request, which has used this signature for the first and last time.
pub(super) fn account<'a>(house: &'a House, request: &Incoming) -> Result<&'a SolapiAccount, Refusal> {
    let forbidden = |code, message| Refusal::new(StatusCode::FORBIDDEN, code, message);
    let header = request.header("authorization").unwrap_or_default();
    let missing = || Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized", "Authorization 정보가 올바르지 않습니다.");
    let claim = read(header).ok_or_else(missing)?;
    if !(12..=64).contains(&claim.salt.len()) {
        return Err(Refusal::invalid("\"salt\" length must be 12 to 64 bytes"));
    }
    let date: Timestamp = claim.date.parse().map_err(|_| Refusal::invalid("\"date\" must be a valid ISO 8601 date"))?;
    let known = house.accounts.solapi.iter().find(|account| account.api_key == claim.api_key);
    let account = known.ok_or_else(|| forbidden("InvalidAPIKey", "유효한 API Key가 아닙니다."))?;
    if request.at.duration_since(date).abs() > WINDOW {
        return Err(forbidden("RequestTimeTooSkewed", "시간 값이 서버 시간을 15분 이상 벗어났습니다."));
    }
    if sign(&account.api_secret, claim.date, claim.salt) != claim.signature {
        return Err(forbidden("SignatureDoesNotMatch", "생성한 Signature가 일치하지 않습니다."));
    }
    if !fresh(house, request.at, claim.signature) {
        return Err(forbidden("DuplicatedSignature", "이미 사용된 Signature입니다."));
    }
    Ok(account)
}

/// Reads the header. The names have no case: the official Python SDK writes `ApiKey` and `Date`.
fn read(header: &str) -> Option<Claim<'_>> {
    let fields: Vec<(&str, &str)> = header
        .strip_prefix("HMAC-SHA256 ")?
        .split(',')
        .map(|field| field.trim().split_once('='))
        .collect::<Option<_>>()?;
    let field = |name: &str| {
        let found = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
        found.filter(|value| !value.is_empty())
    };
    Some(Claim {
        api_key: field("apiKey")?,
        date: field("date")?,
        salt: field("salt")?,
        signature: field("signature")?,
    })
}

/// The signature in lower-case hexadecimal digits: of date and salt, not of the request itself.
fn sign(secret: &str, date: &str, salt: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(date.as_bytes());
    mac.update(salt.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// Notes a signature; false if it was used before.
fn fresh(house: &House, now: Timestamp, signature: &str) -> bool {
    let mut journal = house.journal();
    journal.signatures.retain(|(_, used)| now.duration_since(*used) <= WINDOW);
    if journal.signatures.iter().any(|(used, _)| used == signature) {
        return false;
    }
    journal.signatures.push((signature.to_owned(), now));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by the official Python SDK with keys that exist nowhere.
    #[test]
    fn signatures_are_those_of_the_official_sdk() {
        let secret = "TESTSECRET0123456789ABCDEFGHIJKL";
        for (date, salt, signature) in [
            (
                "2026-01-02T03:04:05Z",
                "0123456789abcdefghijABCDEFGHIJ89",
                "faa183aea61844b3d7ce740cab2a283d0f2587a81b144418fea1f1c96518df0d",
            ),
            (
                "2026-01-02T12:04:05+09:00",
                "0123456789abcdefghijABCDEFGHIJ89",
                "9e936bef069b2f0f1135a6ece5eff3d5eb9d23e69ad988f67f96949a942d3070",
            ),
            (
                "2026-01-02T03:04:05.678Z",
                "abcdef123456",
                "56f13571b96f569f71cf7fd218c506489a70f7baf0e305dffd849a4a45a955fc",
            ),
        ] {
            assert_eq!(sign(secret, date, salt), signature);
        }
    }

    #[test]
    fn the_header_is_read_whatever_the_case_of_its_names() {
        let claim = read("HMAC-SHA256 ApiKey=k, Date=d, salt=s,signature=x").unwrap();
        assert_eq!(claim, Claim { api_key: "k", date: "d", salt: "s", signature: "x" });
    }

    #[test]
    fn another_scheme_or_a_missing_field_is_no_claim() {
        for header in
            ["", "Bearer x", "HMAC-MD5 apiKey=k, date=d, salt=s, signature=x", "HMAC-SHA256 apiKey=k, date=d, salt=s"]
        {
            assert_eq!(read(header), None, "{header}");
        }
    }
}
