//! `bongsu redrive`: brings events that could not start a function back on their way.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use aws::Operator;
use notifier::http::Http;

use super::confirmed;
use crate::args::Redrive;

/// After how many messages it is said how far it got.
const TELL: u32 = 100;

pub(crate) async fn run(options: &Redrive, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let Redrive { stack, region, yes } = options;
    let operator = Operator::new(region, Http::new().context("cannot start")?).await;
    let [from, to] = ["dead-letters", "undelivered-events"].map(|name| format!("{stack}-{name}"));
    let mut redrive = aws::Redrive::between(&operator, &from, &to).await?;
    let waiting = redrive.waiting().await?;
    if !yes && !confirmed(&format!("{region}: move {} from {from} to {to}?", messages(waiting, "about ")), out)? {
        writeln!(out, "{region}: left as it was")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut moved = 0;
    let ended = loop {
        match redrive.next().await {
            Ok(true) => moved += 1,
            Ok(false) => break Ok(ExitCode::SUCCESS),
            Err(error) => break Err(error.into()),
        }
        if moved % TELL == 0 {
            writeln!(out, "{region}: {moved} so far")?;
        }
    };
    // Said also where it broke off.
    writeln!(out, "{region}: {} moved from {from} to {to}", messages(moved, ""))?;
    ended
}

fn messages(count: u32, about: &str) -> String {
    match count {
        0 => "no messages".to_owned(),
        1 => format!("{about}1 message"),
        _ => format!("{about}{count} messages"),
    }
}
