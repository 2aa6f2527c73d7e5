//! How long it takes from the start of a process until the last provider has taken the alert: ours, and what people use
//! today, on this machine, in one run. `make bench` says how to read it, docs/performance.md what came out.
//!
//! Each program runs on the second CPU, and all that it talks to on the first one.

#![allow(clippy::disallowed_methods, reason = "it measures: it has clocks and clients of its own")]

mod certificates;
mod contender;
mod lambda;
mod report;
mod run;
mod service;
mod share;
mod stage;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use serde_json::json;

use contender::{Contender, OURS};
use report::Row;
use run::{Limit, Times};
use share::Share;
use stage::{Delays, Stage};

/// Measures cold starts, and what comes after them, side by side.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many processes of each.
    #[arg(long, default_value_t = 20)]
    runs: usize,
    /// How long a provider takes for an answer, in milliseconds.
    #[arg(long, default_value_t = 50)]
    provider: u64,
    /// How long SSM, DynamoDB and SQS take.
    #[arg(long, default_value_t = 10)]
    aws: u64,
    /// Ours only.
    #[arg(long)]
    ours: bool,
    /// Whatever else there is to measure: sizes of memory, a provider that says nothing.
    #[arg(long)]
    all: bool,
    /// Where to write everything as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    rustls::crypto::ring::default_provider().install_default().ok();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let folder = std::env::temp_dir().join(format!("bongsu-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = measure(&arguments, &repository, &folder).await;
    std::fs::remove_dir_all(&folder)?;
    result
}

async fn measure(arguments: &Arguments, repository: &Path, folder: &Path) -> Result<()> {
    let (mut contenders, missing) = contender::all(repository);
    contenders.retain(|it| it.name == OURS || !arguments.ours);
    for reason in missing {
        say(&format!("{reason}\n"));
    }
    let share = Share::open();
    if share.is_none() {
        say("This machine gives us no control group, so nothing was measured with a part of a CPU.\n");
    }
    let [provider, aws] = [arguments.provider, arguments.aws].map(Duration::from_millis);
    let delays = Delays { providers: [provider; 4], aws };
    let stage = Stage::open(folder, delays, None).await?;
    let whole = Limit { memory: 1_769, share: None };
    let small = Limit { memory: 128, share: share.as_ref() };

    let mut limits = vec![("1", whole)];
    limits.extend(share.is_some().then_some(("1/14", small)));
    let mut rows = Vec::new();
    for (cpu, limit) in limits {
        rows.extend(compare(arguments, repository, &contenders, &stage, (cpu, limit)).await?);
    }
    say(&format!("{}\n", report::table(&rows)));
    for contender in &contenders {
        if let Some(size) = contender.zipped()? {
            say(&format!("{}: {} KB zipped", contender.name, size / 1_000));
        }
    }
    if arguments.all && share.is_some() {
        let ours = contenders.iter().find(|it| it.name == OURS).context("ours is not built: make build")?;
        let more = by_memory(arguments, repository, ours, &stage, share.as_ref()).await?;
        say(&format!("{}\n", report::table(&more)));
        rows.extend(more);
        say(&with_a_silent_one(arguments, repository, ours, (&stage, folder, delays), [whole, small]).await?);
    }
    if let Some(path) = &arguments.json {
        let written = json!({ "provider_ms": arguments.provider, "aws_ms": arguments.aws, "rows": rows });
        std::fs::write(path, serde_json::to_string_pretty(&written)?)?;
    }
    Ok(())
}

/// In turns, so that what else the machine does hits all of them alike.
async fn compare(
    arguments: &Arguments,
    repository: &Path,
    contenders: &[Contender],
    stage: &Stage,
    (cpu, limit): (&str, Limit<'_>),
) -> Result<Vec<Row>> {
    let mut times: Vec<Vec<Times>> = vec![Vec::new(); contenders.len()];
    for number in 0..arguments.runs {
        for (contender, times) in contenders.iter().zip(&mut times) {
            let once = run::once(repository, contender, stage, limit, number).await;
            times.push(once.with_context(|| contender.name)?);
        }
    }
    Ok(contenders.iter().zip(&times).map(|(contender, times)| Row::new(contender.name, cpu, times)).collect())
}

async fn by_memory(
    arguments: &Arguments,
    repository: &Path,
    ours: &Contender,
    stage: &Stage,
    share: Option<&Share>,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for memory in [128, 256, 512, 1_769] {
        let limit = Limit { memory, share };
        let name = format!("{memory} MB");
        let row = compare(arguments, repository, std::slice::from_ref(ours), stage, (&name, limit)).await?;
        rows.extend(row);
    }
    Ok(rows)
}

/// How much later the other providers are sent the alert where one takes connections and never says a word.
async fn with_a_silent_one(
    arguments: &Arguments,
    repository: &Path,
    ours: &Contender,
    (stage, folder, delays): (&Stage, &Path, Delays),
    limits: [Limit<'_>; 2],
) -> Result<String> {
    // NHN: an SMS has another provider to fall back on, but not in this configuration.
    let folder = folder.join("silent");
    std::fs::create_dir_all(&folder)?;
    let silent = Stage::open(&folder, delays, Some(1)).await?;
    let stages = [stage, &silent];
    let mut text =
        "| start → sent to Telegram, SOLAPI and SNS | all answer | NHN is silent |\n|---|---:|---:|\n".to_owned();
    for (cpu, limit) in ["1", "1/14"].iter().zip(limits) {
        let mut times = [Vec::new(), Vec::new()];
        for number in 0..arguments.runs {
            for ((stage, times), providers) in stages.into_iter().zip(&mut times).zip([4, 3]) {
                times.push(run::until_sent(repository, ours, stage, limit, (number, providers)).await?);
            }
        }
        let [all, others] = times.map(report::median);
        writeln!(text, "| CPU {cpu} | {all:.1} | {others:.1} |")?;
    }
    Ok(text)
}

#[expect(clippy::print_stdout, reason = "what it is for")]
fn say(text: &str) {
    println!("{text}");
}
