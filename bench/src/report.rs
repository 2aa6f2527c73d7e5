//! Medians and ratios, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use crate::run::Times;

/// All runs of one contender with one limit.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) name: String,
    /// What it may use of a CPU once it is started: `1`, `1/14`.
    pub(crate) cpu: String,
    /// The median of each time.
    pub(crate) median: Times,
    /// How many processes.
    pub(crate) runs: usize,
}

type Column = (&'static str, fn(&Times) -> f64);

const COLUMNS: [Column; 7] = [
    ("start → next", |it| it.start_to_next),
    ("next → response", |it| it.next_to_response),
    ("start → response", |it| it.start_to_response),
    ("warm", |it| it.warm),
    ("thawed", |it| it.thawed),
    ("CPU", |it| it.cpu),
    ("peak RSS, MB", |it| it.peak_rss),
];

impl Row {
    pub(crate) fn new(name: &str, cpu: &str, runs: &[Times]) -> Self {
        let of = |get: fn(&Times) -> f64| median(runs.iter().map(get).collect());
        let median = Times {
            start_to_next: of(|it| it.start_to_next),
            next_to_response: of(|it| it.next_to_response),
            start_to_response: of(|it| it.start_to_response),
            cpu: of(|it| it.cpu),
            warm: of(|it| it.warm),
            thawed: of(|it| it.thawed),
            peak_rss: of(|it| it.peak_rss),
        };
        Self { name: name.to_owned(), cpu: cpu.to_owned(), median, runs: runs.len() }
    }
}

/// The value in the middle; of an even number the mean of the two.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    if values.len() % 2 == 1 { at(middle) } else { f64::midpoint(at(middle.wrapping_sub(1)), at(middle)) }
}

/// A table in Markdown: milliseconds, and how many times as long as ours in brackets.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = format!("| | CPU | {} |\n|---|---|", COLUMNS.map(|(name, _)| name).join(" | "));
    text += &"---:|".repeat(COLUMNS.len());
    text.push('\n');
    for row in rows {
        write!(text, "| {} | {} |", row.name, row.cpu).ok();
        let ours = rows.iter().find(|it| it.cpu == row.cpu);
        for (_, get) in COLUMNS {
            let value = get(&row.median);
            write!(text, " {value:.1}").ok();
            match ours.map(|ours| value / get(&ours.median)) {
                Some(ratio) if ours.is_some_and(|ours| ours.name != row.name) => write!(text, " ({ratio:.1}×) |").ok(),
                _ => write!(text, " |").ok(),
            };
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_value_in_the_middle() {
        for (values, expected) in [(vec![3.0, 1.0, 2.0], 2.0), (vec![4.0, 1.0, 2.0, 3.0], 2.5), (vec![7.0], 7.0)] {
            assert!((median(values) - expected).abs() < f64::EPSILON);
        }
    }
}
