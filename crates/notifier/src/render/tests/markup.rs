//! A strict reader of the little HTML that we send to Telegram: everything else is a defect.

/// The text without its markup, and the parts of it inside `<code>`; or why Telegram could refuse it.
pub(super) fn read(html: &str) -> Result<(String, Vec<String>), String> {
    let (mut text, mut codes) = (String::new(), vec![]);
    let mut open: Option<(&str, String)> = None;
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>', '&']) {
        let (before, special) = rest.split_at(at);
        let inside = open.as_mut().map_or(&mut text, |(_, inside)| inside);
        *inside += before;
        if let Some((entity, meant)) = ENTITIES.iter().find(|(entity, _)| special.starts_with(entity)) {
            inside.push(*meant);
            rest = special.strip_prefix(entity).unwrap();
            continue;
        }
        let (tag, after) = special.strip_prefix('<').and_then(|tag| tag.split_once('>')).ok_or("half a tag")?;
        open = match (open, tag) {
            (None, "b" | "code") => Some((tag, String::new())),
            (None, tag) if is_link(tag) => Some(("a", String::new())),
            (Some((tag, inside)), close) if close.strip_prefix('/') == Some(tag) => {
                text += &inside;
                codes.extend((tag == "code").then_some(inside));
                None
            }
            (open, tag) => return Err(format!("<{tag}> while {open:?} is open")),
        };
        rest = after;
    }
    open.map_or(Ok((text + rest, codes)), |(tag, _)| Err(format!("<{tag}> stays open")))
}

const ENTITIES: [(&str, char); 3] = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')];

fn is_link(tag: &str) -> bool {
    let url = tag.strip_prefix("a href=\"https://").and_then(|rest| rest.strip_suffix('"'));
    url.is_some_and(|url| !url.contains(['"', ' ', '\n', '<']))
}

#[test]
fn the_reader_refuses_what_telegram_refuses() {
    let good = "a<b>b&lt;</b> <code>&amp;</code> <a href=\"https://x/?a=1&amp;b=2\">x</a>c";
    assert_eq!(read(good), Ok(("ab< & xc".to_owned(), vec!["&".to_owned()])));
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
