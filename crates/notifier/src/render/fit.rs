//! What fits into a text of limited length.

use alert::Language;

use super::words;

/// As many lines as fit into `room`, each with its line break, the first ones first; the last line says how many had no room.
pub(super) fn lines(all: Vec<String>, room: usize, measure: fn(&str) -> usize, language: Language) -> Vec<String> {
    let whole: usize = all.iter().map(|line| measure(line) + 1).sum();
    if whole <= room {
        return all;
    }
    let count = all.len();
    let note = measure(&words::left_out(count, language)) + 1;
    let Some(mut left) = room.checked_sub(note) else { return vec![] };
    let mut kept: Vec<String> = all.into_iter().take_while(|line| take(&mut left, measure(line) + 1)).collect();
    kept.push(words::left_out(count - kept.len(), language));
    kept
}

/// Every one that fits into what room the earlier ones left.
pub(super) fn each(all: Vec<String>, mut room: usize, measure: fn(&str) -> usize) -> Vec<String> {
    all.into_iter().filter(|one| take(&mut room, measure(one) + 1)).collect()
}

fn take(room: &mut usize, length: usize) -> bool {
    let fits = length <= *room;
    *room -= if fits { length } else { 0 };
    fits
}

/// The blocks that hold anything, an empty line between them.
pub(super) fn blocks(blocks: &[Vec<String>]) -> String {
    let filled: Vec<String> = blocks.iter().filter(|block| !block.is_empty()).map(|block| block.join("\n")).collect();
    filled.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(room: usize) -> Vec<String> {
        lines(["one", "two", "three"].map(str::to_owned).into(), room, str::len, Language::En)
    }

    #[test]
    fn what_has_no_room_is_counted_in_the_last_line() {
        assert_eq!(kept(14), ["one", "two", "three"]);
        assert_eq!(kept(13), Vec::<String>::new());
        let long: Vec<String> = (0..30).map(|at| format!("a fact of some length, number {at}")).collect();
        let kept = lines(long, 100, str::len, Language::En);
        assert_eq!(kept, ["a fact of some length, number 0", "a fact of some length, number 1", "(28 more left out)"]);
        assert!(kept.join("\n").len() < 100);
    }

    #[test]
    fn a_short_link_has_room_where_a_long_one_has_none() {
        assert_eq!(each(["long one", "short"].map(str::to_owned).into(), 8, str::len), ["short"]);
    }
}
