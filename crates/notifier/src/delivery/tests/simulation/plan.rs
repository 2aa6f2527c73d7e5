//! What happens in a schedule, all of it made of one number.

use std::time::Duration;

use alert::{Alert, Severity, Status, Throttle};

use crate::error::Kind;
use crate::testing::alert;

/// `SplitMix64`: <https://prng.di.unimi.it/splitmix64.c>
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// True that often in a hundred times.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()].clone()
    }

    fn millis(&mut self, below: u64) -> Duration {
        Duration::from_millis(self.below(below))
    }
}

/// What a provider does with one attempt, after a while that it takes to connect and another that it takes to answer.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) connects: Duration,
    pub(super) does: Does,
    pub(super) answers: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Does {
    Accept,
    /// Certainly takes nothing.
    Fail(Kind),
    /// Takes it, and the answer is lost.
    TakeAndLose,
    /// Takes it or not, and never answers.
    Hang {
        takes: bool,
    },
    /// Takes it for all but one number.
    RefuseOne(&'static str, Kind),
}

#[derive(Debug, Clone)]
pub(super) struct ChannelPlan {
    pub(super) name: &'static str,
    pub(super) paid: bool,
    /// What it does with the first attempts; then it accepts.
    pub(super) steps: Vec<Step>,
    /// The first look-ups fail or hang; then they answer truly.
    pub(super) look_ups: Vec<Does>,
    /// How long a message takes to show up in look-ups.
    pub(super) lag: Duration,
    pub(super) limit: u32,
}

/// What ends an invocation before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blow {
    /// Killed when it was woken for the nth time.
    Kill(u64),
    /// Stopped then, for so long.
    Freeze(u64, Duration),
}

/// One event on its way: delivered until nothing of it is owed.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) start: Duration,
    /// Places in the plan's alerts.
    pub(super) alerts: Vec<usize>,
    /// What strikes the first invocations.
    pub(super) blows: Vec<Option<Blow>>,
    /// Whether each invocation has a fresh process.
    pub(super) fresh: bool,
    pub(super) time: Duration,
}

#[derive(Debug)]
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) channels: Vec<ChannelPlan>,
    pub(super) notify: &'static str,
    pub(super) alerts: Vec<Alert>,
    pub(super) chains: Vec<Chain>,
    /// How many of a hundred calls of the ledger go wrong, until it is mended.
    pub(super) ledger_faults: u64,
}

pub(super) const A: &str = "01011112222";
pub(super) const B: &str = "01033334444";

const NOTIFY: [&str; 4] = [
    "[\"tg\", [\"nhn\", \"solapi\"], \"mail\"]",
    "[\"tg\", \"mail\", \"nhn\", \"solapi\"]",
    "[[\"nhn\", \"solapi\", \"tg\"], \"mail\"]",
    "[[\"nhn\", \"tg\"], [\"solapi\", \"mail\"]]",
];

impl Plan {
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let names = [("tg", false), ("mail", false), ("nhn", true), ("solapi", true)];
        let channels = names.map(|(name, paid)| channel(&mut dice, name, paid)).into();
        let alerts = alerts(&mut dice);
        let mut chains = Vec::new();
        for place in 0..alerts.len() {
            for _ in 0..=dice.below(3) / 2 + u64::from(dice.percent(20)) {
                chains.push(chain(&mut dice, place, alerts.len()));
            }
        }
        let ledger_faults = dice.one_of(&[0, 0, 0, 5, 30]);
        Self { seed, channels, notify: dice.one_of(&NOTIFY), alerts, chains, ledger_faults }
    }
}

fn channel(dice: &mut Dice, name: &'static str, paid: bool) -> ChannelPlan {
    let steps = (0..dice.below(7)).map(|_| step(dice, paid)).collect();
    let faults = [Does::Fail(Kind::Unavailable), Does::Hang { takes: false }];
    let look_ups = (0..dice.below(4)).filter(|place| place % 2 == 0).map(|_| dice.one_of(&faults)).collect();
    let limit = if dice.percent(20) { 1 } else { 100 };
    ChannelPlan { name, paid, steps, look_ups, lag: dice.millis(1_500), limit }
}

fn step(dice: &mut Dice, paid: bool) -> Step {
    let does = match dice.below(if paid { 12 } else { 10 }) {
        0 | 1 => Does::Accept,
        2 => Does::Fail(Kind::Unavailable),
        3 => Does::Fail(Kind::RateLimited(Duration::from_secs(dice.below(40)))),
        4 => Does::Fail(Kind::Rejected),
        5 => Does::Fail(Kind::Unauthorized),
        6 => Does::Fail(Kind::Uncertain),
        7 | 8 => Does::TakeAndLose,
        9 => Does::Hang { takes: dice.percent(50) },
        _ => Does::RefuseOne(dice.one_of(&[A, B]), dice.one_of(&[Kind::Rejected, Kind::Unavailable, Kind::Uncertain])),
    };
    let (connects, answers) = if dice.percent(30) { (1_900, 3_500) } else { (50, 200) };
    Step { connects: dice.millis(connects), does, answers: dice.millis(answers) }
}

fn alerts(dice: &mut Dice) -> Vec<Alert> {
    (0..=dice.below(3)).map(|place| one_alert(dice, place)).collect()
}

/// Alerts of a schedule may be about the same thing, and come in any order.
fn one_alert(dice: &mut Dice, place: u64) -> Alert {
    let base = alert(&format!("alert {place}"));
    // An hour before the clock of the tests starts.
    let time = jiff::Timestamp::from_second(1_800_000_000 - 3_600 + i64::try_from(dice.below(600)).unwrap()).ok();
    match dice.below(4) {
        0 => Alert { throttle: Throttle::Never, ..base },
        1 => Alert { throttle: Throttle::Count, severity: Severity::High, status: Status::Firing, time, ..base },
        2 => Alert { throttle: Throttle::Count, severity: Severity::High, status: Status::Resolved, time, ..base },
        _ => Alert { throttle: Throttle::Count, drill: dice.percent(30), ..base },
    }
}

fn chain(dice: &mut Dice, place: usize, all: usize) -> Chain {
    let mut alerts = vec![place];
    if dice.percent(25) {
        let other = usize::try_from(dice.below(all as u64)).unwrap();
        if other != place {
            alerts.push(other);
        }
    }
    let blows = (0..dice.below(4)).map(|_| blow(dice)).collect();
    let time = dice.one_of(&[28_500, 28_500, 28_500, 6_000, 1_000]);
    Chain {
        start: if dice.percent(40) { dice.millis(1_000) } else { dice.millis(90_000) },
        alerts,
        blows,
        fresh: dice.percent(60),
        time: Duration::from_millis(time),
    }
}

fn blow(dice: &mut Dice) -> Option<Blow> {
    // Most invocations are woken some ten times.
    let place = if dice.percent(80) { dice.below(14) } else { dice.below(60) };
    match dice.below(4) {
        0 => None,
        1 => Some(Blow::Freeze(place, Duration::from_secs(1 + dice.below(120)))),
        _ => Some(Blow::Kill(place)),
    }
}
