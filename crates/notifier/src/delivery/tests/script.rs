use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;

use jiff::Timestamp;

use super::super::*;
use crate::config::{Config, Variables};
use crate::error::{Failure, Kind};
use crate::provider::{Found, Letter, Provider, Receipt, Recipient, Sent};
use crate::render::Mark;

/// What a provider does with one attempt.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Accept,
    Fail(Kind),
    /// Takes the message and says nothing.
    Hang,
    /// Accepts after a while.
    Slow(Duration),
    /// Accepts all but these numbers.
    Each(Vec<(&'static str, Kind)>),
}

pub(super) fn accept() -> Step {
    Step::Accept
}

pub(super) fn fail(kind: Kind) -> Step {
    Step::Fail(kind)
}

/// What a provider says when it is asked whether a message is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    /// It cannot be asked.
    None,
    Found,
    Absent,
    /// It does not answer.
    Silent,
}

/// An attempt as the provider saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) channel: String,
    pub(super) to: Vec<String>,
    pub(super) mark: Mark,
    /// It is told as over already.
    pub(super) over: bool,
    /// All of it.
    text: String,
    /// Names the alert.
    reference: String,
    /// The recipients that were told to be accepted: empty where the answer never came.
    pub(super) took: Vec<String>,
}

/// A provider that goes by a script, and accepts when it is at its end.
struct Scripted {
    name: String,
    steps: Mutex<Vec<Step>>,
    numbers: Vec<Recipient>,
    memory: Memory,
    receipt: Receipt,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[async_trait]
impl Provider for Scripted {
    fn recipients(&self) -> Vec<Recipient> {
        if self.numbers.is_empty() { vec![Recipient::channel()] } else { self.numbers.clone() }
    }

    fn is_paid(&self) -> bool {
        !self.numbers.is_empty()
    }

    fn secrets(&self) -> Vec<&SecretString> {
        Vec::new()
    }

    async fn send(&self, letter: &Letter<'_>) -> Result<Sent, Failure> {
        let to = letter.to.iter().map(|to| to.reveal().to_owned()).collect();
        let place = self.seen.lock().unwrap().len();
        self.seen.lock().unwrap().push(Seen {
            channel: self.name.clone(),
            to,
            mark: letter.mark,
            over: letter.document.is_over(),
            text: crate::render::telegram_plain(letter.document, letter.mark),
            reference: letter.reference.to_owned(),
            took: Vec::new(),
        });
        let step = {
            let mut steps = self.steps.lock().unwrap();
            if steps.is_empty() { Step::Accept } else { steps.remove(0) }
        };
        let id = || Some(format!("id-{}", self.name));
        let all = |refused: &[(&str, Kind)]| {
            let result = |to: &Recipient| match refused.iter().find(|(number, _)| *number == to.reveal()) {
                Some((_, kind)) => (to.clone(), Err(Failure::new(*kind, "as the script says"))),
                None => (to.clone(), Ok(id())),
            };
            Sent { provider_id: id(), recipients: letter.to.iter().map(result).collect(), note: None }
        };
        let sent = match step {
            Step::Accept => Ok(all(&[])),
            Step::Fail(kind) => Err(Failure::new(kind, "as the script says")),
            Step::Hang => std::future::pending().await,
            Step::Slow(time) => {
                tokio::time::sleep(time).await;
                Ok(all(&[]))
            }
            Step::Each(refused) => Ok(all(&refused)),
        }?;
        let took = sent.recipients.iter().filter(|(_, result)| result.is_ok()).map(|(to, _)| to.reveal().to_owned());
        self.seen.lock().unwrap()[place].took = took.collect();
        Ok(sent)
    }

    async fn receipt(&self, _: &Recipient, id: &str, _: Timestamp) -> Option<Result<Receipt, Failure>> {
        assert_eq!(id, format!("id-{}", self.name));
        Some(Ok(self.receipt.clone()))
    }

    async fn look_up(&self, letter: &Letter<'_>) -> Option<Result<Vec<Found>, Failure>> {
        match self.memory {
            Memory::None => None,
            Memory::Found => Some(Ok(letter.to.iter().map(|to| (to.clone(), Some("found".to_owned()))).collect())),
            Memory::Absent => Some(Ok(Vec::new())),
            Memory::Silent => std::future::pending().await,
        }
    }
}

/// Channels, their scripts, and what they saw.
#[derive(Default)]
pub(super) struct Stage {
    names: Vec<String>,
    channels: Mutex<Vec<Channel>>,
    routes: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    ledger: Option<Arc<dyn Ledger>>,
    /// The alerts that were to be delivered, by their digests: notices are not among them.
    asked: Mutex<Vec<String>>,
    notifier: std::sync::OnceLock<Notifier>,
}

impl Stage {
    /// Free channels of one recipient each.
    pub(super) fn of<const N: usize>(channels: [(&str, Vec<Step>); N]) -> Self {
        let stage = Self::default();
        channels.into_iter().fold(stage, |stage, (name, steps)| stage.with(name, &[], Memory::None, steps))
    }

    /// A paid channel that cannot be asked what it has.
    pub(super) fn with_paid(self, name: &str, numbers: &[&str], steps: Vec<Step>) -> Self {
        self.with(name, numbers, Memory::None, steps)
    }

    pub(super) fn with(self, name: &str, numbers: &[&str], memory: Memory, steps: Vec<Step>) -> Self {
        self.with_receipts(name, numbers, memory, steps, Receipt::Delivered)
    }

    /// A channel that knows what became of what it took.
    pub(super) fn with_receipts(
        mut self,
        name: &str,
        numbers: &[&str],
        memory: Memory,
        steps: Vec<Step>,
        receipt: Receipt,
    ) -> Self {
        let numbers: Vec<_> = numbers.iter().map(|number| Recipient::number(*number)).collect();
        let (steps, seen) = (Mutex::new(steps), self.seen.clone());
        let numbers_are_free = numbers.is_empty();
        let provider = Scripted { name: name.to_owned(), steps, numbers, memory, receipt, seen };
        self.names.push(name.to_owned());
        let limit = Limit { per: SignedDuration::from_hours(1), count: 10_000 };
        self.channels.get_mut().unwrap().push(Channel::new(name, numbers_are_free, limit, Box::new(provider)));
        self
    }

    /// The same for the channel that was added last.
    pub(super) fn limited(mut self, count: u32) -> Self {
        self.channels.get_mut().unwrap().last_mut().unwrap().limit.count = count;
        self
    }

    /// `notify` of the only route.
    pub(super) fn notifying(mut self, notify: &str) -> Self {
        self.routes = format!("[[routes]]\nnotify = {notify}\n");
        self
    }

    pub(super) fn with_ledger(mut self, ledger: impl Ledger + 'static) -> Self {
        self.ledger = Some(Arc::new(ledger));
        self
    }

    pub(super) async fn deliver(&self, alerts: &[Alert], time: Duration) -> Report {
        self.deliver_with(alerts, time, &NoRenewal).await
    }

    /// The same with somebody who has newer settings.
    pub(super) async fn deliver_with(&self, alerts: &[Alert], time: Duration, renewal: &dyn Renewal) -> Report {
        self.invoke(alerts, Invocation { renewal, ..Invocation::until(clock::instant() + time) }).await
    }

    pub(super) async fn invoke(&self, alerts: &[Alert], invocation: Invocation<'_>) -> Report {
        self.asked.lock().unwrap().extend(alerts.iter().map(|alert| alert.key.digest().to_owned()));
        self.notifier().deliver(alerts, invocation).await
    }

    /// A channel of another stage, as one that has other settings.
    pub(super) fn take_channel(&self) -> Channel {
        self.channels.lock().unwrap().remove(0)
    }

    /// What all channels saw of the alerts, in order; notices are left out.
    pub(super) fn seen(&self) -> Vec<Seen> {
        let asked = self.asked.lock().unwrap();
        self.seen.lock().unwrap().iter().filter(|seen| asked.contains(&seen.reference)).cloned().collect()
    }

    /// Tells what was held back.
    pub(super) async fn digest(&self) -> Report {
        let invocation = Invocation::until(clock::instant() + Duration::from_secs(28));
        self.notifier().digest("us-east-1", invocation).await.unwrap()
    }

    /// The digests that a channel took.
    pub(super) fn digests(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let seen = self.seen.lock().unwrap();
        let digests = seen.iter().filter(|seen| !asked.contains(&seen.reference) && !seen.took.is_empty());
        digests.map(|seen| seen.text.clone()).collect()
    }

    /// How often a channel was asked to send an alert.
    pub(super) fn attempts(&self, channel: &str) -> usize {
        self.seen().iter().filter(|seen| seen.channel == channel).count()
    }

    pub(super) fn notifier(&self) -> &Notifier {
        self.notifier.get_or_init(|| {
            let table =
                |name: &String| format!("[channels.{name}]\ntype = \"telegram\"\ntoken = \"t\"\nchat_id = \"1\"\n");
            let text: String = self.names.iter().map(table).chain([self.routes.clone()]).collect();
            let config = Config::parse(&text, &Variables::default()).unwrap();
            let ledger = self.ledger.clone().unwrap_or_else(|| Arc::new(MemoryLedger::default().with_digests()));
            Notifier::with_channels(config, std::mem::take(&mut self.channels.lock().unwrap()), ledger)
        })
    }
}

/// A ledger that says what it was asked how often.
pub(super) struct Counting {
    memory: MemoryLedger,
    calls: Arc<Mutex<BTreeMap<&'static str, usize>>>,
}

impl Counting {
    /// The ledger, and the counts.
    pub(super) fn new() -> (Self, impl Fn() -> BTreeMap<&'static str, usize>) {
        let calls = Arc::<Mutex<BTreeMap<_, _>>>::default();
        let ledger = Self { memory: MemoryLedger::new(100_000), calls: calls.clone() };
        (ledger, move || calls.lock().unwrap().clone())
    }

    fn asked(&self, call: &'static str) -> &MemoryLedger {
        *self.calls.lock().unwrap().entry(call).or_default() += 1;
        &self.memory
    }
}

#[async_trait]
impl Ledger for Counting {
    async fn begin(&self, claim: &Claim) -> Result<Begun, LedgerError> {
        self.asked("begin").begin(claim).await
    }

    async fn take_over(&self, claim: &Claim, seen: &Record) -> Result<Option<Record>, LedgerError> {
        self.asked("take_over").take_over(claim, seen).await
    }

    async fn read(&self, key: &AlertKey) -> Result<Option<Record>, LedgerError> {
        self.asked("read").read(key).await
    }

    async fn fire(&self, track: &Track) -> Result<Option<Fire>, LedgerError> {
        self.asked("fire").fire(track).await
    }

    async fn finish(&self, finished: &Finished) -> Result<(), LedgerError> {
        self.asked("finish").finish(finished).await
    }

    async fn count(&self, budget: &Budget) -> Result<u32, LedgerError> {
        self.asked("count").count(budget).await
    }

    async fn suppressed(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Record>, LedgerError> {
        self.asked("suppressed").suppressed(from, until).await
    }
}

/// A ledger that is down.
pub(super) struct BrokenLedger;

/// A ledger that does not answer.
pub(super) struct SilentLedger;

fn broken<T>() -> Result<T, LedgerError> {
    Err(LedgerError("as the script says".to_owned()))
}

macro_rules! ledger_that {
    ($ledger:ty: $answer:expr) => {
        #[async_trait]
        impl Ledger for $ledger {
            async fn begin(&self, _: &Claim) -> Result<Begun, LedgerError> {
                $answer
            }
            async fn take_over(&self, _: &Claim, _: &Record) -> Result<Option<Record>, LedgerError> {
                $answer
            }
            async fn read(&self, _: &AlertKey) -> Result<Option<Record>, LedgerError> {
                $answer
            }
            async fn fire(&self, _: &Track) -> Result<Option<Fire>, LedgerError> {
                $answer
            }
            async fn finish(&self, _: &Finished) -> Result<(), LedgerError> {
                $answer
            }
            async fn count(&self, _: &Budget) -> Result<u32, LedgerError> {
                $answer
            }
            async fn suppressed(&self, _: Timestamp, _: Timestamp) -> Result<Vec<Record>, LedgerError> {
                $answer
            }
        }
    };
}

ledger_that!(BrokenLedger: broken());
ledger_that!(SilentLedger: std::future::pending().await);
