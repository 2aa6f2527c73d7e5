//! Whatever the providers, the ledger and the platform do: nobody is forgotten, and nobody is woken twice by the same alert
//! unless the text or the report says that it may be a repeat.
//!
//! Each schedule is made of one number. It plays invocations of the very [`Notifier::deliver`] that the functions link, on
//! a stopped clock: twins, events out of order, crashes and freezes at any await point, faults of every kind at every
//! provider and of the ledger. The platform asks again until nothing is owed, as AWS does.
//!
//! `BONGSU_SEED=123 cargo test -p notifier simulation` plays schedule 123 again; `BONGSU_SCHEDULES=100000` plays more.

mod judge;
mod ledger;
mod plan;
mod platform;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use plan::Plan;

/// Schedules of one test; there are four, so that they run side by side.
const SCHEDULES: u64 = 2_500;

/// Schedules that have shown a defect once.
const FOUND: [u64; 9] = [5, 30, 895, 960, 1_161, 4_290, 12_009_272, 1_028_186_489_550_881, 1_028_186_489_556_705];

/// Plays one schedule, and judges how it ended.
fn play(seed: u64) {
    let plan = Plan::new(seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let ended = catch_unwind(AssertUnwindSafe(|| runtime.block_on(platform::play(&plan))));
    let (faults, story) = match ended {
        Ok(ended) => (judge::faults(&plan, &ended), ended.story()),
        Err(_) => (vec!["it panicked, as said above".to_owned()], String::new()),
    };
    assert!(faults.is_empty(), "BONGSU_SEED={seed} plays this again\n{}\n{story}\n{plan:?}", faults.join("\n"));
}

fn play_part(part: u64) {
    let variables = crate::Variables::from_environment();
    let number = |name: &str| variables.get(name).map(|value| value.parse::<u64>().unwrap());
    if let Some(seed) = number("BONGSU_SEED") {
        return play(seed);
    }
    let count = number("BONGSU_SCHEDULES").map_or(SCHEDULES, |count| count.div_ceil(4));
    // Other schedules in every commit, and the same ones whenever a commit is tried.
    let first = number("PROPTEST_RNG_SEED").unwrap_or_default().wrapping_mul(1_000_003) + part * count;
    (first..first + count).for_each(play);
}

#[test]
fn what_was_found_once_stays_mended() {
    FOUND.into_iter().for_each(play);
}

#[test]
fn nobody_is_forgotten_and_nobody_is_woken_twice_1() {
    play_part(0);
}

#[test]
fn nobody_is_forgotten_and_nobody_is_woken_twice_2() {
    play_part(1);
}

#[test]
fn nobody_is_forgotten_and_nobody_is_woken_twice_3() {
    play_part(2);
}

#[test]
fn nobody_is_forgotten_and_nobody_is_woken_twice_4() {
    play_part(3);
}
