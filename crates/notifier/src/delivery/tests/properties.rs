//! Whatever the providers do, and however often an event comes: it ends in time, and nothing is lost or doubled unsaid.

use proptest::prelude::*;

use super::script::{Memory, Stage, Step};
use super::*;
use crate::render::Mark;

const A: &str = "01011112222";
const B: &str = "01033334444";

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Accept),
        1 => Just(Step::Fail(Kind::Rejected)),
        1 => Just(Step::Fail(Kind::Unauthorized)),
        2 => Just(Step::Fail(Kind::Unavailable)),
        2 => Just(Step::Fail(Kind::Uncertain)),
        1 => (0_u64..40).prop_map(|after| Step::Fail(Kind::RateLimited(Duration::from_secs(after)))),
        1 => Just(Step::Hang),
        1 => (0_u64..8).prop_map(|time| Step::Slow(Duration::from_secs(time))),
        1 => Just(Step::Each(vec![(B, Kind::Rejected)])),
        1 => Just(Step::Each(vec![(A, Kind::Unavailable)])),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 0..8)
}

fn memory() -> impl Strategy<Value = Memory> {
    proptest::sample::select(vec![Memory::None, Memory::Found, Memory::Absent, Memory::Silent])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn it_ends_in_time_says_what_happened_and_repeats_nothing_unsaid(
        tg in steps(), nhn in steps(), solapi in steps(),
        nhn_memory in memory(), solapi_memory in memory(),
        invocations in proptest::collection::vec(0_u64..29, 1..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async move {
            let stage = Stage::of([("tg", tg)])
                .with("nhn", &[A, B], nhn_memory, nhn)
                .with("solapi", &[A, B], solapi_memory, solapi)
                .notifying("[\"tg\", [\"nhn\", \"solapi\"]]");
            for time in invocations {
                let time = Duration::from_secs(time);
                let started = clock::instant();
                let report = stage.deliver(&[alert("a")], time).await;
                // The timer of tokio counts whole milliseconds.
                assert!(started.elapsed() <= time + Duration::from_millis(5), "{:?} > {time:?}", started.elapsed());
                assert_eq!(report.alerts[0].deliveries.len(), 3, "every channel is in the report");
                let somebody = report.alerts[0].deliveries.iter().any(Delivery::reached_somebody);
                assert!(somebody || report.owed(), "nobody has it and nobody asks again: {report:#?}");
            }
            one_unmarked_text(&stage, "tg");
            nobody_is_told_twice(&stage);
        });
    }

    /// A channel that takes a message has it once, however often the event comes.
    #[test]
    fn what_was_accepted_is_never_sent_again(invocations in 1_usize..5, failures in 0_usize..6) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async move {
            let stage = Stage::of([("tg", vec![Step::Fail(Kind::Unavailable); failures])]);
            for _ in 0..invocations {
                stage.deliver(&[alert("a")], DEADLINE).await;
            }
            assert_eq!(stage.attempts("tg"), failures + 1);
        });
    }
}

/// After an attempt that may have arrived, every further text of the alert says that it may be a repeat.
fn one_unmarked_text(stage: &Stage, channel: &str) {
    let seen = stage.seen().into_iter().filter(|seen| seen.channel == channel).collect::<Vec<_>>();
    let first_marked = seen.iter().position(|seen| seen.mark == Mark::PossibleRepeat).unwrap_or(seen.len());
    assert!(seen.iter().skip(first_marked).all(|seen| seen.mark == Mark::PossibleRepeat), "{seen:?}");
}

/// Who has the alert by a provider's own word is not sent it again, by whatever channel of the group.
fn nobody_is_told_twice(stage: &Stage) {
    let mut told: Vec<(bool, String)> = Vec::new();
    for seen in stage.seen() {
        let free = seen.channel == "tg";
        for to in &seen.to {
            assert!(!told.contains(&(free, to.clone())), "{to} is told again: {:?}", stage.seen());
        }
        told.extend(seen.took.into_iter().map(|to| (free, to)));
    }
}
