//! The paths of the page. The sandbox keeps other websites away from all of them.

use alert::Language;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::news::{Seen, news};
use super::{Inbox, Sample, detail, language, page};

/// Nothing runs, loads or shows the page but its own files; text never becomes markup, even by mistake
/// (<https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy>).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

pub(super) fn router(inbox: Inbox) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/inbox/news", get(tell))
        .route("/inbox/plays", post(play))
        .route("/inbox/plays/{number}", get(show_play))
        .route("/inbox/messages/{place}", get(show_message))
        .route("/inbox/{file}", get(file))
        .layer(map_response(protect))
        .with_state(inbox)
}

async fn protect(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    response
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

async fn show(State(inbox): State<Inbox>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let language = language::choose(asked.lang.as_deref(), accepted);
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page::html(language, &inbox.0.samples)).into_response()
}

async fn file(Path(name): Path<String>) -> Response {
    match page::file(&name) {
        Some((kind, text)) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn tell(State(inbox): State<Inbox>, Query(seen): Query<Seen>) -> Json<Value> {
    Json(news(&inbox, seen).await)
}

/// An event to play, in the language of the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    event: Wanted,
    language: Language,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    /// The name of a sample.
    Sample(String),
    /// An event that somebody has pasted.
    Pasted(String),
}

async fn play(State(inbox): State<Inbox>, Json(wish): Json<Wish>) -> Response {
    let sample = match wish.event {
        Wanted::Sample(name) => inbox.0.samples.get(&name).cloned(),
        Wanted::Pasted(text) => Some(Sample { name: String::new(), bytes: text.into_bytes() }),
    };
    let Some(sample) = sample else { return StatusCode::NOT_FOUND.into_response() };
    let number = inbox.play_for_page(sample, wish.language);
    (StatusCode::ACCEPTED, Json(json!({ "number": number }))).into_response()
}

async fn show_play(State(inbox): State<Inbox>, Path(number): Path<u64>) -> Response {
    found(detail::of_play(&inbox, number).map(|play| json!({ "play": play })))
}

async fn show_message(State(inbox): State<Inbox>, Path(place): Path<usize>) -> Response {
    found(detail::of_message(&inbox, place))
}

fn found(detail: Option<Value>) -> Response {
    detail.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |detail| Json(detail).into_response())
}
