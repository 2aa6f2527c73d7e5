//! Which provider a request is for, and what each of them does.

use crate::http::{Incoming, Reply};
use crate::server::House;
use crate::{Channel, FaultKind, Message, Outcome, State, nhn, sns, solapi, telegram};

/// What an emulator says to a request: the answer, and what of it was accepted.
pub(crate) struct Verdict {
    pub(crate) reply: Reply,
    pub(crate) accepted: Vec<Message>,
    /// The rule that refused it, wholly or in part.
    pub(crate) rule: Option<String>,
}

impl Verdict {
    /// Nothing was accepted.
    pub(crate) fn refused(reply: Reply, rule: impl Into<String>) -> Self {
        Self { reply, accepted: Vec::new(), rule: Some(rule.into()) }
    }

    /// A look-up.
    pub(crate) fn answered(reply: Reply) -> Self {
        Self { reply, accepted: Vec::new(), rule: None }
    }

    /// Accepted as it was, but the carrier will fail it.
    pub(crate) fn doomed(mut self) -> Self {
        self.accepted.iter_mut().for_each(|message| message.fate = State::Failed);
        self
    }

    /// What became of the request.
    pub(crate) fn outcome(&self) -> Outcome {
        match (&self.rule, self.accepted.is_empty()) {
            (None, true) => Outcome::Answered,
            (None, false) => Outcome::Accepted,
            (Some(_), true) => Outcome::Refused,
            (Some(_), false) => Outcome::Partial,
        }
    }
}

/// Whom a request is for; the providers' paths have nothing in common.
pub(crate) fn channel(request: &Incoming) -> Option<Channel> {
    match request.path.first().map_or("", String::as_str) {
        "" => Some(Channel::SnsEmail),
        "sms" => Some(Channel::NhnSms),
        "messages" | "cash" | "pricing" | "senderid" => Some(Channel::Solapi),
        bot if bot.starts_with("bot") => Some(Channel::Telegram),
        _ => None,
    }
}

/// Whether a request sends, and not only looks something up.
pub(crate) fn sends(channel: Channel, request: &Incoming) -> bool {
    match channel {
        Channel::Telegram => telegram::sends(request),
        Channel::NhnSms => nhn::sends(request),
        Channel::Solapi => solapi::sends(request),
        Channel::SnsEmail => sns::sends(request),
    }
}

/// What the provider says to a request when all is well.
pub(crate) fn answer(channel: Channel, house: &House, request: &Incoming) -> Verdict {
    match channel {
        Channel::Telegram => telegram::answer(house, request),
        Channel::NhnSms => nhn::answer(house, request),
        Channel::Solapi => solapi::answer(house, request),
        Channel::SnsEmail => sns::answer(house, request),
    }
}

/// What the provider says when it fails.
pub(crate) fn fault(channel: Channel, kind: FaultKind) -> Reply {
    match channel {
        Channel::Telegram => telegram::fault(kind),
        Channel::NhnSms => nhn::fault(kind),
        Channel::Solapi => solapi::fault(kind),
        Channel::SnsEmail => sns::fault(kind),
    }
}

/// The path without Telegram's token and NHN's appKey.
pub(crate) fn public_path(channel: Channel, path: &[String]) -> String {
    let hidden = match channel {
        Channel::Telegram => Some((0, "bot…")),
        Channel::NhnSms => Some((3, "…")),
        Channel::Solapi | Channel::SnsEmail => None,
    };
    let shown = path.iter().enumerate().map(|(at, part)| match hidden {
        Some((place, mask)) if place == at => mask,
        _ => part,
    });
    format!("/{}", shown.collect::<Vec<_>>().join("/"))
}
