//! What an operator does with a deployed stack: store its configuration, hold a drill, see whether all is well, read
//! its history, bring back what it could not start, and look what there is before the guardrails are deployed.

pub(crate) mod doctor;
mod document;
pub(crate) mod drill;
pub(crate) mod guardrails;
pub(crate) mod history;
pub(crate) mod push;
pub(crate) mod redrive;
mod since;

use std::io::{BufRead, Write};

/// Asks a question that ends with `?`.
fn confirmed(question: &str, out: &mut impl Write) -> anyhow::Result<bool> {
    write!(out, "{question} [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
