use super::entities::Style;

/// The tags there are: <https://core.telegram.org/bots/api#html-style>. `tg-time`, which came last, is not played.
pub(crate) const TAGS: [&str; 16] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
];

/// The value of an attribute, where the tag has a use for it.
pub(crate) fn wanted(tag: &str, name: &str, value: Option<String>) -> Option<String> {
    match (tag, name) {
        ("a", "href") | ("tg-emoji", "emoji-id") => value,
        ("code", "class") => value?.strip_prefix("language-").map(str::to_owned),
        ("span", "class") => value?.strip_prefix("tg-").map(str::to_owned),
        ("blockquote", "expandable") => Some("1".to_owned()),
        _ => None,
    }
}

/// How the text of a tag looks, where that takes no more than its name.
pub(crate) fn plain(tag: &str, argument: &str) -> Option<Style> {
    Some(match tag {
        "b" | "strong" => Style::Bold,
        "i" | "em" => Style::Italic,
        "u" | "ins" => Style::Underline,
        "s" | "strike" | "del" => Style::Strikethrough,
        "tg-spoiler" | "span" => Style::Spoiler,
        "pre" => Style::Pre(None),
        "code" => Style::Code,
        "blockquote" if argument.is_empty() => Style::Blockquote,
        "blockquote" => Style::ExpandableBlockquote,
        _ => return None,
    })
}

/// The emoji of an `emoji-id`.
pub(crate) fn emoji(id: &str) -> Result<Style, String> {
    let id = id.parse().ok().filter(|id| *id != 0);
    id.map(Style::CustomEmoji).ok_or_else(|| "Invalid custom emoji identifier specified".to_owned())
}
