//! SMS: one segment of at most 90 bytes of EUC-KR (<https://docs.nhncloud.com/en/Notification/SMS/en/api-guide/>).

use alert::{Severity, Status};

use super::document::{Document, Moment, Value};
use super::{Mark, euckr};

const LIMIT: usize = 90;
const SEPARATOR: &str = ", ";
/// Shorter than these a value says nothing: 12 are an account id, 15 an IPv4 address.
const LEAST_ACCOUNT: usize = 12;
const LEAST_NAME: usize = 16;
const LEAST_FACT: usize = 15;

/// The text of a message: at most 90 bytes of strict EUC-KR, one line.
///
/// The title and the short id always stand whole. What else there is gets its least room in the order of importance;
/// then the short ones grow first, so that one endless name does not starve the others, and the day comes last.
pub fn sms(doc: &Document, mark: Mark) -> String {
    let id = format!(" {}", doc.id);
    // Nothing is urgent in a drill, and its mark needs the room.
    let urgent = doc.severity == Severity::Critical && doc.status != Status::Resolved;
    let headline = if doc.drill && urgent { doc.say(doc.title).to_owned() } else { doc.headline() };
    let room = LIMIT - euckr::bytes(&id);
    let marks = doc.marks_that(|marks| euckr::bytes(&format!("{marks}{headline}")) <= room, mark, doc.language);
    let title = euckr::shorten(&(marks + &headline), room);
    let room = LIMIT.saturating_sub(euckr::bytes(&title) + euckr::bytes(&id));
    let told = share(pieces(doc), room);
    let told: Vec<String> = told.iter().map(Piece::told).collect();
    let colon = if told.is_empty() { "" } else { ": " };
    format!("{title}{colon}{}{id}", told.join(SEPARATOR))
}

/// Something that is told if there is room.
struct Piece {
    text: String,
    /// Said where the whole has no room; a cut value where there is none.
    short: Option<String>,
    /// Bytes below which it is left out.
    least: usize,
    /// Bytes that it gets.
    given: usize,
    /// The greatest is left out first.
    rank: usize,
    is_time: bool,
}

impl Piece {
    fn new(text: &str, least: usize, rank: usize) -> Option<Self> {
        let text = euckr::line(text);
        let least = least.min(euckr::bytes(&text));
        (!text.is_empty()).then_some(Self { text, short: None, least, given: 0, rank, is_time: false })
    }

    /// A fact. Several names are named or counted, and none is cut.
    fn fact(value: &Value, rank: usize) -> Option<Self> {
        let piece = Self::new(value.brief(), LEAST_FACT, rank)?;
        let Value::Names { short, .. } = value else { return Some(piece) };
        let short = euckr::line(short);
        let least = euckr::bytes(&short).min(piece.whole());
        Some(Self { short: Some(short), least, ..piece })
    }

    /// Day and hour, or the hour alone.
    fn time(time: &Moment, rank: usize) -> Self {
        let (text, short) = (time.brief.clone(), time.clock.clone());
        Self { least: short.len(), text, short: Some(short), given: 0, rank, is_time: true }
    }

    fn whole(&self) -> usize {
        euckr::bytes(&self.text)
    }

    fn told(&self) -> String {
        match &self.short {
            Some(short) if self.given < self.whole() => short.clone(),
            _ => euckr::abridge(&self.text, self.given),
        }
    }
}

/// In the order of the text: where, to what, what is known, when.
fn pieces(doc: &Document) -> Vec<Piece> {
    let account = doc.account.as_ref().and_then(|account| Piece::new(account.brief(), LEAST_ACCOUNT, 0));
    let name = doc.name.as_ref().and_then(|name| Piece::new(resource(name), LEAST_NAME, 1));
    let time = doc.time.as_ref().map(|time| Piece::time(time, 3));
    let facts = doc.facts.iter().filter(|fact| fact.brief).enumerate().filter_map(|(at, fact)| {
        // Only the first one is worth more than the time.
        Piece::fact(&fact.value, if at == 0 { 2 } else { 3 + at })
    });
    account.into_iter().chain(name).chain(facts).chain(time).collect()
}

/// What an ARN names, without the account and the Region before it
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>); any other name as it is.
fn resource(name: &str) -> &str {
    let named = name.strip_prefix("arn:").and_then(|rest| rest.splitn(5, ':').nth(4));
    named.filter(|named| !named.is_empty()).unwrap_or(name)
}

/// Gives each piece its bytes, and leaves out what has no room. The order stays.
fn share(mut pieces: Vec<Piece>, room: usize) -> Vec<Piece> {
    let mut left = room;
    let mut by_rank: Vec<&mut Piece> = pieces.iter_mut().collect();
    by_rank.sort_by_key(|piece| piece.rank);
    for piece in by_rank {
        let cost = piece.least + SEPARATOR.len();
        if cost <= left {
            piece.given = piece.least;
            left -= cost;
        }
    }
    let mut by_length: Vec<&mut Piece> = pieces.iter_mut().filter(|piece| piece.given > 0).collect();
    by_length.sort_by_key(|piece| (piece.is_time, piece.whole()));
    for piece in by_length {
        let missing = piece.whole() - piece.given;
        // What has a short form is not told in part.
        let more = if piece.short.is_some() && missing > left { 0 } else { left.min(missing) };
        piece.given += more;
        left -= more;
    }
    pieces.retain(|piece| piece.given > 0);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(names: &[(&str, usize, usize)], room: usize) -> Vec<String> {
        let pieces = names.iter().filter_map(|(text, least, rank)| Piece::new(text, *least, *rank)).collect();
        share(pieces, room).iter().map(Piece::told).collect()
    }

    #[test]
    fn an_endless_name_leaves_room_for_the_others() {
        let endless = "x".repeat(300);
        let pieces = [("prod", 12, 0), (endless.as_str(), 10, 1), ("203.0.113.5", 15, 2)];
        assert_eq!(told(&pieces, 40), ["prod", "xxxxxxxxx..xxxxxxxx", "203.0.113.5"].map(str::to_owned));
    }

    #[test]
    fn the_least_important_is_left_out_first_and_the_order_stays() {
        let pieces = [("account", 12, 0), ("first fact", 15, 2), ("second fact", 15, 4), ("01/02 12:04", 11, 3)];
        assert_eq!(told(&pieces, 90), ["account", "first fact", "second fact", "01/02 12:04"].map(str::to_owned));
        assert_eq!(told(&pieces, 40), ["account", "first fact", "01/02 12:04"].map(str::to_owned));
        assert_eq!(told(&pieces, 21), ["account", "first fact"].map(str::to_owned));
        assert!(told(&pieces, 8).is_empty());
    }

    #[test]
    fn an_hour_without_its_day_is_better_than_no_time() {
        let time = Moment { brief: "01/02 12:04".to_owned(), clock: "12:04".to_owned(), whole: String::new() };
        for (room, text) in [(13, Some("01/02 12:04")), (12, Some("12:04")), (7, Some("12:04")), (6, None)] {
            let told = share(vec![Piece::time(&time, 0)], room).first().map(Piece::told);
            assert_eq!(told.as_deref(), text, "{room}");
        }
    }

    #[test]
    fn of_an_arn_only_the_resource_is_told() {
        assert_eq!(resource("arn:aws:s3:::exports"), "exports");
        assert_eq!(resource("arn:aws:iam::111122223333:role/Admin"), "role/Admin");
        for other in ["prod-api-5xx", "arn:aws:s3", "arn:aws:s3:::"] {
            assert_eq!(resource(other), other);
        }
    }
}
