//! Parameters of a method, from wherever Telegram takes them: <https://core.telegram.org/bots/api#making-requests>.

use serde_json::Value;

use crate::http::{Incoming, form};

/// The parameters of one request, each as text. The query comes first, and the first of a name counts.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads query and body: JSON or `application/x-www-form-urlencoded`. `multipart/form-data`, which only serves to
    /// upload files, is not read.
    pub(crate) fn read(request: &Incoming) -> Result<Self, String> {
        let mut all = request.query.clone();
        match request.content_type().as_str() {
            "application/json" => all.extend(json(&request.body)?),
            "application/x-www-form-urlencoded" => all.extend(form(&String::from_utf8_lossy(&request.body))),
            _ => {}
        }
        Ok(Self(all))
    }

    /// The value of a parameter; empty where it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// `true`, `yes` and `1` are true, and all else is false, as in the Bot API server.
    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.text(name).to_ascii_lowercase().as_str(), "true" | "yes" | "1")
    }

    /// Whether it stands in the request, even empty.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// All of it as an object, to be looked at.
    pub(crate) fn shown(&self) -> Value {
        self.0.iter().rev().map(|(key, value)| (key.clone(), nested(value))).collect()
    }
}

/// A value that is an object in itself is shown as one; numbers stay as they were written.
fn nested(value: &str) -> Value {
    let structured = if value.starts_with(['{', '[']) { serde_json::from_str(value).ok() } else { None };
    structured.unwrap_or_else(|| Value::String(value.to_owned()))
}

/// Strings as they are, everything else as its JSON text: `null` becomes the word `null`, which is why Telegram answers
/// `unsupported parse_mode` to `"parse_mode": null` (<https://github.com/tdlib/td/blob/master/tdnet/td/net/HttpReader.cpp>).
fn json(body: &[u8]) -> Result<Vec<(String, String)>, String> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Err("Bad Request: JSON object expected".to_owned());
    };
    let text = |value| if let Value::String(text) = value { text } else { value.to_string() };
    Ok(fields.into_iter().map(|(key, value)| (key, text(value))).collect())
}
