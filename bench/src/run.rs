//! One process from its start to its end.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use tokio::time::{Instant, sleep};

use crate::contender::{Contender, OURS};
use crate::lambda::Lambda;
use crate::share::Share;
use crate::stage::{Stage, event};

/// How long a message may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was measured of one process, in milliseconds where nothing else is said.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Times {
    /// From the start of the process until it asks for its first event.
    pub(crate) start_to_next: f64,
    /// From then until it has told the first alert on all channels.
    pub(crate) next_to_response: f64,
    /// Both.
    pub(crate) start_to_response: f64,
    /// The CPU time of both.
    pub(crate) cpu: f64,
    /// From the second event to its response.
    pub(crate) warm: f64,
    /// The same after a freeze that outlived the connections.
    pub(crate) thawed: f64,
    /// In MB: the most memory that it ever had.
    pub(crate) peak_rss: f64,
}

/// With how much memory a function runs, in MB, and so with which share of a CPU once it is started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit<'a> {
    pub(crate) memory: u32,
    /// `None`: a whole CPU.
    pub(crate) share: Option<&'a Share>,
}

struct Process(Child);

impl Process {
    /// Starts one, in its group. Returns when it did.
    fn start(mut command: Command, limit: Limit<'_>) -> Result<(Self, Instant)> {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut process = Self(child.context("it does not start")?);
        if let Some(share) = limit.share {
            share.take_in(process.id())?;
        }
        // What it waits with is loaded by then.
        thread::sleep(Duration::from_millis(20));
        let mut gate = process.0.stdin.take().context("it has no input")?;
        let started = Instant::now();
        gate.write_all(b"\n")?;
        Ok((process, started))
    }

    fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has nothing to lose.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Starts one, and gives it three events: cold, warm, thawed.
pub(crate) async fn once(
    repository: &Path,
    contender: &Contender,
    stage: &Stage,
    limit: Limit<'_>,
    number: usize,
) -> Result<Times> {
    let mut lambda = Lambda::open().await?;
    stage.sandbox.clear();
    let mut command = contender.command(stage, &lambda.address, limit.memory);
    command.current_dir(repository.join("bench/peers/python"));
    let (process, started) = Process::start(command, limit)?;
    let id = process.id();
    let mut times = Times::default();

    let next = lambda.next().await?;
    // Lambda gives functions a whole CPU for their start.
    if let Some(share) = limit.share {
        share.limit(limit.memory)?;
    }
    lambda.invoke(event(repository, 3 * number)?).await?;
    let answered = answer(&mut lambda, contender, stage, 1).await?;
    (times.start_to_next, times.next_to_response) = (ms(next - started), ms(answered - next));
    times.start_to_response = ms(answered - started);
    times.cpu = cpu(id)?;

    lambda.next().await?;
    let given = lambda.invoke(event(repository, 3 * number + 1)?).await?;
    times.warm = ms(answer(&mut lambda, contender, stage, 2).await? - given);

    lambda.next().await?;
    signal(id, "STOP")?;
    stage.hang_up();
    sleep(Duration::from_millis(50)).await;
    let given = lambda.invoke(event(repository, 3 * number + 2)?).await?;
    signal(id, "CONT")?;
    times.thawed = ms(answer(&mut lambda, contender, stage, 3).await? - given);
    times.peak_rss = peak_rss(id)?;
    Ok(times)
}

/// From the start of a process until so many providers have been sent the first alert, in milliseconds.
pub(crate) async fn until_sent(
    repository: &Path,
    contender: &Contender,
    stage: &Stage,
    limit: Limit<'_>,
    (number, providers): (usize, usize),
) -> Result<f64> {
    let mut lambda = Lambda::open().await?;
    stage.sandbox.clear();
    let (_process, started) = Process::start(contender.command(stage, &lambda.address, limit.memory), limit)?;
    lambda.next().await?;
    if let Some(share) = limit.share {
        share.limit(limit.memory)?;
    }
    lambda.invoke(event(repository, number)?).await?;
    while stage.sandbox.messages().len() < providers {
        if started.elapsed() > PATIENCE {
            bail!("{} of {providers} messages arrived", stage.sandbox.messages().len());
        }
        sleep(Duration::from_millis(1)).await;
    }
    Ok(ms(started.elapsed()))
}

/// Waits for the response, and looks whether everything has arrived.
async fn answer(lambda: &mut Lambda, contender: &Contender, stage: &Stage, round: usize) -> Result<Instant> {
    let (at, body) = lambda.response().await?;
    let body = String::from_utf8_lossy(&body);
    let arrived = stage.sandbox.messages().len();
    let expected = contender.messages * round;
    let accepted = body.matches(r#""outcome":"accepted""#).count() >= contender.messages;
    if arrived != expected || (contender.name == OURS && (!accepted || body.contains("unguarded"))) {
        bail!("{arrived} of {expected} messages arrived; it says {body}");
    }
    Ok(at)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The CPU time of all threads, in milliseconds. <https://docs.kernel.org/scheduler/sched-stats.html>
fn cpu(process: u32) -> Result<f64> {
    let mut nanoseconds = 0.0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        nanoseconds += text.split(' ').next().unwrap_or_default().parse::<f64>()?;
    }
    Ok(nanoseconds / 1e6)
}

fn peak_rss(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1_024.0 / 1e6)
}

fn signal(process: u32, name: &str) -> Result<()> {
    let status = Command::new("kill").args(["-s", name, &process.to_string()]).status()?;
    if !status.success() {
        bail!("kill -s {name} failed");
    }
    // It has to arrive.
    thread::sleep(Duration::from_millis(1));
    Ok(())
}
