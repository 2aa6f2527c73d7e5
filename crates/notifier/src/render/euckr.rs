//! EUC-KR, the character set of Korean text messages, measured by its strict form.
//!
//! Providers count a message in EUC-KR bytes and refuse or garble what it lacks
//! (<https://docs.nhncloud.com/en/Notification/SMS/en/api-guide/>). `encoding_rs` implements the web's EUC-KR, which is
//! Microsoft's larger code page 949 (<https://encoding.spec.whatwg.org/#euc-kr>): Hangul outside KS X 1001 takes 2 bytes
//! there, but 8 in strict EUC-KR, which spells it out in letters. Here the larger number counts.

use encoding_rs::{EUC_KR, EncoderResult};
use unicode_normalization::UnicodeNormalization;

use super::value;

/// Stands where something was cut off.
const CUT: &str = "..";

/// Length in strict EUC-KR bytes; `None` where a character has no code there.
pub fn len(text: &str) -> Option<usize> {
    text.chars().try_fold(0, |sum, c| Some(sum + char_len(c)?))
}

/// Whether every character has a code.
pub fn encodes(text: &str) -> bool {
    len(text).is_some()
}

/// The same text with what EUC-KR lacks spelled otherwise (`—` → `-`, `é` → `e`) or dropped (emoji).
pub fn transliterate(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if char_len(c).is_some() {
            out.push(c);
        } else if let Some(other) = substitute(c) {
            out.push_str(other);
        } else {
            out.extend(std::iter::once(c).nfkd().filter(|part| char_len(*part).is_some()));
        }
        out
    })
}

/// At most `most` bytes of what is encodable in `text`; what was cut off its end is shown by `..`.
pub fn shorten(text: &str, most: usize) -> String {
    cut(text, most, |room| room)
}

/// The same, cut in the middle: names differ at their ends, and measured values stand there.
pub fn abridge(text: &str, most: usize) -> String {
    cut(text, most, |room| room.div_ceil(2))
}

/// `head` says how much of the room belongs to the beginning.
fn cut(text: &str, most: usize, head: fn(usize) -> usize) -> String {
    let text = transliterate(text);
    if bytes(&text) <= most {
        return text;
    }
    let room = most.saturating_sub(CUT.len());
    let first = prefix(&text, head(room));
    let last = suffix(&text, room - head(room));
    let cut = format!("{}{CUT}{}", first.trim_end(), last.trim_start());
    prefix(&cut, most).to_owned()
}

/// A cleaned value, transliterated. What is dropped may have parted words or a link, so it is cleaned once more.
pub(super) fn line(value: &str) -> String {
    value::defang(&value::one_line(&transliterate(value)))
}

/// Length in bytes of a text that was transliterated.
pub(super) fn bytes(text: &str) -> usize {
    text.chars().filter_map(char_len).sum()
}

/// The longest beginning of at most `most` bytes.
fn prefix(text: &str, most: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += char_len(*c).unwrap_or(0);
        used > most
    });
    end.and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// The longest end of at most `most` bytes.
fn suffix(text: &str, most: usize) -> &str {
    let mut used = 0;
    let start = text.char_indices().rev().find(|(_, c)| {
        used += char_len(*c).unwrap_or(0);
        used > most
    });
    start.and_then(|(at, c)| text.get(at + c.len_utf8()..)).unwrap_or(text)
}

fn char_len(c: char) -> Option<usize> {
    if c.is_ascii() {
        return Some(1);
    }
    let mut bytes = [0; 8];
    let mut encoder = EUC_KR.new_encoder();
    match encoder.encode_from_utf8_without_replacement(c.encode_utf8(&mut [0; 4]), &mut bytes, true) {
        (EncoderResult::InputEmpty, _, count) => {
            Some(if bytes.iter().take(count).all(|byte| *byte >= 0xa1) { 2 } else { 8 })
        }
        _ => None,
    }
}

/// What a Korean reader takes for the same.
const fn substitute(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2010}'..='\u{2014}' | '−' | 'ー' | '⁃' => "-",
        '•' | '‣' | '◦' | '∙' | '▪' | '●' => "*",
        '‚' | '‛' | '‹' | '›' => "'",
        '„' | '‟' | '«' | '»' => "\"",
        '⁄' => "/",
        '₩' => "￦",
        '¥' => "￥",
        '£' => "￡",
        '©' => "(C)",
        '✓' | '✔' => "v",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths as Python's `len(text.encode("euc_kr"))` gives them, `None` where it raises.
    #[test]
    fn lengths_are_those_of_strict_euc_kr() {
        for (text, bytes) in [
            ("", Some(0)),
            ("abc ~\\", Some(6)),
            ("루트 사용자가 MFA 없이 로그인했습니다", Some(37)),
            ("“”‘’…①℃€※→·×°", Some(26)),
            ("漢字 かな Ж Ω ﾟ", None),
            ("漢字 かな Ж Ω", Some(15)),
            ("똠", Some(8)),
            ("펲시 햏 뷁", Some(28)),
            ("￦￥￡", Some(6)),
            ("—", None),
            ("•", None),
            ("₩", None),
            ("é", None),
            ("\u{a0}", None),
            ("\u{200b}", None),
            ("😀", None),
            ("ㄱㅏ", Some(4)),
            ("\u{1100}\u{1161}", None),
        ] {
            assert_eq!(len(text), bytes, "{text}");
        }
    }

    /// Python, over all of Unicode: 128 characters of 1 byte, 8226 of 2 and 8822 of 8.
    #[test]
    fn every_character_has_the_length_that_python_gives_it() {
        let count = |bytes| ('\0'..=char::MAX).filter(|c| char_len(*c) == Some(bytes)).count();
        assert_eq!([count(1), count(2), count(8)], [128, 8226, 8822]);
    }

    #[test]
    fn what_has_no_code_is_spelled_as_a_korean_reader_would_or_dropped() {
        for (text, spelled) in [
            ("a — b – c − d", "a - b - c - d"),
            ("• café, naïve, Ångström", "* cafe, naive, Angstrom"),
            ("₩1,000 ¥5 £3", "￦1,000 ￥5 ￡3"),
            ("‹a› «b» ½ ⅓", "'a' \"b\" ½ ⅓"),
            ("ok😀\u{200b}\u{fe0f}!", "ok!"),
            ("똠방각하", "똠방각하"),
            ("ｶﾅ ⑯ ㏑", "カナ 16 ln"),
            ("“그대로” …", "“그대로” …"),
        ] {
            assert_eq!(transliterate(text), spelled);
        }
    }

    #[test]
    fn a_link_that_dropping_would_mend_stays_broken() {
        assert_eq!(line("evil.😀com http😀://x  y"), "evil(.)com hxxp://x y");
    }

    #[test]
    fn shortening_counts_bytes_and_cuts_no_character_in_two() {
        for (most, kept) in
            [(9, "가나 다라"), (8, "가나.."), (7, "가나.."), (6, "가나.."), (5, "가.."), (2, ".."), (1, "."), (0, "")]
        {
            assert_eq!(shorten("가나 다라", most), kept, "{most}");
        }
        assert_eq!(shorten("똠똠", 12), "똠..");
    }

    #[test]
    fn abridging_keeps_both_ends() {
        for (most, kept) in
            [(24, "CPUUtilization 95.2 > 80"), (20, "CPUUtiliz..95.2 > 80"), (3, "C.."), (2, ".."), (0, "")]
        {
            assert_eq!(abridge("CPUUtilization 95.2 > 80", most), kept, "{most}");
        }
        assert_eq!(abridge("가나다라마", 8), "가..마");
    }
}
