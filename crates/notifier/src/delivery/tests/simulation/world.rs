//! The providers, and what really was on the phones.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use tokio::time::sleep;

use super::plan::{A, B, ChannelPlan, Does, Step};
use crate::clock;
use crate::error::{Failure, Kind};
use crate::provider::{Found, Letter, Provider, Recipient, Sent};
use crate::render::Mark;

/// A message that a provider has taken, whatever it said of it.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) channel: &'static str,
    /// Empty for a channel as a whole.
    pub(super) to: String,
    /// The digest of the alert's key.
    pub(super) reference: String,
    pub(super) mark: Mark,
    pub(super) at: Timestamp,
}

/// What the providers know.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) taken: Mutex<Vec<Taken>>,
    /// Alerts of which a channel has refused something for good.
    pub(super) refused: Mutex<HashSet<(&'static str, String)>>,
}

/// One provider, for all processes.
pub(super) struct SimProvider {
    plan: ChannelPlan,
    steps: Arc<Mutex<Vec<Step>>>,
    look_ups: Arc<Mutex<Vec<Does>>>,
    world: Arc<World>,
}

impl SimProvider {
    pub(super) fn new(plan: &ChannelPlan, world: &Arc<World>) -> Self {
        let (steps, look_ups) = (plan.steps.clone(), plan.look_ups.clone());
        Self {
            plan: plan.clone(),
            steps: Arc::new(Mutex::new(steps)),
            look_ups: Arc::new(Mutex::new(look_ups)),
            world: world.clone(),
        }
    }

    /// The same provider, reached from another process.
    pub(super) fn again(&self) -> Self {
        Self {
            plan: self.plan.clone(),
            steps: self.steps.clone(),
            look_ups: self.look_ups.clone(),
            world: self.world.clone(),
        }
    }

    fn take(&self, letter: &Letter<'_>, but: Option<&str>) {
        let mut taken = self.world.taken.lock().unwrap();
        for to in letter.to.iter().filter(|to| but != Some(to.reveal())) {
            taken.push(Taken {
                channel: self.plan.name,
                to: to.reveal().to_owned(),
                reference: letter.reference.to_owned(),
                mark: letter.mark,
                at: clock::now(),
            });
        }
    }

    fn refuse(&self, letter: &Letter<'_>, kind: Kind) {
        if matches!(kind, Kind::Rejected | Kind::Unauthorized) {
            self.world.refused.lock().unwrap().insert((self.plan.name, letter.reference.to_owned()));
        }
    }
}

impl fmt::Debug for SimProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.plan.name)
    }
}

fn next<T>(script: &Mutex<Vec<T>>) -> Option<T> {
    let mut script = script.lock().unwrap();
    if script.is_empty() { None } else { Some(script.remove(0)) }
}

#[async_trait]
impl Provider for SimProvider {
    fn recipients(&self) -> Vec<Recipient> {
        if self.plan.paid { [A, B].map(Recipient::number).into() } else { vec![Recipient::channel()] }
    }

    fn is_paid(&self) -> bool {
        self.plan.paid
    }

    fn secrets(&self) -> Vec<&SecretString> {
        Vec::new()
    }

    async fn send(&self, letter: &Letter<'_>) -> Result<Sent, Failure> {
        let quick = Step { connects: Duration::ZERO, does: Does::Accept, answers: Duration::from_millis(20) };
        let Step { connects, does, answers } = next(&self.steps).unwrap_or(quick);
        sleep(connects).await;
        let sent = |but: Option<(&str, Kind)>| {
            let result = |to: &Recipient| match but {
                Some((number, kind)) if number == to.reveal() => (to.clone(), Err(Failure::new(kind, "as planned"))),
                _ => (to.clone(), Ok(Some("id".to_owned()))),
            };
            Sent { provider_id: None, recipients: letter.to.iter().map(result).collect(), note: None }
        };
        match does {
            Does::Accept | Does::TakeAndLose | Does::Hang { takes: true } => self.take(letter, None),
            Does::RefuseOne(number, _) => self.take(letter, Some(number)),
            Does::Fail(_) | Does::Hang { takes: false } => {}
        }
        if matches!(does, Does::Hang { .. }) {
            std::future::pending::<()>().await;
        }
        sleep(answers).await;
        match does {
            Does::Fail(kind) => {
                self.refuse(letter, kind);
                Err(Failure::new(kind, "as planned"))
            }
            Does::TakeAndLose | Does::Hang { .. } => Err(Failure::new(Kind::Uncertain, "the answer was lost")),
            Does::RefuseOne(number, kind) => {
                self.refuse(letter, kind);
                Ok(sent(Some((number, kind))))
            }
            Does::Accept => Ok(sent(None)),
        }
    }

    async fn look_up(&self, letter: &Letter<'_>) -> Option<Result<Vec<Found>, Failure>> {
        if !self.plan.paid {
            return None;
        }
        sleep(Duration::from_millis(30)).await;
        match next(&self.look_ups) {
            None => {}
            Some(Does::Hang { .. }) => std::future::pending().await,
            Some(_) => return Some(Err(Failure::new(Kind::Unavailable, "as planned"))),
        }
        let taken = self.world.taken.lock().unwrap();
        let has = |to: &Recipient| {
            taken.iter().any(|taken| {
                taken.channel == self.plan.name
                    && taken.to == to.reveal()
                    && taken.reference == letter.reference
                    && taken.at + self.plan.lag <= clock::now()
            })
        };
        Some(Ok(letter.to.iter().filter(|to| has(to)).map(|to| (to.clone(), None)).collect()))
    }
}
