use super::script::{Memory, Stage, Step, accept, fail};
use super::*;
use crate::render::Mark;

const A: &str = "01011112222";
const B: &str = "01033334444";

/// A failover group of two paid channels to the same numbers.
fn group(first: Vec<Step>, second: Vec<Step>) -> Stage {
    Stage::default()
        .with_paid("nhn", &[A, B], first)
        .with_paid("solapi", &[A, B], second)
        .notifying("[[\"nhn\", \"solapi\"]]")
}

#[tokio::test(start_paused = true)]
async fn the_second_member_is_not_needed_when_the_first_delivers() {
    let stage = group(vec![accept()], vec![accept()]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&report, "nhn"), Outcome::Accepted);
    assert_eq!(outcome(&report, "solapi"), Outcome::Skipped);
    assert_eq!(stage.attempts("solapi"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refused_or_unauthorised_member_is_followed_at_once() {
    for kind in [Kind::Rejected, Kind::Unauthorized] {
        let stage = group(vec![fail(kind)], vec![accept()]);
        let started = clock::instant();
        let report = stage.deliver(&[alert("a")], DEADLINE).await;
        assert_eq!(outcome(&report, "solapi"), Outcome::Accepted);
        assert_eq!(started.elapsed(), Duration::ZERO);
        assert!(!report.owed());
        assert!(stage.seen()[1].mark == Mark::First, "nothing was sent before");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unavailable_member_gets_three_tries_and_the_next_one_takes_over() {
    let stage = group(vec![fail(Kind::Unavailable); 9], vec![accept()]);
    let started = clock::instant();
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(stage.attempts("nhn"), 3);
    assert_eq!(outcome(&report, "solapi"), Outcome::Accepted);
    assert_eq!(
        started.elapsed(),
        Duration::from_millis(600),
        "the pauses between three tries, and none behind the last"
    );
    assert!(!report.owed());
}

#[tokio::test(start_paused = true)]
async fn a_long_rate_limit_is_not_waited_out_where_another_member_can_take_over() {
    let stage = group(vec![fail(Kind::RateLimited(Duration::from_secs(10)))], vec![accept()]);
    let started = clock::instant();
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&report, "nhn"), Outcome::RateLimited);
    assert_eq!(outcome(&report, "solapi"), Outcome::Accepted);
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert!(!report.owed());
}

#[tokio::test(start_paused = true)]
async fn a_member_that_does_not_have_the_message_is_followed_by_the_next_without_a_mark() {
    let stage = Stage::default()
        .with("nhn", &[A], Memory::Absent, vec![Step::Hang, accept()])
        .with_paid("solapi", &[A], vec![accept()])
        .notifying("[[\"nhn\", \"solapi\"]]");
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!((stage.attempts("nhn"), stage.attempts("solapi")), (1, 1));
    assert_eq!(stage.seen()[1].mark, Mark::First);
    assert!(!report.owed());
}

#[tokio::test(start_paused = true)]
async fn numbers_that_one_member_reached_are_left_out_of_the_next() {
    let stage = group(vec![Step::Each(vec![(B, Kind::Rejected)])], vec![accept()]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(stage.seen()[1].to, [B]);
    let lines = &delivery(&report, "solapi").recipients;
    assert_eq!(lines.iter().map(|line| line.outcome).collect::<Vec<_>>(), [Outcome::Skipped, Outcome::Accepted]);
    assert!(!report.owed());
}

#[tokio::test(start_paused = true)]
async fn when_an_uncertain_member_cannot_be_looked_up_the_next_text_is_marked_as_a_possible_repeat() {
    for memory in [Memory::None, Memory::Silent] {
        let stage = Stage::default()
            .with("nhn", &[A], memory, vec![Step::Hang])
            .with_paid("solapi", &[A], vec![accept()])
            .notifying("[[\"nhn\", \"solapi\"]]");
        let report = stage.deliver(&[alert("a")], DEADLINE).await;
        assert_eq!(outcome(&report, "nhn"), Outcome::Uncertain);
        assert_eq!(stage.attempts("nhn"), 1, "a paid text is never sent again blindly");
        assert_eq!(stage.seen()[1].mark, Mark::PossibleRepeat);
        assert!(!report.owed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_member_that_has_the_message_after_all_needs_no_other() {
    let stage = Stage::default()
        .with("nhn", &[A], Memory::Found, vec![Step::Hang])
        .with_paid("solapi", &[A], vec![accept()])
        .notifying("[[\"nhn\", \"solapi\"]]");
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&report, "nhn"), Outcome::Accepted);
    assert_eq!(outcome(&report, "solapi"), Outcome::Skipped);
}

#[tokio::test(start_paused = true)]
async fn a_redelivery_does_not_go_back_to_a_member_whose_part_another_has_done() {
    let stage = group(vec![fail(Kind::Rejected), accept()], vec![accept(), accept()])
        .with("tg", &[], Memory::None, [vec![fail(Kind::Unavailable); 12], vec![accept()]].concat())
        .notifying("[[\"nhn\", \"solapi\"], \"tg\"]");
    let first = stage.deliver(&[alert("a")], DEADLINE).await;
    assert!(first.owed());
    let second = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&second, "nhn"), Outcome::Skipped);
    assert_eq!(outcome(&second, "solapi"), Outcome::Duplicate);
    assert_eq!(outcome(&second, "tg"), Outcome::Accepted);
    assert_eq!((stage.attempts("nhn"), stage.attempts("solapi")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_slow_first_member_leaves_the_second_its_share_of_the_time() {
    let stage = group(vec![Step::Hang; 9], vec![accept()]);
    let report = stage.deliver(&[alert("a")], Duration::from_secs(4)).await;
    assert_eq!(outcome(&report, "solapi"), Outcome::Accepted);
}

#[tokio::test(start_paused = true)]
async fn a_group_nobody_of_which_delivers_is_owed() {
    let stage = group(vec![fail(Kind::Unavailable); 99], vec![fail(Kind::Unavailable); 99]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert!(report.owed());
    assert!(stage.attempts("solapi") > 3, "nobody waits behind the last one");
}

#[tokio::test(start_paused = true)]
async fn a_broken_first_member_is_told_through_what_works() {
    let stage = group(vec![fail(Kind::Unauthorized)], vec![accept()])
        .with("tg", &[], Memory::None, vec![accept(), accept()])
        .notifying("[[\"nhn\", \"solapi\"], \"tg\"]");
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    let told: Vec<_> = report.notices[0].deliveries.iter().map(|delivery| delivery.channel.as_str()).collect();
    assert_eq!(told, ["tg"], "not by paid text where there is another way");
}
