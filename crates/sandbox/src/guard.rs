//! Keeps other websites, which the operator's browser may have open as well, away from the sandbox's own paths.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Told to whoever is kept away.
pub(crate) const FORBIDDEN: &str = "only for this machine, and for pages of this very address\n";

/// Lets a request pass, or answers it with 403; a layer of the pages that are served beside the emulators.
pub(crate) async fn layer(request: Request, next: Next) -> Response {
    if is_foreign(request.headers()) {
        return (StatusCode::FORBIDDEN, FORBIDDEN).into_response();
    }
    next.run(request).await
}

/// Whether a browser may have sent the request for somebody else's page.
///
/// Browsers say in `Origin` whose page wants to change something; programs say nothing. A name in `Host` may have been
/// pointed at this machine by its owner (DNS rebinding), which an address cannot be.
pub(crate) fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let Some(host) = text(header::HOST) else { return true };
    let own = text(header::ORIGIN).is_none_or(|origin| origin.strip_prefix("http://") == Some(host));
    !own || !is_address(host)
}

/// An IP address or `localhost`, with or without a port.
fn is_address(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name == "localhost" || name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        is_foreign(&headers)
    }

    #[test]
    fn a_program_and_our_own_page_may_do_anything() {
        assert!(!foreign("127.0.0.1:8025", None));
        for host in ["127.0.0.1:8025", "localhost:8025", "[::1]:8025", "172.17.0.1"] {
            assert!(!foreign(host, Some(&format!("http://{host}"))), "{host}");
        }
    }

    #[test]
    fn a_page_from_elsewhere_may_do_nothing() {
        for origin in ["https://evil.example", "null", "http://127.0.0.1:8026", "https://127.0.0.1:8025", ""] {
            assert!(foreign("127.0.0.1:8025", Some(origin)), "{origin}");
        }
    }

    #[test]
    fn a_name_that_its_owner_has_pointed_here_is_not_ours() {
        for host in ["evil.example:8025", "evil.example", "127.0.0.1.evil.example:8025", "", ":8025"] {
            assert!(foreign(host, Some(&format!("http://{host}"))), "{host}");
            assert!(foreign(host, None), "{host}");
        }
        assert!(is_foreign(&HeaderMap::new()));
    }
}
