//! What every ledger must do with alerts, budgets and what was held back.

use std::collections::BTreeSet;

use futures::future::join_all;
use jiff::SignedDuration;
use notifier::delivery::{Begun, Budget, Claim, Class, Entry, Finished, Ledger, Limit, Outcome, Record, State};

use super::{begin_new, claim, finish, later, now, read, slot};

/// Every scenario has alerts of its own, so that all of them work on one ledger.
pub(super) async fn keeps(ledger: &dyn Ledger) {
    an_alert_is_claimed_by_the_first_and_shown_to_the_second(ledger).await;
    of_twenty_at_once_one_has_it(ledger).await;
    a_claim_is_taken_over_by_whoever_saw_it_last(ledger).await;
    what_may_be_sent_now_is_claimed_anew(ledger).await;
    of_five_who_take_over_at_once_one_has_it(ledger).await;
    the_owner_writes_everything_down_and_ends_the_lease(ledger).await;
    a_stranger_adds_what_is_there_and_changes_nothing_else(ledger).await;
    who_comes_too_late_does_not_end_the_lease_of_the_next(ledger).await;
    an_alert_that_was_never_claimed_gets_a_record(ledger).await;
    twenty_at_once_take_twenty_from_a_budget(ledger).await;
    what_was_held_back_is_found_in_its_time_and_not_outside(ledger).await;
}

async fn an_alert_is_claimed_by_the_first_and_shown_to_the_second(ledger: &dyn Ledger) {
    let first = claim("new", "first");
    assert_eq!(ledger.read(&first.key).await.unwrap(), None);
    begin_new(ledger, &first).await;
    let Begun::Known(record) = ledger.begin(&claim("new", "second")).await.unwrap() else { panic!("claimed twice") };
    assert_eq!(*record, read(ledger, "new").await);
    assert_eq!((&record.key, &record.summary, record.first_at), (&first.key, &first.summary, first.now));
    let lease = record.lease.unwrap();
    assert_eq!((lease.owner.as_str(), lease.until), ("first", first.lease_until));
    assert_eq!(record.entries.keys().collect::<BTreeSet<_>>(), first.slots.iter().collect());
    assert!(
        record.entries.values().all(|entry| *entry == Entry::new(State::Claimed, first.now)),
        "{:?}",
        record.entries
    );
}

async fn of_twenty_at_once_one_has_it(ledger: &dyn Ledger) {
    let claims: Vec<_> = (0..20).map(|owner| claim("twenty", &format!("owner-{owner}"))).collect();
    let begun = join_all(claims.iter().map(|claim| ledger.begin(claim))).await;
    let new = begun.iter().filter(|begun| matches!(begun, Ok(Begun::New(_)))).count();
    let known = begun.iter().filter(|begun| matches!(begun, Ok(Begun::Known(_)))).count();
    assert_eq!((new, known), (1, 19), "{begun:?}");
}

async fn a_claim_is_taken_over_by_whoever_saw_it_last(ledger: &dyn Ledger) {
    // An invocation that was killed: its lease is over, and nothing is known of what it has sent.
    let dead = Claim { lease_until: later(now(), -5), ..claim("dead", "killed") };
    begin_new(ledger, &dead).await;
    let Begun::Known(seen) = ledger.begin(&claim("dead", "next")).await.unwrap() else { panic!("claimed twice") };
    assert!(seen.lease.as_ref().unwrap().until < now());
    let next = claim("dead", "next");
    let taken = ledger.take_over(&next, &seen).await.unwrap().unwrap();
    assert_eq!(taken, *seen, "as it was before");
    let now_ours = read(ledger, "dead").await;
    assert_eq!(now_ours.lease.as_ref().unwrap().owner, "next");
    assert_eq!((now_ours.entries, now_ours.first_at), (seen.entries.clone(), dead.now));

    // The lease that was seen is not there any more, and neither is an alert that nobody knows.
    assert_eq!(ledger.take_over(&claim("dead", "slow"), &seen).await.unwrap(), None);
    let ended = Record { lease: None, ..*seen };
    assert_eq!(ledger.take_over(&claim("dead", "slow"), &ended).await.unwrap(), None);
    assert_eq!(ledger.take_over(&claim("nobody-knows", "slow"), &ended).await.unwrap(), None);
    assert_eq!(ledger.read(&claim("nobody-knows", "").key).await.unwrap(), None);

    // After the end of a lease there is none to be seen.
    finish(ledger, &next, []).await;
    assert!(ledger.take_over(&claim("dead", "third"), &ended).await.unwrap().is_some());
}

async fn what_may_be_sent_now_is_claimed_anew(ledger: &dyn Ledger) {
    let first = claim("anew", "first");
    begin_new(ledger, &first).await;
    let (telegram, sms) = (slot("telegram", ""), slot("sms-nhn", "01087654321"));
    let not_sent = State::NotSent(Outcome::Unavailable);
    finish(ledger, &first, [(telegram.clone(), not_sent), (sms.clone(), State::Accepted)]).await;
    let seen = read(ledger, "anew").await;
    let before = ledger.take_over(&claim("anew", "killed"), &seen).await.unwrap().unwrap();
    assert_eq!(before.entries[&telegram].state, not_sent, "nothing was sent before this");
    let after = read(ledger, "anew").await;
    assert_eq!(after.entries[&telegram].state, State::Claimed, "and without a result it may have been");
    assert_eq!(after.entries[&sms].state, State::Accepted);
}

async fn of_five_who_take_over_at_once_one_has_it(ledger: &dyn Ledger) {
    begin_new(ledger, &claim("five", "killed")).await;
    let seen = read(ledger, "five").await;
    let claims: Vec<_> = (0..5).map(|owner| claim("five", &format!("owner-{owner}"))).collect();
    let taken = join_all(claims.iter().map(|claim| ledger.take_over(claim, &seen))).await;
    let winners: Vec<_> = claims.iter().zip(taken).filter(|(_, taken)| taken.as_ref().unwrap().is_some()).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(read(ledger, "five").await.lease.unwrap().owner, winners[0].0.owner);
}

async fn the_owner_writes_everything_down_and_ends_the_lease(ledger: &dyn Ledger) {
    let claim = claim("owner", "me");
    begin_new(ledger, &claim).await;
    let sent = Entry {
        attempts: 2,
        counted: true,
        provider_id: Some("42".to_owned()),
        since: later(claim.now, -1),
        ..Entry::new(State::Accepted, claim.now)
    };
    let refused =
        Entry { error: Some("잔액 부족".to_owned()), ..Entry::new(State::NotSent(Outcome::Rejected), claim.now) };
    let skipped = Entry::new(State::Skipped, claim.now);
    let entries = [
        (slot("telegram", ""), sent),
        (slot("sms-nhn", "01087654321"), refused),
        // Somebody who was not claimed: the configuration has changed.
        (slot("mail.of the #1 \"team\"", ""), skipped),
    ];
    let finished = Finished { claim, entries: entries.clone().into() };
    ledger.finish(&finished).await.unwrap();
    let record = read(ledger, "owner").await;
    assert_eq!((record.lease, record.entries), (None, entries.into()));
}

async fn a_stranger_adds_what_is_there_and_changes_nothing_else(ledger: &dyn Ledger) {
    let stranger = claim("stranger", "stranger");
    begin_new(ledger, &claim("stranger", "owner")).await;
    let before = read(ledger, "stranger").await;
    finish(ledger, &stranger, [(slot("telegram", ""), State::NotSent(Outcome::Unavailable))]).await;
    assert_eq!(read(ledger, "stranger").await, before);

    let states = [(slot("telegram", ""), State::Accepted), (slot("mail", ""), State::Suppressed)];
    finish(ledger, &stranger, states).await;
    let after = read(ledger, "stranger").await;
    assert_eq!((after.lease, after.first_at), (before.lease, before.first_at));
    assert_eq!(after.entries.len(), 2);
    assert!(
        after.entries[&slot("telegram", "")].is_there() && after.entries[&slot("sms-nhn", "01087654321")].is_in_doubt()
    );
}

async fn who_comes_too_late_does_not_end_the_lease_of_the_next(ledger: &dyn Ledger) {
    let (late, next) = (claim("late", "late"), claim("late", "next"));
    begin_new(ledger, &late).await;
    let seen = read(ledger, "late").await;
    ledger.take_over(&next, &seen).await.unwrap().unwrap();
    finish(ledger, &late, [(slot("telegram", ""), State::Accepted)]).await;
    let record = read(ledger, "late").await;
    assert_eq!(record.lease.unwrap().owner, "next");
    assert!(record.entries[&slot("telegram", "")].is_there());
    finish(ledger, &next, [(slot("sms-nhn", "01087654321"), State::Delivered)]).await;
    let record = read(ledger, "late").await;
    assert!(record.lease.is_none() && record.entries.values().all(Entry::is_there), "{record:?}");
}

async fn an_alert_that_was_never_claimed_gets_a_record(ledger: &dyn Ledger) {
    let unclaimed = claim("unclaimed", "me");
    finish(ledger, &unclaimed, [(slot("telegram", ""), State::Accepted)]).await;
    let Begun::Known(record) = ledger.begin(&claim("unclaimed", "twin")).await.unwrap() else { panic!("not known") };
    assert_eq!((record.summary, record.first_at, record.lease), (unclaimed.summary, unclaimed.now, None));
    assert!(record.entries[&slot("telegram", "")].is_there());
    assert!(record.entries[&slot("sms-nhn", "01087654321")].is_in_doubt());
}

async fn twenty_at_once_take_twenty_from_a_budget(ledger: &dyn Ledger) {
    let limit = |minutes| Limit { per: SignedDuration::from_mins(minutes), count: 3 };
    let budget = Budget::of("telegram", Class::Critical, limit(5), now());
    let counts = join_all((0..20).map(|_| ledger.count(&budget))).await;
    let counts: BTreeSet<_> = counts.into_iter().map(Result::unwrap).collect();
    assert_eq!(counts, (1..=20).collect());
    // Another class, another channel, and the next while have budgets of their own.
    for other in [
        Budget::of("telegram", Class::Drill, limit(5), now()),
        Budget::of("telegram-2", Class::Critical, limit(5), now()),
        Budget::of("telegram", Class::Critical, limit(5), budget.until),
    ] {
        assert_eq!(ledger.count(&other).await.unwrap(), 1, "{other:?}");
    }
}

async fn what_was_held_back_is_found_in_its_time_and_not_outside(ledger: &dyn Ledger) {
    let start = now();
    let at = |name: &str, seconds| Claim { now: later(start, seconds), ..claim(name, "me") };
    for (name, seconds) in [("held-1", 10), ("held-2", 20), ("held-3", 30)] {
        begin_new(ledger, &at(name, seconds)).await;
        finish(ledger, &at(name, seconds), [(slot("telegram", ""), State::Suppressed)]).await;
    }
    // One that was held back by two channels at two times, one that was never claimed, and one that was not held back.
    begin_new(ledger, &at("held-twice", 10)).await;
    finish(ledger, &at("held-twice", 10), [(slot("telegram", ""), State::Suppressed)]).await;
    let twice = at("held-twice", 40);
    let seen = read(ledger, "held-twice").await;
    ledger.take_over(&twice, &seen).await.unwrap().unwrap();
    finish(ledger, &twice, [(slot("sms-nhn", "01087654321"), State::Suppressed)]).await;
    finish(ledger, &at("held-unclaimed", 20), [(slot("telegram", ""), State::Suppressed)]).await;
    begin_new(ledger, &at("not-held", 20)).await;
    finish(ledger, &at("not-held", 20), [(slot("telegram", ""), State::Accepted)]).await;

    let found = async |from, until| {
        let found = ledger.suppressed(later(start, from), later(start, until)).await.unwrap();
        let name = |record: &notifier::delivery::Record| record.summary.subject.clone().unwrap().replace("디스크 ", "");
        found.iter().map(name).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found(10, 11).await, "held-1 held-twice");
    assert_eq!(found(20, 30).await, "held-2 held-unclaimed");
    assert_eq!(found(30, 50).await, "held-3 held-twice");
    assert_eq!(found(0, 10).await, "");
    assert_eq!(found(41, 100).await, "");
}
