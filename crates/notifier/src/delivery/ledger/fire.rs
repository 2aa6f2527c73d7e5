//! What is known of the thing that an alert is about: whether it burns, since when, and how restless it is. Pure.

use alert::{Alert, Fingerprint, Status, Throttle};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::budget::start_of_window;

/// Changes of one thing are counted by the hour.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// How many changes are told in it: three times on and off.
const CHANGES: u32 = 6;
/// What is said again and again is told once in it. Days begin at midnight UTC: in Korea at nine in the morning, when
/// the reminder of what still lasts wakes nobody.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What an alert says of the thing that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// The thing.
    pub fingerprint: Fingerprint,
    /// Whether it burns.
    pub status: Status,
    /// When it came to this.
    pub at: Timestamp,
    /// The hour or day in which this is counted.
    pub window: Timestamp,
    /// How many changes in it are told.
    pub most: u32,
    /// It is told as the end of something only.
    pub only_if_firing: bool,
}

impl Track {
    /// What an alert says; `None` where it is about nothing that goes on.
    pub fn of(alert: &Alert, now: Timestamp) -> Option<Self> {
        let hour = start_of_window(now, WINDOW);
        let (window, most) = match (alert.throttle, alert.status) {
            (Throttle::Group, _) => (hour, 1),
            (Throttle::Daily, Status::Firing | Status::Notice) => (day(now), 1),
            (_, Status::Firing | Status::Resolved) => (hour, CHANGES),
            (_, Status::Notice) => return None,
        };
        Some(Self {
            fingerprint: alert.fingerprint.clone(),
            status: alert.status,
            at: alert.time.unwrap_or(now),
            window,
            most,
            only_if_firing: alert.only_if_firing,
        })
    }
}

/// The day of a moment. No hour begins with it, so that an end, which is counted by the hour, closes the day: what burns
/// again after it is news.
fn day(now: Timestamp) -> Timestamp {
    let begin = start_of_window(now, DAY);
    begin.checked_sub(SignedDuration::from_millis(1)).unwrap_or(begin)
}

/// What is remembered of a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fire {
    /// Its newest state.
    pub status: Status,
    /// When it came to that.
    pub at: Timestamp,
    /// The hour or day in which its changes are counted.
    pub window: Timestamp,
    /// How many there were in it.
    pub changes: u32,
}

/// How an alert stands to what is known already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is news.
    News,
    /// It burned, and was over before this came in: since when.
    Over(Timestamp),
    /// It was over, and burns again since.
    Stale,
    /// The same thing was told so often in this hour or day that a digest tells it, with the count.
    Restless(u32),
}

/// What an alert changes, and how it stands to what was known. `None` where it is the end of nothing.
pub fn judge(old: Option<&Fire>, track: &Track) -> Option<(Fire, Standing)> {
    let Track { status, at, window, .. } = *track;
    let Some(old) = old else {
        let new = Fire { status, at, window, changes: 1 };
        return (!track.only_if_firing).then_some((new, Standing::News));
    };
    let newer = old.at > at;
    if track.only_if_firing && (old.status != Status::Firing || newer) {
        return None;
    }
    let changes = if old.window == window { old.changes.saturating_add(1) } else { 1 };
    let standing = match (old.status, status) {
        _ if changes > track.most => Standing::Restless(changes),
        (Status::Resolved, Status::Firing) if newer => Standing::Over(old.at),
        (Status::Firing, Status::Resolved) if newer => Standing::Stale,
        _ => Standing::News,
    };
    // An older state never overrides a newer one.
    let (status, at) = if newer { (old.status, old.at) } else { (status, at) };
    Some((Fire { status, at, window, changes }, standing))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
    }

    fn track(status: Status, minute: i64) -> Track {
        let identity = alert::Identity { source: "test", drill: false, account: None, region: None };
        let fingerprint = identity.fingerprint(&["a"]);
        let window = start_of_window(at(minute), WINDOW);
        Track { fingerprint, status, at: at(minute), window, most: CHANGES, only_if_firing: false }
    }

    fn play(tracks: &[Track]) -> (Option<Fire>, Vec<Option<Standing>>) {
        let mut fire = None;
        let standings = tracks.iter().map(|track| {
            let (new, standing) = judge(fire.as_ref(), track)?;
            fire = Some(new);
            Some(standing)
        });
        let standings = standings.collect();
        (fire, standings)
    }

    #[test]
    fn what_burns_and_goes_out_in_order_is_news_each_time() {
        let (fire, told) = play(&[track(Status::Firing, 1), track(Status::Resolved, 2)]);
        assert_eq!(told, [Some(Standing::News); 2]);
        assert_eq!(fire.unwrap().status, Status::Resolved);
    }

    #[test]
    fn an_older_state_never_overrides_a_newer_one() {
        let (fire, told) = play(&[track(Status::Resolved, 5), track(Status::Firing, 1)]);
        assert_eq!(told[1], Some(Standing::Over(at(5))));
        assert_eq!(fire.as_ref().map(|fire| (fire.status, fire.at)), Some((Status::Resolved, at(5))));
        let (fire, told) = play(&[track(Status::Firing, 5), track(Status::Resolved, 1)]);
        assert_eq!(told[1], Some(Standing::Stale));
        assert_eq!(fire.unwrap().status, Status::Firing);
    }

    #[test]
    fn what_changes_too_often_in_an_hour_is_left_to_the_digest_and_told_again_in_the_next() {
        let flapping: Vec<_> = (0..8)
            .map(|minute| track(if minute % 2 == 0 { Status::Firing } else { Status::Resolved }, minute))
            .chain([track(Status::Firing, 120)])
            .collect();
        let (_, told) = play(&flapping);
        assert!(told[..6].iter().all(|told| *told == Some(Standing::News)), "{told:?}");
        assert_eq!(told[6..], [Some(Standing::Restless(7)), Some(Standing::Restless(8)), Some(Standing::News)]);
    }

    #[test]
    fn what_is_said_all_day_is_told_once_a_day_and_again_when_it_was_over_in_between() {
        let midnight = start_of_window(at(0), DAY);
        let daily = |hour: i64, status| {
            let now = midnight + SignedDuration::from_hours(hour);
            let alert = Alert { throttle: Throttle::Daily, status, time: Some(now), ..crate::testing::alert("a") };
            Track::of(&alert, now).unwrap()
        };
        let (news, again) = (Some(Standing::News), |count| Some(Standing::Restless(count)));
        let (_, told) = play(&[0, 6, 12, 24, 30].map(|hour| daily(hour, Status::Notice)));
        assert_eq!(told, [news, again(2), again(3), news, again(2)]);
        let (_, told) = play(&[
            daily(0, Status::Firing),
            daily(0, Status::Firing),
            daily(0, Status::Resolved),
            daily(0, Status::Firing),
            daily(1, Status::Firing),
        ]);
        assert_eq!(told, [news, again(2), news, news, again(2)]);
    }

    #[test]
    fn the_end_of_nothing_is_not_told_and_the_end_of_something_is() {
        let end = Track { only_if_firing: true, ..track(Status::Resolved, 3) };
        assert_eq!(judge(None, &end), None);
        let (_, told) = play(&[track(Status::Firing, 1), end.clone(), end]);
        assert_eq!(told, [Some(Standing::News), Some(Standing::News), None]);
    }
}
