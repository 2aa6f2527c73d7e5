//! From when on: a length of time, a day, or a time of day.

use anyhow::bail;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Reads `24h`, `7d`, `2026-11-24` (as it begins in this zone), or a time of day, with an offset or in this zone.
///
/// # Errors
/// It is none of them.
pub(super) fn since(text: &str, now: Timestamp, zone: &TimeZone) -> anyhow::Result<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let day = text.parse::<DateTime>().ok().and_then(|time| time.to_zoned(zone.clone()).ok());
    let before = || now.checked_sub(length(text)?).ok();
    match day.map(|day| day.timestamp()).or_else(before) {
        Some(time) => Ok(time),
        None => {
            bail!("--since {text}: use a length such as 24h or 7d, a day such as 2026-11-24, or a time in RFC 3339")
        }
    }
}

/// `90m`, `24h`, `7d`, `2w`
fn length(text: &str) -> Option<SignedDuration> {
    let (number, hours) = [("d", 24), ("w", 24 * 7), ("h", 1)]
        .into_iter()
        .find_map(|(unit, hours)| Some((text.strip_suffix(unit)?, hours)))
        .or_else(|| Some((text.strip_suffix('m')?, 0)))?;
    let number: i32 = number.parse().ok().filter(|number| *number >= 0)?;
    let minutes = if hours == 0 { 1 } else { hours * 60 };
    Some(SignedDuration::from_mins(i64::from(number) * minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<String> {
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        since(text, now, &TimeZone::get("Asia/Seoul").unwrap()).map(|time| time.to_string())
    }

    #[test]
    fn a_length_is_counted_back_from_now() {
        assert_eq!(read("90m").unwrap(), "2026-11-24T10:30:00Z");
        assert_eq!(read("24h").unwrap(), "2026-11-23T12:00:00Z");
        assert_eq!(read("7d").unwrap(), "2026-11-17T12:00:00Z");
        assert_eq!(read("2w").unwrap(), "2026-11-10T12:00:00Z");
    }

    #[test]
    fn a_day_and_a_time_without_an_offset_are_those_of_the_configured_zone() {
        assert_eq!(read("2026-11-24").unwrap(), "2026-11-23T15:00:00Z");
        assert_eq!(read("2026-11-24T09:30").unwrap(), "2026-11-24T00:30:00Z");
    }

    #[test]
    fn a_time_with_an_offset_is_that_time() {
        assert_eq!(read("2026-11-24T09:00:00Z").unwrap(), "2026-11-24T09:00:00Z");
        assert_eq!(read("2026-11-24T09:00:00+09:00").unwrap(), "2026-11-24T00:00:00Z");
    }

    #[test]
    fn anything_else_is_refused_with_what_to_write() {
        for text in ["", "yesterday", "7", "-7d", "d", "1.5h", "99999999999d", "2147483647w", "2026-13-01", "7d;"] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("24h") && error.contains(text), "{error}");
        }
    }
}
