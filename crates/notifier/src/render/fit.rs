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
    let mut left = room.saturating_sub(measure(&words::left_out(count, language)) + 1);
    let mut kept: Vec<String> = all.into_iter().take_while(|line| take(&mut left, measure(line) + 1)).collect();
    if left < room {
        kept.push(words::left_out(count - kept.len(), language));
    }
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
