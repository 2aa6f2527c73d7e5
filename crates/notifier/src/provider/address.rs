//! `base_url`: where a provider lives, when not at its usual address.

use std::net::IpAddr;

use crate::config::Reader;

/// Reads `base_url`, or takes the usual one. Without a slash at its end.
pub(super) fn read(table: &Reader<'_>, usual: &str) -> String {
    let Some(value) = table.optional("base_url") else { return usual.to_owned() };
    if let (false, Err(message)) = (value.invented, check(&value.text)) {
        table.fault_at(&value, message);
    }
    value.text.trim_end_matches('/').to_owned()
}

/// Credentials go there, so it is https, or a machine nearby.
fn check(url: &str) -> Result<(), &'static str> {
    let uri: http::Uri = url.parse().map_err(|_| "is not a URL: use https://host")?;
    let host = uri.host().unwrap_or_default();
    if uri.query().is_some() || url.contains(['#', '@']) {
        return Err("must be a plain address, without `?`, `#` or a password");
    }
    match uri.scheme_str() {
        Some("https") if !host.is_empty() => Ok(()),
        Some("http") if is_near(host) => Ok(()),
        Some("http") => Err("sends secrets in clear text: use https://"),
        _ => Err("is not a URL: use https://host"),
    }
}

/// This machine, or one in a private network: a sandbox, a container's host.
fn is_near(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Err(_) => host == "localhost" || host == "host.docker.internal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_only_nearby() {
        for good in ["https://api.solapi.com", "http://127.0.0.1:8025", "http://172.17.0.1:1/x", "http://localhost:1"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "http://api.solapi.com",
            "http://8.8.8.8",
            "api.solapi.com",
            "ftp://x",
            "https://x/?a=b",
            "https://a:b@x",
            "",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
