//! How long a text is in EUC-KR, by the stricter of two readings.
//!
//! What the web calls EUC-KR is CP949 (<https://encoding.spec.whatwg.org/#euc-kr>): it gives the 8,822 Hangul syllables
//! outside KS X 1001 two bytes each. EUC-KR proper has no codes for them and composes each out of four
//! (KS X 1001:2004, annex 3), so that it takes eight bytes; Python's `euc_kr` does the same. Which one a carrier counts
//! is not documented, so the sandbox counts the longer.

use encoding_rs::EUC_KR;

/// Bytes that a text takes, or the first character that EUC-KR does not have.
pub(crate) fn len(text: &str) -> Result<usize, char> {
    text.chars().try_fold(0, |sum, character| Ok(sum + char_len(character).ok_or(character)?))
}

/// Bytes that one character takes. KS X 1001 lies where both bytes are 0xA1 or more.
fn char_len(character: char) -> Option<usize> {
    let mut utf8 = [0; 4];
    let (bytes, _, unmappable) = EUC_KR.encode(character.encode_utf8(&mut utf8));
    match bytes.as_ref() {
        _ if unmappable => None,
        [_] => Some(1),
        [lead, trail] if *lead.min(trail) >= 0xA1 => Some(2),
        _ => Some(8),
    }
}

#[cfg(test)]
mod tests {
    use super::len;

    #[test]
    fn letters_take_one_byte_and_hangul_two() {
        assert_eq!(len("root 로그인"), Ok(11));
    }

    #[test]
    fn hangul_outside_ks_x_1001_takes_eight_bytes() {
        assert_eq!(len("뷁"), Ok(8));
        assert_eq!(len("똠방각하 펲시콜라"), Ok(8 + 6 + 1 + 8 + 6));
    }

    #[test]
    fn signs_of_ks_x_1001_fit_and_others_are_named() {
        assert_eq!(len("“①”…℃€"), Ok(12));
        for missing in ['😀', '—', '•', '\u{a0}', '₩', '\u{200b}'] {
            assert_eq!(len(&format!("a{missing}b")), Err(missing));
        }
    }
}
