//! Conditions that rules share, and how they are joined. `None` is what the event does not say.

use alert::Policy;
use serde_json::Value;

use super::call::{Call, words};

/// Whenever it is done.
#[expect(clippy::unnecessary_wraps, reason = "a condition like the others")]
pub(super) fn always(_: &Call<'_>, _: &Policy) -> Option<bool> {
    Some(true)
}

/// Where people or their programs did it, not an AWS service for them.
#[expect(clippy::unnecessary_wraps, reason = "a condition like the others")]
pub(super) fn by_people(call: &Call<'_>, _: &Policy) -> Option<bool> {
    Some(call.by_service().is_none())
}

/// Where the root user did it.
pub(super) fn by_root(call: &Call<'_>, _: &Policy) -> Option<bool> {
    call.by_root()
}

/// Where the root user itself did it, not an AWS service in its name.
pub(super) fn by_root_itself(call: &Call<'_>, policy: &Policy) -> Option<bool> {
    and([by_people(call, policy), call.by_root()])
}

/// One that is not met decides, then one that the event does not tell.
pub(super) fn and(conditions: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    or(conditions.into_iter().map(not)).map(|met| !met)
}

/// One that is met decides, then one that the event does not tell. Of none at all the event tells nothing.
pub(super) fn or(conditions: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    conditions.into_iter().reduce(|one, another| match (one, another) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (None, _) | (_, None) => None,
        _ => Some(false),
    })?
}

/// The opposite.
pub(super) fn not(condition: Option<bool>) -> Option<bool> {
    condition.map(|met| !met)
}

/// Whether any of the strings at these places fits; `None` where there is no string.
pub(super) fn any_word(call: &Call<'_>, pointers: &[&str], fits: impl Fn(&str) -> bool) -> Option<bool> {
    let values = pointers.iter().filter_map(|pointer| call.detail.pointer(pointer));
    let found: Vec<_> = values.flat_map(words).collect();
    (!found.is_empty()).then(|| found.into_iter().any(fits))
}

/// Whether a value is this string; `None` where it is none.
pub(super) fn is_word(value: Option<&Value>, word: &str) -> Option<bool> {
    let found = words(value?);
    (!found.is_empty()).then(|| found.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_event_does_not_say_is_neither_met_nor_not() {
        assert_eq!(and([Some(true), None]), None);
        assert_eq!(and([None, Some(false)]), Some(false));
        assert_eq!(or([Some(false), None]), None);
        assert_eq!(or([None, Some(true)]), Some(true));
        assert_eq!((or([]), and([])), (None, None));
    }
}
