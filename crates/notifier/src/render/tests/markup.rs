//! A strict reader of the little HTML that we send to Telegram: everything else is a defect.

/// The text without its markup, and the parts of it inside `<code>`; or why Telegram could refuse it.
pub(super) fn read(html: &str) -> Result<(String, Vec<String>), String> {
    let (mut text, mut codes) = (String::new(), vec![]);
    let mut open: Option<(&str, usize)> = None;
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>', '&']) {
        text += &rest[..at];
        let special = &rest[at..];
        let end = if let Some(entity) = ENTITIES.iter().find(|(entity, _)| special.starts_with(entity)) {
            text.push(entity.1);
            entity.0.len()
        } else {
            let end = special.find('>').filter(|end| *end > 0).ok_or("half a tag")?;
            open = match (open, &special[1..end]) {
                (None, tag @ ("b" | "code")) => Some((tag, text.len())),
                (None, tag) if is_link(tag) => Some(("a", text.len())),
                (Some((tag, from)), close) if close.strip_prefix('/') == Some(tag) => {
                    codes.extend((tag == "code").then(|| text[from..].to_owned()));
                    None
                }
                (open, tag) => return Err(format!("<{tag}> while {open:?} is open")),
            };
            end + 1
        };
        rest = &special[end..];
    }
    open.map_or(Ok((text + rest, codes)), |(tag, _)| Err(format!("<{tag}> stays open")))
}

const ENTITIES: [(&str, char); 4] = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"')];

fn is_link(tag: &str) -> bool {
    let url = tag.strip_prefix("a href=\"https://").and_then(|rest| rest.strip_suffix('"'));
    url.is_some_and(|url| !url.contains(['"', ' ', '\n', '<']))
}

#[test]
fn the_reader_refuses_what_telegram_refuses() {
    for good in ["a<b>b</b>", "<code>&lt;&amp;</code>", "<a href=\"https://x/?a=1&amp;b=2\">x</a>"] {
        assert!(read(good).is_ok(), "{good}");
    }
    for bad in [
        "a<b",
        "<b>a",
        "<i>a</i>",
        "a & b",
        "<b>a</code>",
        "<b><code>a</b></code>",
        "a > b",
        "<a href=\"tg://x\">x</a>",
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
}
