//! Money as people write it: `$1,234.56`. It is counted in hundredths: a cent that a float lost cannot be explained.

use std::fmt;

use alert::Severity;
use serde_json::Value;

const DOLLAR: i64 = 100;
/// From here on a person in a small account gets up, if it is also a jump: a coin miner costs more than this a day.
const DEAR: i64 = 100 * DOLLAR;
/// Below this it can wait.
const CHEAP: i64 = 10 * DOLLAR;

/// The longest name of a unit that is kept, in characters.
const LONGEST_UNIT: usize = 20;

/// An amount, to the hundredth: of money, hours, gigabytes or per cent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) hundredths: i64,
    /// `$`, `EUR`
    before: String,
    /// `Hrs`, `%`
    after: String,
}

impl Amount {
    /// Dollars from a number of an event, or from its text.
    pub(crate) fn dollars(number: &Value) -> Option<Self> {
        let text = match number {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            _ => return None,
        };
        hundredths(&text).map(Self::of_cents)
    }

    pub(crate) fn of_cents(cents: i64) -> Self {
        Self { hundredths: cents, before: "$".to_owned(), after: String::new() }
    }

    /// The first amount in a text: `> $1,234.56`, `USD 12`, `40.5 Hrs`, `< 80%`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let start = text.find(|letter: char| letter.is_ascii_digit())?;
        let (before, number) = text.split_at(start);
        let number_end = number.find(|letter: char| !(letter.is_ascii_digit() || ".,".contains(letter)));
        let (number, after) = number.split_at(number_end.unwrap_or(number.len()));
        let word = |letter: char| letter.is_whitespace() || "<>=≤≥(".contains(letter);
        let before = before.trim_end().rsplit(word).next().unwrap_or_default();
        let hundredths = hundredths(&plain(number.trim_end_matches(['.', ','])))?;
        let sign = if before.contains('-') { -1 } else { 1 };
        let before = before.replace('-', "");
        let after = after.split(['(', '\n']).next().unwrap_or_default().trim().trim_end_matches('.');
        let is_short = |unit: &str| unit.chars().count() <= LONGEST_UNIT;
        // A sign or a code; `greater than` is none.
        let is_currency = is_code(&before) || !before.ends_with(char::is_alphabetic);
        let before = Some(before).filter(|before| is_currency && is_short(before)).unwrap_or_default();
        let after = Some(after).filter(|after| is_short(after)).unwrap_or_default().to_owned();
        Some(Self { hundredths: sign * hundredths, before, after })
    }

    /// Whether the two can be compared.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.before == other.before && self.after == other.after
    }

    pub(crate) fn is_dollars(&self) -> bool {
        ["$", "US$", "USD"].contains(&self.before.as_str()) || self.after == "USD"
    }

    /// Whether it has a currency; what else is counted needs no second decimal.
    fn is_money(&self) -> bool {
        !self.before.is_empty() || is_code(&self.after)
    }

    /// How much it is more than another of its kind.
    pub(crate) fn over(&self, other: &Self) -> Option<Self> {
        let more = self.hundredths.checked_sub(other.hundredths)?;
        self.is_like(other).then(|| Self { hundredths: more, ..self.clone() })
    }

    /// `$6.31/$5.00`, `3/5 GB`: the unit once where both have it, and not at all where it would leave no room for more.
    pub(crate) fn of(&self, whole: &Self) -> String {
        let bare = |amount: &Self| Self { after: String::new(), ..amount.clone() };
        match (self.is_like(whole), whole.after.len()) {
            (false, _) => format!("{self}/{whole}"),
            (true, 0..=4) => format!("{}/{whole}", bare(self)),
            (true, _) => format!("{}/{}", bare(self), bare(whole)),
        }
    }

    /// Per cent of another of its kind: `126%`.
    pub(crate) fn per_cent_of(&self, other: &Self) -> Option<String> {
        let (part, whole) = (i128::from(self.hundredths), i128::from(other.hundredths));
        let known = self.is_like(other) && part >= 0 && whole > 0;
        known.then(|| format!("{}%", grouped(&((part * 100 + whole / 2) / whole).to_string())))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.hundredths < 0 { "-" } else { "" };
        let (whole, cents) = (self.hundredths.unsigned_abs() / 100, self.hundredths.unsigned_abs() % 100);
        let code = if self.before.ends_with(char::is_alphabetic) { " " } else { "" };
        let unit = if self.after.starts_with(char::is_alphanumeric) { " " } else { "" };
        let whole = grouped(&whole.to_string());
        let cents = if cents > 0 || self.is_dollars() { format!(".{cents:02}") } else { String::new() };
        let cents = if self.is_money() { &cents } else { cents.trim_end_matches('0') };
        write!(f, "{sign}{}{code}{whole}{cents}{unit}{}", self.before, self.after)
    }
}

/// How bad it is that so many cents more are spent than planned or usual: by the sum, and one worse where it
/// `is_jump`, at least as much again as expected. 100 dollars are more than a small account spends in a month.
pub(crate) const fn severity(cents: i64, is_jump: bool) -> Severity {
    match (cents, is_jump) {
        (DEAR.., true) => Severity::Critical,
        (DEAR.., false) | (CHEAP.., true) => Severity::High,
        (CHEAP.., false) | (1.., true) => Severity::Medium,
        _ => Severity::Low,
    }
}

/// The form of a currency's code: `USD`. <https://www.iso.org/iso-4217-currency-codes.html>
fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Digits with a comma before every three: `1,234`.
fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1,234.56` and `1.234,56` as `1234.56`. A single comma before three digits parts thousands, a single dot never does.
fn plain(number: &str) -> String {
    let decimal = match (number.rfind('.'), number.rfind(',')) {
        (Some(dot), Some(comma)) => Some(dot.max(comma)),
        (Some(dot), None) => Some(dot).filter(|_| number.matches('.').count() == 1),
        (None, Some(comma)) => Some(comma).filter(|_| number.len() - comma != 4 && number.matches(',').count() == 1),
        (None, None) => None,
    };
    let digits = |text: &str| text.replace(['.', ','], "");
    match decimal.and_then(|at| number.split_at_checked(at)) {
        Some((whole, fraction)) => format!("{}.{}", digits(whole), digits(fraction)),
        None => digits(number),
    }
}

/// A decimal number (`-412.765`, `1.2e3`) in hundredths, half a hundredth rounded up. `None` where it is none, or so big
/// that it is no money.
fn hundredths(number: &str) -> Option<i64> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or((1, mantissa), |mantissa| (-1, mantissa));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: i128 = digits.parse().ok()?;
    let places = i32::try_from(fraction.len()).ok()?;
    let shift = exponent.parse::<i32>().ok()?.checked_add(2)?.checked_sub(places)?;
    let power = |shift: u32| 10_i128.checked_pow(shift);
    let rounded = match u32::try_from(shift) {
        Ok(_) if value == 0 => 0,
        Ok(shift) => value.checked_mul(power(shift)?)?,
        Err(_) => power(shift.unsigned_abs()).map_or(0, |power| (value + power / 2) / power),
    };
    i64::try_from(sign * rounded).ok().filter(|value| value.unsigned_abs() < 100_000_000_000_000_000)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dollars_are_written_as_people_write_them() {
        let cases = [
            (json!(1234.56), "$1,234.56"),
            (json!(1001), "$1,001.00"),
            (json!(0.1), "$0.10"),
            (json!(0.005), "$0.01"),
            (json!(0.004_999_999), "$0.00"),
            (json!(1.005), "$1.01"),
            (json!(2.675), "$2.68"),
            (json!(-3.5), "-$3.50"),
            (json!(1_234_567_890.126), "$1,234,567,890.13"),
            (json!(1e-7), "$0.00"),
            (json!(1.5e3), "$1,500.00"),
            (json!("12.3"), "$12.30"),
            (json!(999.999), "$1,000.00"),
        ];
        for (number, text) in cases {
            assert_eq!(Amount::dollars(&number).unwrap().to_string(), text, "{number}");
        }
    }

    #[test]
    fn what_is_no_money_is_none() {
        for odd in [
            json!(1e300),
            json!(-1e300),
            json!(u64::MAX),
            json!("NaN"),
            json!(""),
            json!("1e999999999999"),
            json!("1e2147483647"),
            json!("--1"),
            json!("9".repeat(4_000)),
            json!(null),
            json!([1]),
            json!(true),
        ] {
            assert_eq!(Amount::dollars(&odd), None, "{odd}");
        }
    }

    #[test]
    fn amounts_of_a_text_keep_their_currency_or_unit() {
        let cases = [
            ("$100.00", "$100.00"),
            ("> $0.5", "$0.50"),
            ("$1,234,567.8", "$1,234,567.80"),
            ("$84.12.", "$84.12"),
            ("USD 1234.5", "USD 1,234.50"),
            ("1,234.50 USD", "1,234.50 USD"),
            ("€1.234,56", "€1,234.56"),
            ("¥12,345", "¥12,345"),
            ("12,5 EUR", "12.50 EUR"),
            ("-$5", "-$5.00"),
            ("$-5", "-$5.00"),
            ("< 80%", "80%"),
            ("62.5 %", "62.5%"),
            ("750 Hrs", "750 Hrs"),
            ("> $1.60 (80.0% of your budget)", "$1.60"),
            ("greater than $5", "$5.00"),
            ("5 of a unit that has no end", "5"),
        ];
        for (text, shown) in cases {
            assert_eq!(Amount::read(text).unwrap().to_string(), shown, "{text}");
        }
        for odd in ["", "none", "$", "> ", &"9".repeat(400)] {
            assert_eq!(Amount::read(odd), None, "{odd}");
        }
    }

    #[test]
    fn only_like_is_compared_with_like() {
        let read = |text| Amount::read(text).unwrap();
        assert_eq!(read("$6.31").per_cent_of(&read("$5")).as_deref(), Some("126%"));
        assert_eq!(read("$5000").per_cent_of(&read("$2")).as_deref(), Some("250,000%"));
        assert_eq!(read("$6.31").over(&read("$5")), Some(read("$1.31")));
        let cases = [("$6.31", "$5", "$6.31/$5.00"), ("3 GB", "5 GB", "3/5 GB"), ("3 GB", "5 Hrs", "3 GB/5 Hrs")];
        for (part, whole, text) in cases.into_iter().chain([("3.5 GB-Second", "5 GB-Second", "3.5/5")]) {
            assert_eq!(read(part).of(&read(whole)), text);
        }
        for (one, other) in [("$6", "€5"), ("5 GB", "5 Hrs")] {
            assert_eq!(read(one).per_cent_of(&read(other)), None, "{one} {other}");
            assert_eq!(read(one).over(&read(other)), None, "{one} {other}");
        }
        assert_eq!(read("$6").per_cent_of(&read("$0")), None);
    }

    #[test]
    fn the_sum_counts_and_a_jump_makes_it_one_worse() {
        let cases = [
            (10_000, [Severity::High, Severity::Critical]),
            (9_999, [Severity::Medium, Severity::High]),
            (1_000, [Severity::Medium, Severity::High]),
            (999, [Severity::Low, Severity::Medium]),
            (0, [Severity::Low, Severity::Low]),
            (-50_000, [Severity::Low, Severity::Low]),
        ];
        for (cents, severities) in cases {
            assert_eq!([false, true].map(|is_jump| severity(cents, is_jump)), severities, "{cents}");
        }
    }
}
