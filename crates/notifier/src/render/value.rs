//! Cleans what others wrote, so that it can neither begin a line nor be clicked nor pass for words of ours.

use std::iter::once;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Longest cleaned value, in characters.
pub(super) const LONGEST: usize = 300;
/// How much of a value is looked at, in characters: ten thousand cost no more than these.
const LOOKED_AT: usize = 1000;
/// Accents that may stand on one letter; piled higher they cover the lines around it.
const ACCENTS: usize = 3;

/// One line of visible characters without links, at most [`LONGEST`] characters.
///
/// Square brackets become round: they are what our own marks are made of.
pub(super) fn clean(text: &str) -> String {
    let mut visible = text.chars().filter(|c| !is_invisible(*c));
    let folded: String = visible.by_ref().take(LOOKED_AT).flat_map(fold).collect();
    // Most is in this form already, which is sooner seen than made.
    let plain = if is_nfc(&folded) { folded } else { folded.nfc().collect() };
    let cut = if visible.next().is_some() { "…" } else { "" };
    clip(&(defang(&one_line(&plain)) + cut), LONGEST)
}

/// At most `most` characters; what was cut is shown by `…`.
pub(super) fn clip(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    kept.trim_end().to_owned() + "…"
}

/// Words parted by single spaces, without piled accents.
pub(super) fn one_line(text: &str) -> String {
    let mut accents = 0;
    let text: String = text
        .chars()
        .filter(|c| {
            accents = if is_combining_mark(*c) { accents + 1 } else { 0 };
            accents <= ACCENTS
        })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Breaks what a phone or a mail program would make a link of: `hxxp://evil(.)com`, `(@)name`.
/// Idempotent. Bare IPv4 addresses stay as they are: they are what an operator copies.
pub(super) fn defang(text: &str) -> String {
    break_handles(&break_hosts(&break_schemes(text), "(.)"))
}

/// Characters without a picture of their own, which hide text or turn its direction: Unicode's
/// `Default_Ignorable_Code_Point` and general category Cf
/// (<https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point>), and private use, whose picture nobody knows.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
        | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..)
}

/// ASCII for what merely looks like it (`Ｄ`, `𝐃`, `［`), any other character as itself.
fn fold(c: char) -> impl Iterator<Item = char> {
    // These are nothing but themselves.
    let certain = c.is_ascii() || ('가'..='힣').contains(&c);
    let ascii = !certain && once(c).nfkc().all(|part| part.is_ascii());
    let (folded, kept) = if ascii { (Some(once(c).nfkc()), None) } else { (None, Some(c)) };
    folded.into_iter().flatten().chain(kept).map(settle)
}

/// No control characters, no square brackets or what passes for one.
fn settle(c: char) -> char {
    match c {
        '[' | '⁅' | '❲' | '⟦' | '【' | '〔' | '〖' | '〘' | '〚' => '(',
        ']' | '⁆' | '❳' | '⟧' | '】' | '〕' | '〗' | '〙' | '〛' => ')',
        '\u{2028}' | '\u{2029}' | '\u{2800}' => ' ',
        // Browsers take these for the dot in a host name.
        '。' | '｡' | '․' => '.',
        c if c.is_control() => ' ',
        c => c,
    }
}

/// `http://` → `hxxp://`, as security people write it; `tg://` and all others → `tg(:)//`.
fn break_schemes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        let scheme = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let head = before.strip_suffix(scheme).unwrap_or(before);
        let broken = match scheme.to_ascii_lowercase().as_str() {
            "http" | "hxxp" => "hxxp://".to_owned(),
            "https" | "hxxps" => "hxxps://".to_owned(),
            _ => format!("{scheme}(:)//"),
        };
        out = out + head + &broken;
        rest = after;
    }
    out + rest
}

/// Writes `dot` for every dot in what could be a host name: `evil.com`, and any host that follows `//`.
/// Numbers, versions and IPv4 addresses keep theirs; so do names of AWS services, which nobody can register.
pub(super) fn break_hosts(text: &str, dot: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_slashes = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| is_host(c) != is_host(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        if is_host(first) {
            out += &break_dots(run, dot, after_slashes, after);
        } else {
            after_slashes = run.ends_with("//") || (after_slashes && run.chars().all(|c| matches!(c, ':' | '@')));
            out += run;
        }
        rest = after;
    }
    out
}

fn is_host(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_') || (!c.is_ascii() && !c.is_whitespace())
}

/// One run of host characters; `after` is what follows it.
fn break_dots(run: &str, dot: &str, after_slashes: bool, after: &str) -> String {
    if is_service(run) && !after_slashes && !after.starts_with(['/', ':', '@']) {
        return run.to_owned();
    }
    let mut out = String::with_capacity(run.len());
    let mut labels = run.split('.');
    out += labels.next().unwrap_or_default();
    for label in labels {
        // Two letters are the shortest top-level domain, and what is cut off later cannot make one.
        let top_level = label.chars().take_while(|c| !c.is_ascii_digit()).take(2).count() == 2;
        let host = (top_level || (after_slashes && !label.is_empty())) && !out.is_empty() && !out.ends_with('.');
        out += if host { dot } else { "." };
        out += label;
    }
    out
}

/// `lambda.amazonaws.com`: how events name an AWS service.
fn is_service(run: &str) -> bool {
    run.strip_suffix(".amazonaws.com").is_some_and(|name| !name.contains('.'))
}

/// `@name` → `(@)name` and `/command` → `(/)command`, which Telegram makes clickable in plain text;
/// e-mail addresses and paths stay.
fn break_handles(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        match c {
            '@' if !is_word(before) && after.starts_with(is_word) => out += "(@)",
            '/' if !is_word(before) && !is_tag(before) && is_command(after) => out += "(/)",
            c => out.push(c),
        }
        before = c;
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_tag(c: char) -> bool {
    matches!(c, '/' | '<' | '>')
}

fn is_command(after: &str) -> bool {
    let rest = after.trim_start_matches(is_word);
    rest.len() < after.len() && !rest.starts_with(is_tag)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_others_wrote_becomes_one_visible_line() {
        for (foreign, shown) in [
            ("  a \t b\r\n계정: prod\0\u{b}c ", "a b 계정: prod c"),
            ("a\u{2028}b\u{2029}c\u{85}d\u{a0}e\u{3000}f\u{2800}g", "a b c d e f g"),
            ("\u{202e}exe \u{2066}x\u{200b}y\u{ad}z\u{feff}\u{3164}\u{fe0f}\u{e0041}", "exe xyz"),
            ("\u{1b}[2Jred", "(2Jred"),
            ("e\u{301}\u{301}\u{301}\u{301}\u{301}x", "é\u{301}\u{301}\u{301}x"),
            ("\u{200b}\u{2060}", ""),
        ] {
            assert_eq!(clean(foreign), shown, "{foreign:?}");
        }
    }

    #[test]
    fn what_looks_like_a_mark_of_ours_loses_its_brackets() {
        for foreign in ["[DRILL] x", "［ＤＲＩＬＬ］ x", "【DRILL】 x", "﹇DRILL﹈ x", "[DR\u{200b}ILL] x", "[𝐃𝐑𝐈𝐋𝐋] x"]
        {
            assert_eq!(clean(foreign), "(DRILL) x");
        }
        assert_eq!(clean("[훈련] [해결]"), "(훈련) (해결)");
    }

    #[test]
    fn nothing_can_be_clicked() {
        for (foreign, shown) in [
            ("http://evil.com/a?b=c", "hxxp://evil(.)com/a?b=c"),
            ("HTTPS://Evil.Com:443", "hxxps://Evil(.)Com:443"),
            ("see (www.evil.com), t.me/x", "see (www(.)evil(.)com), t(.)me/x"),
            ("http://aws.amazon.com@203.0.113.5/x", "hxxp://aws(.)amazon(.)com@203(.)0(.)113(.)5/x"),
            (
                "evil。com evil．com 𝐞𝐯𝐢𝐥.𝐜𝐨𝐦 пример.рф evil.xn--p1ai",
                "evil(.)com evil(.)com evil(.)com пример(.)рф evil(.)xn--p1ai",
            ),
            ("tg://resolve?domain=x ftp://h/ javascript://x", "tg(:)//resolve?domain=x ftp(:)//h/ javascript(:)//x"),
            ("http:\u{200b}//evil.\u{200b}com", "hxxp://evil(.)com"),
            ("ask @admin or /stop or /stop@bot", "ask (@)admin or (/)stop or (/)stop@bot"),
            ("kim@example.com", "kim@example(.)com"),
            ("x.amazonaws.com/evil s3.my.amazonaws.com", "x(.)amazonaws(.)com/evil s3(.)my(.)amazonaws(.)com"),
        ] {
            assert_eq!(clean(foreign), shown, "{foreign:?}");
        }
    }

    #[test]
    fn what_an_operator_reads_and_copies_stays() {
        for same in [
            "203.0.113.5",
            "203.0.113.0/24",
            "2001:db8:85a3::8a2e:370:7334",
            "arn:aws:iam::111122223333:role/service-role/Admin",
            "2026-01-02T03:04:05.678Z",
            "/aws/lambda/orders-api",
            "lambda.amazonaws.com",
            "s3:GetObject, s3:PutObject*",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0",
            "5XXError 12.5 > 5",
            "aws-cli/2.15.0 md/Botocore#1.34.0",
            "주문 API 오류율 (한국어), café, 漢字, Ω ½ → 😀",
        ] {
            assert_eq!(clean(same), same);
        }
    }

    #[test]
    fn ten_thousand_characters_become_three_hundred_and_say_so() {
        let long = clean(&"가".repeat(10_000));
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with('…'));
        assert_eq!(clean(&("\u{200b}".repeat(5000) + "seen")), "seen");
        assert_eq!(clean(&" ".repeat(5000)), "…");
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("abcd", 3), "ab…");
    }

    fn is_quiet(text: &str) -> bool {
        let controls =
            text.chars().any(|c| c.is_control() || is_invisible(c) || matches!(c, '[' | ']' | '\u{2028}' | '\u{2029}'));
        !controls && text.split_whitespace().collect::<Vec<_>>().join(" ") == text
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_characters_become_one_quiet_line(text in any::<Vec<char>>()) {
            let clean = clean(&text.into_iter().collect::<String>());
            prop_assert!(is_quiet(&clean), "{clean:?}");
            prop_assert!(clean.chars().count() <= LONGEST);
        }

        #[test]
        fn links_stay_broken_however_often_and_wherever_they_are_cut(text in "[a-zA-Z0-9./:@_ 가。\u{200b}-]{0,60}", cut in 0..60_usize) {
            let clean = clean(&text);
            prop_assert_eq!(&defang(&clean), &clean);
            let cut: String = clean.chars().take(cut).collect::<String>() + "..";
            prop_assert_eq!(&break_hosts(&break_schemes(&cut), "(.)"), &cut);
        }
    }
}
