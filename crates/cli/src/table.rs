//! Reports as tables.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use notifier::Report;
use notifier::delivery::Delivery;

/// Columns of a wide terminal; what is longer goes on in the next line.
const WIDTH: u16 = 150;

/// An empty table with a head.
pub(crate) fn new(head: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_width(WIDTH)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(head);
    table
}

/// Lets only the second column break its lines, so that names stay whole; the table becomes as wide as that takes.
pub(crate) fn keep_names_whole(table: &mut Table) {
    const WORDS: ColumnConstraint = ColumnConstraint::UpperBoundary(Width::Fixed(46));
    let constraints =
        (0..table.column_count()).map(|place| if place == 1 { WORDS } else { ColumnConstraint::ContentWidth });
    let constraints: Vec<_> = constraints.collect();
    table.set_constraints(constraints).set_width(u16::MAX);
}

/// A row for each channel of each alert.
pub(crate) fn deliveries(report: &Report) -> Table {
    let mut table = new(&["alert", "channel", "outcome", "attempts", "says"]);
    for alert in report.alerts.iter().chain(&report.notices) {
        for delivery in &alert.deliveries {
            table.add_row([
                format!("#{}", alert.key.short_id()),
                delivery.channel.clone(),
                delivery.outcome.as_str().to_owned(),
                delivery.attempts.to_string(),
                says(delivery),
            ]);
        }
    }
    table
}

fn says(delivery: &Delivery) -> String {
    let said = [&delivery.error, &delivery.note, &delivery.provider_id];
    said.into_iter().flatten().next().cloned().unwrap_or_default()
}
