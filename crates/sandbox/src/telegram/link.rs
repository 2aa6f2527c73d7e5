//! Which targets of `<a href>` Telegram makes clickable, and how it spells them.

/// The user of `tg://user?id=…`.
pub(crate) fn user_id(target: &str) -> Option<i64> {
    let lower = target.to_ascii_lowercase();
    let id = lower.strip_prefix("tg://user?id=")?.split('&').next()?;
    id.parse().ok().filter(|id| *id > 0)
}

/// A web address as Telegram keeps it, with its scheme and at least a `/` for a path; `None` for what is not clickable.
pub(crate) fn checked(target: &str) -> Option<String> {
    let target = target.trim();
    let (scheme, rest) = target.split_once("://").unwrap_or(("http", target));
    let scheme = scheme.to_ascii_lowercase();
    if scheme == "tg" || scheme == "ton" {
        return Some(format!("{scheme}://{rest}"));
    }
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end)?;
    if !is_host(host) {
        return None;
    }
    let slash = if path.starts_with('/') { "" } else { "/" };
    Some(format!("{scheme}://{}{slash}{}", host.to_ascii_lowercase(), path.replace(' ', "%20")))
}

/// A name with a dot in it, or an address; a port may follow.
fn is_host(host: &str) -> bool {
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    let allowed = |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_');
    name.contains('.') && name.chars().all(allowed) && name.split('.').all(|label| !label.is_empty())
}
