//! Does for one alert after the other what is done before anything is sent: `instructions COUNT`. `make instructions` runs
//! it under callgrind, which counts instructions, and so says the same on a busy machine as on an idle one.

use std::hint::black_box;

use anyhow::{Context, Result};
use bench::pipeline::{EVENT, config, one_alert};

fn main() -> Result<()> {
    let count: usize = std::env::args().nth(1).context("how many alerts?")?.parse()?;
    let config = config()?;
    for _ in 0..count {
        black_box(one_alert(black_box(EVENT), &config));
    }
    Ok(())
}
