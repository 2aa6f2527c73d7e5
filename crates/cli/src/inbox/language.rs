use alert::Language;

/// The language of the page: the one that its address asks for, else the first of the browser's that it has, else Korean.
///
/// Browsers name their languages in the order of preference
/// (<https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Accept-Language>).
pub(super) fn choose(asked: Option<&str>, accepted: &str) -> Language {
    let known = |tag: &str| match tag.split(['-', ';']).next().map(str::trim) {
        Some("ko") => Some(Language::Ko),
        Some("en") => Some(Language::En),
        _ => None,
    };
    asked.and_then(known).or_else(|| accepted.split(',').find_map(known)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_decides_then_the_browser_then_korean() {
        for (asked, accepted, expected) in [
            (Some("en"), "ko-KR,ko;q=0.9", Language::En),
            (Some("ko"), "en-US", Language::Ko),
            (Some("fr"), "en-US,en;q=0.9", Language::En),
            (None, "ko-KR,ko;q=0.9,en-US;q=0.8", Language::Ko),
            (None, "en-GB", Language::En),
            (None, "fr-FR, fr;q=0.9, en;q=0.8", Language::En),
            (None, "fr", Language::Ko),
            (None, "", Language::Ko),
        ] {
            assert_eq!(choose(asked, accepted), expected, "{asked:?} {accepted}");
        }
    }
}
