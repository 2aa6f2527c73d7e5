//! Which targets of `<a href>` Telegram makes clickable, and how it spells them. The rules are those of `tdlib`'s
//! `LinkManager` and `HttpUrl` (<https://github.com/tdlib/td/blob/master/tdutils/td/utils/HttpUrl.cpp>).

use std::net::Ipv6Addr;

/// The user of `tg://user?id=…`.
pub(crate) fn user_id(target: &str) -> Option<i64> {
    let lower = target.to_ascii_lowercase();
    let rest = lower.strip_prefix("tg:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest).strip_prefix("user")?;
    let query = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('?')?.split('#').next()?;
    let id = query.split('&').find_map(|pair| pair.strip_prefix("id="))?;
    id.parse().ok().filter(|id| *id > 0)
}

/// An address as Telegram keeps it, with its scheme and at least a `/` for a path; `None` for what is not clickable.
pub(crate) fn checked(target: &str) -> Option<String> {
    for scheme in ["tg", "ton"] {
        if let Some(rest) = own_scheme(target, scheme) {
            return internal(scheme, rest);
        }
    }
    let url = parse(target)?;
    if !url.host.contains('.') && !url.host.starts_with('[') {
        return None;
    }
    let at = if url.user.is_empty() { "" } else { "@" };
    let port = url.port.map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("{}://{}{at}{}{port}{}", url.scheme, url.user, url.host, url.path))
}

/// What follows `tg:` or `tg://`.
fn own_scheme<'a>(target: &'a str, scheme: &str) -> Option<&'a str> {
    let (start, rest) = target.split_once(':')?;
    start.eq_ignore_ascii_case(scheme).then(|| rest.strip_prefix("//").unwrap_or(rest))
}

/// A place within Telegram.
fn internal(scheme: &str, rest: &str) -> Option<String> {
    let url = parse(rest)?;
    let plain = !url.scheme_given && url.user.is_empty() && url.port.is_none();
    let name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let path = if url.path.starts_with("/?") { url.path.get(1..)? } else { url.path.as_str() };
    (plain && url.host.bytes().all(name)).then(|| format!("{scheme}://{}{path}", url.host))
}

struct Url<'a> {
    scheme: &'static str,
    scheme_given: bool,
    user: &'a str,
    host: String,
    port: Option<u16>,
    path: String,
}

fn parse(target: &str) -> Option<Url<'_>> {
    let scheme_end = target.find([':', '/', '?', '#']).unwrap_or(target.len());
    let (scheme, rest) = match target.split_at_checked(scheme_end)? {
        (scheme, rest) if rest.starts_with("://") => (Some(known(scheme)?), rest.get(3..)?),
        _ => (None, target),
    };
    let (authority, path) = rest.split_at_checked(rest.find(['/', '?', '#']).unwrap_or(rest.len()))?;
    let (user_host, port) = match authority.rfind([':', ']', '@']).and_then(|at| authority.split_at_checked(at)) {
        Some((before, after)) if !before.is_empty() && after.starts_with(':') => (before, Some(number(after)?)),
        _ => (authority, None),
    };
    let (user, host) = user_host.rsplit_once('@').unwrap_or(("", user_host));
    let good = if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        address.parse::<Ipv6Addr>().is_ok()
    } else {
        !host.is_empty() && host != "." && allowed(host, false) && allowed(user, true)
    };
    let (scheme_given, scheme) = (scheme.is_some(), scheme.unwrap_or("http"));
    good.then(|| Url { scheme, scheme_given, user, host: host.to_ascii_lowercase(), port, path: spelled(path) })
}

fn known(scheme: &str) -> Option<&'static str> {
    ["http", "https"].into_iter().find(|known| known.eq_ignore_ascii_case(scheme))
}

fn number(port: &str) -> Option<u16> {
    port.strip_prefix(':')?.parse().ok().filter(|port| *port != 0)
}

/// Letters of other scripts may stand in a host as they are; `%` only before two hexadecimal digits.
fn allowed(part: &str, colon: bool) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b".-_!$,~*'();&+=".contains(&byte);
    let mut escapes = part.split('%');
    let first = escapes.next().unwrap_or_default();
    let tails = escapes
        .map(|tail| tail.split_at_checked(2).filter(|(hex, _)| hex.bytes().all(|byte| byte.is_ascii_hexdigit())));
    let whole: Option<Vec<&str>> = tails.map(|tail| tail.map(|(_, rest)| rest)).collect();
    let fine = |text: &str| text.bytes().all(|byte| plain(byte) || (colon && byte == b':'));
    whole.is_some_and(|rests| fine(first) && rests.into_iter().all(fine))
}

/// The path with a slash before and white space percent-encoded.
fn spelled(path: &str) -> String {
    let path = path.trim_end_matches([' ', '\t', '\r', '\n', '\0', '\u{b}']);
    let slash = if path.starts_with('/') { "" } else { "/" };
    let escaped = path.chars().map(|character| match character {
        '\0'..=' ' => format!("%{:02X}", u32::from(character)),
        _ => character.to_string(),
    });
    format!("{slash}{}", escaped.collect::<String>())
}
