/// A text without its markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Formatted {
    pub(crate) text: String,
    pub(crate) entities: Vec<Entity>,
}

/// A piece of text that looks different. Offset and length count UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entity {
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) style: Style,
}

/// How it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Style {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Blockquote,
    ExpandableBlockquote,
    Code,
    Pre(Option<String>),
    Link(String),
    /// A person, by user id.
    Mention(i64),
    CustomEmoji(i64),
}

/// Outer ones before inner ones.
pub(crate) fn in_order(mut entities: Vec<Entity>) -> Vec<Entity> {
    entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length), rank(&entity.style)));
    entities
}

/// The order of styles that cover the same text.
const fn rank(style: &Style) -> u8 {
    match style {
        Style::Blockquote | Style::ExpandableBlockquote => 0,
        Style::Pre(Some(_)) => 10,
        Style::Pre(None) => 11,
        Style::Code => 20,
        Style::Link(_) => 49,
        Style::Mention(_) => 50,
        Style::Bold => 90,
        Style::Italic => 91,
        Style::Underline => 92,
        Style::Strikethrough => 93,
        Style::Spoiler => 94,
        Style::CustomEmoji(_) => 99,
    }
}
