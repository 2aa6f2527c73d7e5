//! What every ledger must do with things that burn and go out.

use alert::{Identity, Status};
use futures::future::join_all;
use jiff::Timestamp;
use notifier::delivery::{Begun, Claim, Ledger, Standing, Track};

use super::{claim, later, now};

const HOUR: i64 = 3_600;

pub(super) async fn keeps(ledger: &dyn Ledger) {
    an_older_state_never_overrides_a_newer_one(ledger).await;
    what_is_restless_is_told_six_times_an_hour(ledger).await;
    what_repeats_itself_is_told_once_an_hour(ledger).await;
    the_end_of_nothing_is_not_told(ledger).await;
    ten_alerts_of_one_thing_at_once_are_all_counted(ledger).await;
    of_twenty_at_once_about_a_thing_one_has_it(ledger).await;
}

/// What an alert says of the thing of this name, in the hour that begins with it.
pub(super) fn track(name: &str, status: Status, at: Timestamp) -> Track {
    let identity = Identity { source: "cloudwatch-alarm", drill: false, account: None, region: None };
    Track {
        fingerprint: identity.fingerprint(&[name]),
        status,
        at,
        window: now_in_hours(at),
        most: 6,
        only_if_firing: false,
    }
}

fn now_in_hours(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(HOUR) * HOUR).unwrap()
}

/// Tells a ledger what came to pass, each by an alert of its own.
struct Play<'a> {
    ledger: &'a dyn Ledger,
    thing: &'a str,
    start: Timestamp,
    count: usize,
}

impl<'a> Play<'a> {
    fn of(ledger: &'a dyn Ledger, thing: &'a str) -> Self {
        // The start of an hour, so that no scenario crosses into the next one by chance.
        Self { ledger, thing, start: now_in_hours(now()), count: 0 }
    }

    fn claim(&mut self, status: Status, seconds: i64) -> Claim {
        self.count += 1;
        let track = track(self.thing, status, later(self.start, seconds));
        Claim { track: Some(track), ..claim(&format!("{}-{}", self.thing, self.count), "me") }
    }

    async fn tell(&mut self, status: Status, seconds: i64) -> Begun {
        let claim = self.claim(status, seconds);
        self.ledger.begin(&claim).await.unwrap()
    }

    /// State, when it came to that, and changes in that hour.
    async fn known(&self) -> (Status, i64, u32) {
        let fire = self.ledger.fire(&track(self.thing, Status::Firing, self.start)).await.unwrap().unwrap();
        (fire.status, fire.at.as_second() - self.start.as_second(), fire.changes)
    }
}

async fn an_older_state_never_overrides_a_newer_one(ledger: &dyn Ledger) {
    let mut play = Play::of(ledger, "order");
    let news = Begun::New(Standing::News);
    assert_eq!(ledger.fire(&track("order", Status::Firing, play.start)).await.unwrap(), None);
    assert_eq!(play.tell(Status::Firing, 5).await, news);
    assert_eq!(play.known().await, (Status::Firing, 5, 1));
    assert_eq!(play.tell(Status::Resolved, 9).await, news);
    assert_eq!(play.known().await, (Status::Resolved, 9, 2));
    // The way was longer for this one.
    assert_eq!(play.tell(Status::Firing, 7).await, Begun::New(Standing::Over(later(play.start, 9))));
    assert_eq!(play.known().await, (Status::Resolved, 9, 3));
    assert_eq!(play.tell(Status::Firing, 20).await, news);
    assert_eq!(play.tell(Status::Resolved, 15).await, Begun::New(Standing::Stale));
    assert_eq!(play.known().await, (Status::Firing, 20, 5));
}

async fn what_is_restless_is_told_six_times_an_hour(ledger: &dyn Ledger) {
    let mut play = Play::of(ledger, "restless");
    for change in 0..8 {
        let status = if change % 2 == 0 { Status::Firing } else { Status::Resolved };
        let standing = if change < 6 { Standing::News } else { Standing::Restless(change + 1) };
        assert_eq!(play.tell(status, i64::from(change)).await, Begun::New(standing), "{change}");
    }
    assert_eq!(play.known().await, (Status::Resolved, 7, 8));
    assert_eq!(play.tell(Status::Firing, HOUR).await, Begun::New(Standing::News));
    assert_eq!(play.tell(Status::Resolved, 2 * HOUR).await, Begun::New(Standing::News));
    assert_eq!(play.known().await, (Status::Resolved, 2 * HOUR, 1));
}

async fn what_repeats_itself_is_told_once_an_hour(ledger: &dyn Ledger) {
    let mut play = Play::of(ledger, "repeats");
    for (seconds, standing) in [(1, Standing::News), (2, Standing::Restless(2)), (HOUR, Standing::News)] {
        let mut claim = play.claim(Status::Notice, seconds);
        claim.track = claim.track.map(|track| Track { most: 1, ..track });
        assert_eq!(ledger.begin(&claim).await.unwrap(), Begun::New(standing), "{seconds}");
    }
}

async fn the_end_of_nothing_is_not_told(ledger: &dyn Ledger) {
    let mut play = Play::of(ledger, "end");
    let mut end = |seconds| {
        let mut claim = play.claim(Status::Resolved, seconds);
        claim.track = claim.track.map(|track| Track { only_if_firing: true, ..track });
        claim
    };
    let (nothing, early, last, again) = (end(1), end(2), end(HOUR + 5), end(HOUR + 6));
    assert_eq!(ledger.begin(&nothing).await.unwrap(), Begun::NotFiring);
    assert_eq!(ledger.read(&nothing.key).await.unwrap(), None);
    assert_eq!(ledger.fire(nothing.track.as_ref().unwrap()).await.unwrap(), None);

    assert_eq!(play.tell(Status::Firing, 3).await, Begun::New(Standing::News));
    // The end of an earlier fire, which nobody was told of.
    assert_eq!(ledger.begin(&early).await.unwrap(), Begun::NotFiring);
    assert_eq!(ledger.begin(&last).await.unwrap(), Begun::New(Standing::News));
    assert_eq!(ledger.begin(&again).await.unwrap(), Begun::NotFiring);
    // Told, it is known, whatever burns.
    assert!(matches!(ledger.begin(&last).await.unwrap(), Begun::Known(_)));
    assert_eq!(play.known().await, (Status::Resolved, HOUR + 5, 1));
}

async fn ten_alerts_of_one_thing_at_once_are_all_counted(ledger: &dyn Ledger) {
    let mut play = Play::of(ledger, "ten");
    let claims: Vec<_> = (0..10).map(|_| play.claim(Status::Firing, 1)).collect();
    let begun = join_all(claims.iter().map(|claim| ledger.begin(claim))).await;
    let news = begun.iter().filter(|begun| matches!(begun, Ok(Begun::New(Standing::News)))).count();
    let restless = begun.iter().filter(|begun| matches!(begun, Ok(Begun::New(Standing::Restless(_))))).count();
    assert_eq!((news, restless), (6, 4), "{begun:?}");
    assert_eq!(play.known().await, (Status::Firing, 1, 10));
}

async fn of_twenty_at_once_about_a_thing_one_has_it(ledger: &dyn Ledger) {
    let mut play = Play::of(ledger, "one-of-twenty");
    let claim = play.claim(Status::Firing, 1);
    let claims: Vec<_> = (0..20).map(|owner| Claim { owner: format!("owner-{owner}"), ..claim.clone() }).collect();
    let begun = join_all(claims.iter().map(|claim| ledger.begin(claim))).await;
    let new = begun.iter().filter(|begun| matches!(begun, Ok(Begun::New(_)))).count();
    let known = begun.iter().filter(|begun| matches!(begun, Ok(Begun::Known(_)))).count();
    assert_eq!((new, known), (1, 19), "{begun:?}");
    assert_eq!(play.known().await, (Status::Firing, 1, 1));
}
