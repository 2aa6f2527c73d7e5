//! What Telegram does to a text before it sends it (`fix_formatted_text` in
//! <https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp>). Its splitting of overlapping styles is not
//! played: they stay as they were written.

use super::entities::{Entity, Formatted};

/// The text as readers get it: control characters become spaces, carriage returns and bidirectional marks vanish, and
/// no spaces or line breaks surround the text or a style.
pub(crate) fn tidy(formatted: &Formatted) -> Formatted {
    let kept = kept(&formatted.text);
    let blank = |(_, character): &&(usize, char)| is_blank(*character);
    let (start, end) = (kept.iter().take_while(blank).count(), kept.iter().rev().take_while(blank).count());
    let kept = kept.get(start..kept.len().saturating_sub(end)).unwrap_or_default();
    let entities = formatted.entities.iter().filter_map(|entity| placed(kept, entity));
    Formatted { entities: entities.collect(), text: kept.iter().map(|(_, character)| character).collect() }
}

/// The characters that stay, each with the UTF-16 offset that it had.
fn kept(text: &str) -> Vec<(usize, char)> {
    let mut offset = 0;
    let mut kept = Vec::new();
    for character in text.chars() {
        match character {
            '\r' | '\u{2028}'..='\u{202e}' | '\u{333}' | '\u{33f}' | '\u{30a}' => {}
            '\n' => kept.push((offset, '\n')),
            '\0'..=' ' => kept.push((offset, ' ')),
            _ => kept.push((offset, character)),
        }
        offset += character.len_utf16();
    }
    kept
}

const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\n')
}

/// An entity at its new place; `None` if nothing but white space is left of it.
fn placed(kept: &[(usize, char)], entity: &Entity) -> Option<Entity> {
    let range = entity.offset..entity.offset + entity.length;
    let inside = |place: &usize| range.contains(place);
    let first = kept.iter().position(|(place, character)| inside(place) && !is_blank(*character))?;
    let units = |from: usize, to: usize| -> usize {
        kept.get(from..to).unwrap_or_default().iter().map(|(_, character)| character.len_utf16()).sum()
    };
    let last = kept.iter().rposition(|(place, _)| inside(place))?;
    Some(Entity { offset: units(0, first), length: units(first, last + 1), style: entity.style.clone() })
}

#[cfg(test)]
mod tests {
    use super::super::html::parse;
    use super::*;

    fn tidied(source: &str) -> (String, Vec<(usize, usize)>) {
        let formatted = tidy(&parse(source).unwrap());
        let places = formatted.entities.iter().map(|entity| (entity.offset, entity.length)).collect();
        (formatted.text, places)
    }

    #[test]
    fn white_space_around_text_and_styles_goes() {
        assert_eq!(tidied("\n  <b> 봉수 </b>\n"), ("봉수".to_owned(), vec![(0, 2)]));
        assert_eq!(tidied("a<b>  </b>b"), ("a  b".to_owned(), vec![]));
    }

    #[test]
    fn control_and_bidirectional_characters_cannot_hide_in_a_text() {
        assert_eq!(tidied("a\tb\u{1}c\r\nd\u{202e}e"), ("a b c\nde".to_owned(), vec![]));
        assert_eq!(tidied("\u{202e}😀<i>x\u{202d}y</i>"), ("😀xy".to_owned(), vec![(2, 2)]));
    }
}
