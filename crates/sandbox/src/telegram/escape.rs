//! Character references in Telegram's HTML: the four names and all numbers.

/// The code that a reference at `at` stands for, and the place after it. The semicolon may be missing.
pub(crate) fn decode(source: &[u8], at: usize) -> Option<(u32, usize)> {
    let rest = source.get(at..)?.strip_prefix(b"&")?;
    let (code, length) = match rest {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16).map(|(code, length)| (code, length + 2))?,
        [b'#', digits @ ..] => number(digits, 10).map(|(code, length)| (code, length + 1))?,
        _ => name(rest)?,
    };
    let end = at + 1 + length;
    Some((code, if source.get(end) == Some(&b';') { end + 1 } else { end }))
}

/// Zero and the very last code point are none, nor is a reference of ten bytes or more.
fn number(digits: &[u8], base: u32) -> Option<(u32, usize)> {
    let length = digits.iter().take_while(|digit| char::from(**digit).is_digit(base)).count();
    let prefix = if base == 16 { 3 } else { 2 };
    let text = str::from_utf8(digits.get(..length)?).ok()?;
    let code = u32::from_str_radix(text, base).ok()?;
    (code != 0 && code < 0x10_FFFF && length + prefix < 10).then_some((code, length))
}

fn name(rest: &[u8]) -> Option<(u32, usize)> {
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let character = match rest.get(..length)? {
        b"lt" => '<',
        b"gt" => '>',
        b"amp" => '&',
        b"quot" => '"',
        _ => return None,
    };
    Some((character.into(), length))
}

/// Writes a code as UTF-8, half a surrogate pair too: that it is none is found out at the end of the text.
#[expect(clippy::cast_possible_truncation, reason = "six bits at a time")]
pub(crate) fn append(text: &mut Vec<u8>, code: u32) {
    let tail = |shift: u32| 0x80 | (code >> shift & 0x3F) as u8;
    match code {
        0..0x80 => text.push(code as u8),
        0x80..0x800 => text.extend([0xC0 | (code >> 6) as u8, tail(0)]),
        0x800..0x1_0000 => text.extend([0xE0 | (code >> 12) as u8, tail(6), tail(0)]),
        _ => text.extend([0xF0 | (code >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}
