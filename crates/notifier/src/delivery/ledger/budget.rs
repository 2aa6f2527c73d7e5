//! How many alerts a channel is sent in a while, so that a storm buries nobody's phone and pays nobody's bill.

use alert::{Alert, Severity, Status, Throttle};
use jiff::{SignedDuration, Timestamp};

/// How many alerts of each class a channel is sent in each while; a digest tells the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The while.
    pub per: SignedDuration,
    /// The most of it.
    pub count: u32,
}

/// What has a budget of its own: noise cannot use up what is critical, and neither can drills, which anybody in the
/// account can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Critical, and burning or only said.
    Critical,
    /// A drill, however critical.
    Drill,
    /// Everything else.
    Normal,
}

impl Class {
    /// The class of an alert; `None` for what is never held back.
    pub fn of(alert: &Alert) -> Option<Self> {
        Some(match (alert.drill, alert.throttle, alert.severity, alert.status) {
            (true, ..) => Self::Drill,
            (_, Throttle::Never, ..) => return None,
            (_, _, Severity::Critical, Status::Firing | Status::Notice) => Self::Critical,
            _ => Self::Normal,
        })
    }

    /// A name for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Drill => "drill",
            Self::Normal => "normal",
        }
    }
}

/// The budget of a channel for one class in one while.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Budget {
    /// The channel's name.
    pub channel: String,
    /// The class.
    pub class: Class,
    /// When the while began.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

impl Budget {
    /// The budget that an alert of this class takes from now.
    pub fn of(channel: &str, class: Class, limit: Limit, now: Timestamp) -> Self {
        let from = start_of_window(now, limit.per);
        Self { channel: channel.to_owned(), class, from, until: from.saturating_add(limit.per).unwrap_or(now) }
    }
}

/// The start of the window of this length that a moment lies in; windows are counted from 1970.
pub(in crate::delivery) fn start_of_window(now: Timestamp, length: SignedDuration) -> Timestamp {
    let length = length.as_secs().max(1);
    Timestamp::from_second(now.as_second().div_euclid(length) * length).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::alert;

    #[test]
    fn a_drill_takes_from_its_own_budget_whatever_it_plays() {
        let real = Alert { throttle: Throttle::Count, ..alert("a") };
        assert_eq!(Class::of(&real), Some(Class::Critical));
        assert_eq!(Class::of(&Alert { drill: true, ..real.clone() }), Some(Class::Drill));
        assert_eq!(Class::of(&Alert { drill: true, throttle: Throttle::Never, ..real.clone() }), Some(Class::Drill));
        assert_eq!(Class::of(&Alert { throttle: Throttle::Never, ..real.clone() }), None);
        assert_eq!(Class::of(&Alert { status: Status::Resolved, ..real.clone() }), Some(Class::Normal));
        assert_eq!(Class::of(&Alert { severity: Severity::High, ..real }), Some(Class::Normal));
    }

    #[test]
    fn windows_follow_each_other_without_a_gap() {
        let limit = Limit { per: SignedDuration::from_mins(5), count: 1 };
        let budget = |second| Budget::of("tg", Class::Normal, limit, Timestamp::from_second(second).unwrap());
        assert_eq!(budget(0), budget(299));
        assert_eq!(budget(299).until, budget(300).from);
    }
}
