//! The platform: starts invocations, kills and freezes them, and asks again until nothing is owed.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Sleep, sleep};

use jiff::Timestamp;

use super::super::*;
use super::ledger::{Shared, SimLedger};
use super::plan::{Blow, Chain, Plan};
use super::world::{SimProvider, World};

/// AWS asks again after one minute and two more, then `redeliver` does, less and less often.
const PAUSES: [u64; 8] = [60, 120, 30, 60, 120, 240, 480, 900];
/// More invocations than any plan can spoil.
const MOST: usize = 60;
/// When the ledger works again.
const MENDED: Duration = Duration::from_mins(10);

/// How a schedule ended.
pub(super) struct Ended {
    pub(super) world: Arc<World>,
    pub(super) ledger: Arc<SimLedger>,
    pub(super) records: HashMap<AlertKey, Record>,
    pub(super) invocations: Vec<Invoked>,
    /// Chains of which something is owed still.
    pub(super) owed: Vec<Chain>,
}

/// One invocation that was not killed.
pub(super) struct Invoked {
    pub(super) report: Report,
    /// How long it took, beyond its time.
    pub(super) overtime: Duration,
    pub(super) frozen: bool,
    started: Timestamp,
    ended: Timestamp,
}

impl Ended {
    /// What happened, for whoever looks into a fault.
    pub(super) fn story(&self) -> String {
        let mut story: Vec<_> =
            self.world.taken.lock().unwrap().iter().map(|taken| format!("taken   {taken:?}")).collect();
        for Invoked { report, started, ended, .. } in &self.invocations {
            for alert in &report.alerts {
                let channels: Vec<_> =
                    alert.deliveries.iter().map(|it| (&it.channel, it.outcome, it.attempts)).collect();
                let (key, owed, unguarded) = (alert.key.digest(), alert.owed, alert.unguarded);
                story.push(format!(
                    "report  {started:?}..{ended:?} {key} owed {owed} unguarded {unguarded} {channels:?}"
                ));
            }
        }
        story.extend(self.records.values().map(|record| format!("record  {record:?}")));
        story.join("\n")
    }
}

pub(super) async fn play(plan: &Plan) -> Ended {
    let world = Arc::new(World::default());
    let ledger = SimLedger::new(plan.seed, plan.ledger_faults, clock::instant() + MENDED);
    let providers: Vec<_> = plan.channels.iter().map(|channel| SimProvider::new(channel, &world)).collect();
    let chains = join_all(plan.chains.iter().map(|chain| run(plan, chain, &providers, &ledger))).await;
    let mut records = HashMap::new();
    for alert in &plan.alerts {
        records.extend(ledger.memory.read(&alert.key).await.unwrap().map(|record| (alert.key.clone(), record)));
    }
    let mut ended = Ended { world, ledger, records, invocations: Vec::new(), owed: Vec::new() };
    for (chain, (invocations, done)) in plan.chains.iter().zip(chains) {
        ended.invocations.extend(invocations);
        if !done {
            ended.owed.push(chain.clone());
        }
    }
    ended
}

async fn run(plan: &Plan, chain: &Chain, providers: &[SimProvider], ledger: &Arc<SimLedger>) -> (Vec<Invoked>, bool) {
    sleep(chain.start).await;
    let alerts: Vec<_> = chain.alerts.iter().map(|place| plan.alerts[*place].clone()).collect();
    let mut invoked = Vec::new();
    let mut process = process(plan, providers, ledger);
    for turn in 0..MOST {
        if chain.fresh {
            process = self::process(plan, providers, ledger);
        }
        let blow = chain.blows.get(turn).copied().flatten();
        let (started, at) = (clock::instant(), clock::now());
        let deliver = process.deliver(&alerts, Invocation::until(started + chain.time));
        if let Some(report) = (Struck { inner: Box::pin(deliver), blow, polls: 0, frozen: None }).await {
            let overtime = started.elapsed().saturating_sub(chain.time);
            let frozen = matches!(blow, Some(Blow::Freeze(..)));
            let owed = report.owed();
            invoked.push(Invoked { report, overtime, frozen, started: at, ended: clock::now() });
            if !owed {
                return (invoked, true);
            }
        }
        sleep(Duration::from_secs(PAUSES[turn.min(PAUSES.len() - 1)])).await;
    }
    (invoked, false)
}

/// A process that has delivered nothing yet.
fn process(plan: &Plan, providers: &[SimProvider], ledger: &Arc<SimLedger>) -> Notifier {
    let table = |name: &str| format!("[channels.{name}]\ntype = \"telegram\"\ntoken = \"t\"\nchat_id = \"1\"\n");
    let tables: String = plan.channels.iter().map(|channel| table(channel.name)).collect();
    let text = format!("{tables}[[routes]]\nnotify = {}\n", plan.notify);
    let config = Config::parse(&text, &crate::Variables::default()).unwrap();
    let channel = |(plan, provider): (&super::plan::ChannelPlan, &SimProvider)| {
        let limit = Limit { per: SignedDuration::from_hours(24), count: plan.limit };
        Channel::new(plan.name, !plan.paid, limit, Box::new(provider.again()))
    };
    let channels = plan.channels.iter().zip(providers).map(channel).collect();
    Notifier::with_channels(config, channels, Arc::new(Shared(ledger.clone())))
}

/// A future that is killed, or stopped for a while, when it is woken for the nth time. `None` where it was killed.
struct Struck<'a, T> {
    inner: Pin<Box<dyn Future<Output = T> + 'a>>,
    blow: Option<Blow>,
    polls: u64,
    frozen: Option<Pin<Box<Sleep>>>,
}

impl<T> Future for Struck<'_, T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        if let Some(frozen) = &mut self.frozen {
            std::task::ready!(frozen.as_mut().poll(context));
            self.frozen = None;
        }
        let polls = self.polls;
        self.polls += 1;
        match self.blow {
            Some(Blow::Kill(place)) if place == polls => return Poll::Ready(None),
            Some(Blow::Freeze(place, time)) if place == polls => {
                self.blow = None;
                let mut frozen = Box::pin(sleep(time));
                let _ = frozen.as_mut().poll(context);
                self.frozen = Some(frozen);
                return Poll::Pending;
            }
            _ => {}
        }
        self.inner.as_mut().poll(context).map(Some)
    }
}
