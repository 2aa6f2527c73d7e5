use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{Channel, FaultKind};

/// A message that a provider accepted, for one recipient.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// The provider that accepted it.
    pub channel: Channel,
    /// When it was accepted.
    pub at: Timestamp,
    /// The play that it belongs to: the number in the address that it was sent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub play: Option<u64>,
    /// What sort of message the phone shows: `message`, `sms`, `lms`, `ata`, `email`.
    pub kind: &'static str,
    /// Chat id, phone number or topic ARN, as the sender wrote it.
    pub to: String,
    /// The number that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Title of an LMS, subject of an email.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What the reader sees, without markup.
    pub text: String,
    /// Telegram's `parse_mode`, where the text came with markup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parse_mode: Option<String>,
    /// What Telegram makes of the markup, as `MessageEntity` objects: <https://core.telegram.org/bots/api#messageentity>.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Value>,
    /// Length of the text in EUC-KR, for phones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<usize>,
    /// What the provider calls it.
    pub provider_id: String,
    /// How far a text has come to the phone; of other messages nobody tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// What the carrier makes of a text in the end.
    #[serde(skip)]
    pub(crate) fate: State,
    /// The request, decoded; a form as an object of strings. It holds no secret.
    pub request: Value,
    /// The part of the request or the answer that is this recipient's, for look-ups.
    #[serde(skip)]
    pub(crate) part: Value,
}

impl Message {
    /// Lets the carrier finish a text. Each question about one text does so, after its answer: the first always finds it
    /// on its way, the next what became of it. So nothing depends on the clock, and no test has to wait.
    pub(crate) fn move_on(&mut self) {
        self.state = self.state.map(|_| self.fate);
    }
}

/// How far a text has come. Accepted is not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The carrier has it.
    Pending,
    /// The phone shows it.
    Delivered,
    /// The carrier could not deliver it: the phone is switched off.
    Failed,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A send that was accepted whole.
    Accepted,
    /// A send that was accepted for some recipients.
    Partial,
    /// A request that was refused, for its own faults or by a fault that was asked for.
    Refused,
    /// A look-up that was answered.
    Answered,
}

/// A request, accepted or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// When it arrived.
    pub at: Timestamp,
    /// The play that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub play: Option<u64>,
    /// Whom it was for; nobody, where the path is none that a provider has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// `POST /bot…/sendMessage`, without the secrets of the path.
    pub what: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The fault that hit it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultKind>,
    /// The rule that refused it, wholly or in part, with the page that states the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// Everything that arrived.
#[derive(Default)]
pub(crate) struct Journal {
    pub(crate) messages: Vec<Message>,
    pub(crate) requests: Vec<Request>,
    /// SOLAPI's signatures that were used, with the date that they carry.
    pub(crate) signatures: Vec<(String, Timestamp)>,
    /// How often everything was forgotten.
    pub(crate) cleared: u64,
    count: u64,
}

impl Journal {
    /// A number that no other message has, counted from 1.
    pub(crate) fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// Forgets messages and requests; numbers and signatures go on, as they would with a real provider.
    pub(crate) fn clear(&mut self) {
        self.messages.clear();
        self.requests.clear();
        self.cleared += 1;
    }

    /// The accepted messages of one channel.
    pub(crate) fn of(&self, channel: Channel) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter().filter(move |message| message.channel == channel)
    }
}
