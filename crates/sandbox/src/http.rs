//! Requests and answers as the emulators see them: read whole, so that each emulator is a plain function.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// A request that has been read whole.
pub(crate) struct Incoming {
    pub(crate) at: Timestamp,
    pub(crate) method: Method,
    /// The play that it belongs to, from the `/play/7` in front of its path.
    pub(crate) play: Option<u64>,
    /// The path behind that, split at its slashes and percent-decoded.
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Incoming {
    /// A header's value, where it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The media type of the body, in lower case and without parameters.
    pub(crate) fn content_type(&self) -> String {
        let whole = self.header("content-type").unwrap_or_default();
        whole.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The first value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The pairs of `a=1&b=2`, percent-decoded, with `+` for a space.
pub(crate) fn form(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decode(key), decode(value)))
        .collect()
}

/// Takes `/play/7` off the front of a path: whoever sends there has what arrives marked with that number.
pub(crate) fn take_play(mut path: Vec<String>) -> (Option<u64>, Vec<String>) {
    let number = match path.as_slice() {
        [first, number, ..] if first == "play" => number.parse().ok(),
        _ => None,
    };
    if number.is_some() {
        path.drain(..2);
    }
    (number, path)
}

/// The parts of a path.
pub(crate) fn segments(path: &str) -> Vec<String> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Reply {
    /// JSON, as all but SNS answer.
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::text(status, "application/json", body.to_string())
    }

    /// Any text.
    pub(crate) fn text(status: StatusCode, content_type: &str, body: impl Into<String>) -> Self {
        Self { status, headers: vec![("content-type", content_type.to_owned())], body: body.into() }
    }

    /// Status 200 with something that is neither JSON nor XML, as a proxy on the way might answer.
    pub(crate) fn garbage() -> Self {
        Self::text(StatusCode::OK, "text/html", "<html><body>upstream connect error")
    }

    /// The same answer with one more header.
    pub(crate) fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        for (name, value) in self.headers {
            if let Ok(value) = value.parse() {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded_as_browsers_encode_it() {
        let pairs = form("text=a+b%26c&empty=&flag&%ED%95%9C=%EA%B8%80");
        let expected = [("text", "a b&c"), ("empty", ""), ("flag", ""), ("한", "글")];
        assert_eq!(pairs, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_path_is_decoded_part_by_part() {
        assert_eq!(segments("/bot1%3Aa/sendMessage"), ["bot1:a", "sendMessage"]);
        assert!(segments("/").is_empty());
    }

    #[test]
    fn a_play_is_taken_off_the_front_of_a_path() {
        let (play, path) = take_play(segments("/play/7/bot1:a/sendMessage"));
        assert_eq!((play, path), (Some(7), vec!["bot1:a".to_owned(), "sendMessage".to_owned()]));
        assert_eq!(take_play(segments("/play/7")), (Some(7), Vec::new()));
        for other in ["/", "/play", "/play/x/a", "/bot1:a/play/7"] {
            assert_eq!(take_play(segments(other)), (None, segments(other)));
        }
    }
}
