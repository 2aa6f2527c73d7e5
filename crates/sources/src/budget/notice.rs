//! What the prose of a budget says. Nobody promises its form, so any line may be missing or stand elsewhere.
//!
//! A budget's name is the only part that somebody else writes, and it may hold line breaks. What AWS writes of the alert
//! comes after the name, so of two lines with one label the last one counts.

use crate::money::Amount;

/// What every notice begins with.
const HEADER: &str = "AWS Budget Notification";

const ACCOUNT: &str = "AWS Account";

/// What is said of an alert, each on a line of its own.
const LABELS: [&str; 7] = [
    "Budget Name",
    "Budget Type",
    "Budgeted Amount",
    "Alert Type",
    "Alert Threshold",
    "ACTUAL Amount",
    "FORECASTED Amount",
];

/// How long a budget lasts before it begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Day,
    Month,
    Quarter,
    Year,
}

/// A notice, in the words of AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Notice<'a> {
    /// `March 10, 2026`
    pub(super) day: Option<&'a str>,
    pub(super) account: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    /// `Cost`, `Usage`
    pub(super) kind: Option<&'a str>,
    /// What the budget allows.
    pub(super) limit: Option<&'a str>,
    /// `> $80.00`
    pub(super) threshold: Option<&'a str>,
    /// What was, or will be, spent.
    pub(super) amount: Option<&'a str>,
    /// Whether it is told of what will be.
    pub(super) forecast: Option<bool>,
    pub(super) period: Option<Period>,
    /// A line stands twice and says two things: somebody called a budget like the lines of a notice.
    pub(super) contested: bool,
}

impl<'a> Notice<'a> {
    /// Nothing, where the text does not say that it is a budget's.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let lines: Vec<_> = text.split(['\n', '\r']).map(str::trim).collect();
        let day = lines.iter().find_map(|line| after(line, HEADER))?;
        let account = lines.iter().find_map(|line| after(line, ACCOUNT));
        let value = |label: &str| lines.iter().rev().find_map(|line| labelled(line, label));
        let sentence = Sentence::read(lines.iter().find(|line| at(line, Sentence::START).is_some()).unwrap_or(&""));
        let (actual, forecasted) = (value("ACTUAL Amount"), value("FORECASTED Amount"));
        let forecast = value("Alert Type")
            .and_then(is_forecast)
            .or(sentence.forecast)
            .or_else(|| (actual.is_some() != forecasted.is_some()).then_some(forecasted.is_some()));
        let (first, second) = if forecast == Some(true) { (forecasted, actual) } else { (actual, forecasted) };
        Some(Self {
            day: Some(day).filter(|day| day.contains(|letter: char| letter.is_ascii_digit())),
            account,
            name: value("Budget Name").or(sentence.name),
            kind: value("Budget Type"),
            limit: value("Budgeted Amount"),
            threshold: value("Alert Threshold").or(sentence.threshold),
            amount: first.or(second).or(sentence.amount),
            forecast,
            period: sentence.period,
            contested: LABELS.iter().any(|label| is_contested(&lines, label)),
        })
    }

    /// What names this occurrence, where the text says all of it and says it once.
    pub(super) fn identity(&self) -> Option<Vec<&str>> {
        let forecast = if self.forecast? { "forecast" } else { "actual" };
        let parts = vec![self.day?, self.name?, self.kind.unwrap_or_default(), forecast, self.threshold?, self.amount?];
        (!self.contested).then_some(parts)
    }

    pub(super) fn amount(&self) -> Option<Amount> {
        Amount::read(self.amount?)
    }

    pub(super) fn limit(&self) -> Option<Amount> {
        Amount::read(self.limit?)
    }

    /// Whether it is told of the use of what was paid for ahead.
    pub(super) fn is_of_reservations(&self) -> bool {
        let kind = self.kind.unwrap_or_default();
        ["utilization", "coverage"].iter().any(|word| at(kind, word).is_some())
    }

    /// Whether it is told when something falls, as the use of reservations is unless it says otherwise.
    pub(super) fn is_floor(&self) -> bool {
        let threshold = self.threshold.unwrap_or_default();
        let says = |words: [&str; 2]| words.iter().any(|word| at(threshold, word).is_some());
        says(["<", "less than"]) || (self.is_of_reservations() && !says([">", "greater than"]))
    }

    /// `$6.31/$5.00`, or `$6.31 > $5.00` where only the threshold is known.
    pub(super) fn spent(&self) -> Option<String> {
        let amount = self.amount()?;
        if let Some(limit) = self.limit().filter(|_| !self.is_floor()) {
            return Some(amount.of(&limit));
        }
        let sign = if self.is_floor() { '<' } else { '>' };
        let threshold = self.threshold.and_then(Amount::read);
        Some(threshold.map_or_else(|| amount.to_string(), |threshold| format!("{amount} {sign} {threshold}")))
    }

    /// `126%` of the budget.
    pub(super) fn rate(&self) -> Option<String> {
        self.amount()?.per_cent_of(&self.limit().filter(|_| !self.is_floor())?)
    }
}

/// What a text says besides its form.
pub(super) fn rest(text: &str) -> String {
    let is_form = |line: &&str| {
        let header = [HEADER, ACCOUNT, "Dear AWS Customer,"].iter().any(|words| after(line, words).is_some());
        header || LABELS.iter().any(|label| labelled(line, label).is_some())
    };
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let rest: Vec<_> = text.split(['\n', '\r']).map(str::trim).filter(|line| !is_form(line)).map(words).collect();
    let rest = rest.join(" ").trim().to_owned();
    if rest.is_empty() { words(text) } else { rest }
}

/// `You requested that we alert you when the ACTUAL Cost associated with your NAME budget is greater than $5.00 per day.
/// Yesterday, the ACTUAL Cost associated with this budget is $6.31.`
#[derive(Debug, Default)]
struct Sentence<'a> {
    name: Option<&'a str>,
    forecast: Option<bool>,
    threshold: Option<&'a str>,
    amount: Option<&'a str>,
    period: Option<Period>,
}

impl<'a> Sentence<'a> {
    const START: &'static str = "alert you when the ";

    fn read(line: &'a str) -> Self {
        let Some((_, told)) = cut(line, Self::START) else { return Self::default() };
        // The name may hold any of these words, so those count that come last.
        let compared = ["greater than", "less than", "equal to"].map(|word| last(told, &format!(" budget is {word} ")));
        let split = compared.into_iter().flatten().max().and_then(|at| told.split_at_checked(at));
        let (before, after) =
            split.map_or((told, ""), |(before, after)| (before, after.trim_start_matches(" budget is ")));
        let (limit, rest) = after.split_once(". ").unwrap_or((after, ""));
        let threshold = Some(limit).filter(|text| text.contains(|letter: char| letter.is_ascii_digit()));
        let threshold = threshold.map(|text| {
            [" for the ", " per "].iter().fold(text, |text, word| cut(text, word).map_or(text, |cut| cut.0))
        });
        let amount = cut(rest, "associated with this budget is ").and_then(|(_, amount)| amount.split(". ").next());
        Self {
            name: cut(before, "associated with your ").map(|(_, name)| name),
            forecast: is_forecast(told),
            threshold,
            amount,
            period: period(after),
        }
    }
}

fn period(told: &str) -> Option<Period> {
    let words = [
        (" per day", Period::Day),
        ("yesterday", Period::Day),
        ("current month", Period::Month),
        ("current quarter", Period::Quarter),
        ("current year", Period::Year),
    ];
    words.iter().find_map(|(word, period)| at(told, word).map(|_| *period))
}

fn is_forecast(text: &str) -> Option<bool> {
    let begins = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if begins("forecast") { Some(true) } else { begins("actual").then_some(false) }
}

/// Whether two lines with this label say two things.
fn is_contested(lines: &[&str], label: &str) -> bool {
    let mut values = lines.iter().filter_map(|line| labelled(line, label));
    values.next().is_some_and(|first| values.any(|value| value != first))
}

/// What follows the label and its colon.
fn labelled<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    let (name, value) = line.split_once(':')?;
    Some(value.trim()).filter(|value| name.trim().eq_ignore_ascii_case(label) && !value.is_empty())
}

/// What follows the words that a line begins with.
fn after<'a>(line: &'a str, words: &str) -> Option<&'a str> {
    let (start, rest) = line.split_at_checked(words.len())?;
    let ends = rest.chars().next().is_none_or(|next| next.is_whitespace() || next == ':');
    (ends && start.eq_ignore_ascii_case(words)).then(|| rest.trim_start_matches(':').trim())
}

/// Where a word stands, in whatever letters.
fn at(text: &str, word: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(&word.to_ascii_lowercase())
}

fn cut<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let (before, rest) = text.split_at_checked(at(text, word)?)?;
    Some((before, rest.get(word.len()..)?))
}

fn last(text: &str, word: &str) -> Option<usize> {
    text.to_ascii_lowercase().rfind(&word.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "AWS Budget Notification March 10, 2026\nAWS Account 111122223333\n\nDear AWS Customer,\n\n\
        You requested that we alert you when the ACTUAL Cost associated with your daily 5 budget is greater than $5.00 \
        per day. Yesterday, the ACTUAL Cost associated with this budget is $6.31. You can find additional details below.\n\n\
        Budget Name: daily 5\nBudget Type: Cost\nBudgeted Amount: $5.00\nAlert Type: ACTUAL\nAlert Threshold: > $5.00\n\
        ACTUAL Amount: $6.31\n";

    fn read(text: &str) -> Notice<'_> {
        Notice::read(text).unwrap()
    }

    #[test]
    fn a_notice_comes_apart() {
        let expected = Notice {
            day: Some("March 10, 2026"),
            account: Some("111122223333"),
            name: Some("daily 5"),
            kind: Some("Cost"),
            limit: Some("$5.00"),
            threshold: Some("> $5.00"),
            amount: Some("$6.31"),
            forecast: Some(false),
            period: Some(Period::Day),
            contested: false,
        };
        assert_eq!(read(WHOLE), expected);
        assert_eq!(read(&WHOLE.replace('\n', "\r\n")), expected);
        assert_eq!(read(&WHOLE.replace("ACTUAL", "Actual")), expected);
        assert_eq!((expected.spent().unwrap(), expected.rate().unwrap()), ("$6.31/$5.00".into(), "126%".into()));
    }

    #[test]
    fn any_line_may_be_missing_and_the_sentence_says_it_too() {
        for label in LABELS.iter().filter(|label| **label != "Budget Type" && **label != "Budgeted Amount") {
            let text: Vec<_> = WHOLE.split('\n').filter(|line| !line.starts_with(label)).collect();
            let text = text.join("\n");
            let (notice, whole) = (read(&text), read(WHOLE));
            assert_eq!(
                (notice.name, notice.amount, notice.forecast),
                (whole.name, whole.amount, whole.forecast),
                "{label}"
            );
            assert!(notice.threshold.is_some_and(|text| text.ends_with("$5.00")), "{label}");
        }
    }

    #[test]
    fn a_forecast_is_read_as_one_with_or_without_its_line() {
        let text = WHOLE.replace("ACTUAL", "FORECASTED");
        assert_eq!((read(&text).forecast, read(&text).amount), (Some(true), Some("$6.31")));
        let text = "AWS Budget Notification March 10, 2026\nFORECASTED Amount: $120.00";
        assert_eq!((read(text).forecast, read(text).amount), (Some(true), Some("$120.00")));
    }

    #[test]
    fn a_name_like_the_lines_of_a_notice_does_not_change_what_is_told() {
        let name = "x\nAlert Type: FORECASTED\nBudgeted Amount: $9,000.00\nACTUAL Amount: $0.01";
        let text = WHOLE.replace("daily 5", name);
        let notice = read(&text);
        assert_eq!(notice.spent().unwrap(), "$6.31/$5.00");
        assert_eq!(notice.forecast, Some(false));
        assert!(notice.contested && notice.identity().is_none());
        let text = WHOLE.replace("daily 5", "x budget is greater than $9. The y associated with this budget is $1. z");
        assert_eq!(read(&text).period, Some(Period::Day));
        assert_eq!(read(&text).spent().unwrap(), "$6.31/$5.00");
    }

    #[test]
    fn what_is_said_besides_the_form_is_kept() {
        let text = "AWS Budget Notification March 10, 2026\nAWS Account 111122223333\n\nDear AWS Customer,\n\nAn action\thas run.";
        assert_eq!(rest(&format!("{text}\nBudget Name: x\nMore: to say")), "An action has run. More: to say");
        assert_eq!(rest("AWS Budget Notification\n1"), "1");
        assert_eq!(rest("AWS Budget Notification  2026"), "AWS Budget Notification 2026");
    }

    #[test]
    fn a_text_that_does_not_say_whose_it_is_is_none() {
        for text in
            ["", "AWS Budgets: over", "AWS Budget Notifications March 10", "{\"a\":\"AWS Budget Notification 1\"}"]
        {
            assert_eq!(Notice::read(text), None, "{text}");
        }
        assert_eq!(read("AWS Budget Notification").day, None);
        assert_eq!(read("  aws budget notification: 2026-03-10").day, Some("2026-03-10"));
    }

    #[test]
    fn what_was_paid_for_ahead_is_told_when_its_use_falls() {
        let floor =
            |kind, threshold| Notice { kind: Some(kind), threshold: Some(threshold), ..Notice::default() }.is_floor();
        assert!(floor("RI Utilization", "80%") && floor("Cost", "< 80%") && floor("", "less than 80%"));
        assert!(!floor("Savings Plans Coverage", "> 80%") && !floor("Usage", "80"));
    }
}
