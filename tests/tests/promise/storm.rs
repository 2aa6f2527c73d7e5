//! Everything burns at once.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::{join, join_all};
use jiff::Timestamp;
use notifier::clock;
use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::{outcomes, text};
use system_tests::{Answer, Function, configuration, corpus};
use tokio::time::sleep;

use super::{ROUTES, TOLD, World};

/// How many alarms there are, for how long they go on being raised, and how many of them are raised in any case.
const ALARMS: usize = 10_000;
const LONGEST: f64 = 30.0;
const FEWEST: usize = 2_000;
const BATCH: usize = 10;
const ENVIRONMENTS: usize = 3;
/// Root signs in after so many alarms.
const MIDDLE: usize = 1_000;
/// The window of the channels, in seconds, and how many they are sent in it: their own defaults, each window shortened.
const WINDOW: i64 = 60;
const LIMITS: [(Channel, &str, usize); 3] =
    [(Channel::Telegram, "telegram", 6), (Channel::NhnSms, "nhn", 20), (Channel::SnsEmail, "mail", 3)];
const UNCOUNTED: &str = "sent without a look at the channel's limit";
/// How long after a window its digest may take.
const DIGEST_COMES: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_buries_no_phone_holds_up_nothing_critical_and_is_told_in_digests_to_the_last_alert() {
    let world = World::open().await;
    // Telegram, NHN, SOLAPI and mail, in the order of the fixture.
    let config = [6, 20, 20, 3].iter().fold(configuration(ROUTES), |config, count| {
        config.replacen("per = \"1h\", count = 10000", &format!("per = \"1m\", count = {count}"), 1)
    });
    let start = |name: &str| with_config(&world, name, &config);
    let functions: Vec<_> = (0..ENVIRONMENTS).map(|_| start("cloudwatch-alarm")).collect();
    let root_login = start("root-login");
    join_all(functions.iter().map(|function| warm(function, "cloudwatch-alarm/configuration-change"))).await;
    warm(&root_login, "root-login/iam-user-success").await;
    assert_eq!(world.stage.sandbox.messages(), []);
    world.tap.heard();

    let storm = Storm { began: clock::now(), next: AtomicUsize::default(), seen: Mutex::default() };
    let blow = join_all(functions.iter().map(|function| storm.blow(function)));
    let (_, critical) = join(blow, storm.sign_in_amid(&root_login)).await;
    let over = clock::now();
    assert_eq!(outcomes(critical.report()), TOLD, "{:#}", critical.body);
    assert!(critical.took < Duration::from_secs(2), "{:?}", critical.took);
    let mut seen = storm.seen.into_inner().unwrap();
    seen.uncounted = functions.iter().map(|function| function.lines(UNCOUNTED).len()).sum();
    println!("{} alarms in {:.1} s; root in {:?}", seen.alarms, seconds(storm.began, over), critical.took);
    println!("{} unguarded, {} not counted, {} came again", seen.unguarded, seen.uncounted, seen.again);
    world.assert_calls(&seen);
    world.assert_within_budgets(&seen, storm.began, over);
    assert!(seen.alarms >= FEWEST);

    let digests = world.digests(&start("digest"), &seen).await;
    println!("digests: {digests:?}, the last {:.0} s after the storm", seconds(over, clock::now()));
    for (_, name, _) in LIMITS {
        assert_eq!(digests[name].iter().sum::<usize>(), seen.held_back(name), "{name}: {digests:?}");
        assert!(digests[name].len() <= windows(storm.began, over), "one in each window: {name}: {digests:?}");
    }
}

fn with_config(world: &World, name: &str, config: &str) -> Function {
    let mut environment = world.table.environment(&world.gate.url());
    environment.push(("BONGSU_CONFIG".to_owned(), config.to_owned()));
    let environment: Vec<_> = environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    world.stage.function_with(name, ROUTES, &environment)
}

/// Starts its environment, by an event that nobody is told of.
async fn warm(function: &Function, event: &str) {
    function.invoke(corpus::event(event).bytes).await.report();
}

struct Storm {
    began: Timestamp,
    next: AtomicUsize,
    seen: Mutex<Seen>,
}

/// What the reports said.
#[derive(Debug, Default)]
struct Seen {
    alarms: usize,
    again: usize,
    unguarded: usize,
    /// Messages that were sent because the ledger was too slow to count them.
    uncounted: usize,
    outcomes: BTreeMap<(String, String), usize>,
}

impl Seen {
    fn count(&self, channel: &str, outcome: &str) -> usize {
        self.outcomes.get(&(channel.to_owned(), outcome.to_owned())).copied().unwrap_or_default()
    }

    fn held_back(&self, channel: &str) -> usize {
        self.count(channel, "suppressed")
    }

    fn add(&mut self, answer: &Answer, owed: &[Value]) {
        for alert in answer.report()["alerts"].as_array().unwrap() {
            self.unguarded += usize::from(alert["unguarded"] == true);
            for delivery in alert["deliveries"].as_array().unwrap() {
                let key = (text(&delivery["channel"]).to_owned(), text(&delivery["outcome"]).to_owned());
                *self.outcomes.entry(key).or_default() += 1;
            }
        }
        self.again += owed.len();
    }
}

impl Storm {
    /// One environment, as fast as it goes.
    async fn blow(&self, function: &Function) {
        loop {
            let first = self.next.fetch_add(BATCH, Ordering::Relaxed);
            let enough = first >= FEWEST && seconds(self.began, clock::now()) > LONGEST;
            if first >= ALARMS || enough {
                return;
            }
            let mut records: Vec<_> = (first..first + BATCH).map(record).collect();
            while !records.is_empty() {
                let answer = function.invoke(json!({ "Records": records }).to_string()).await;
                let owed = answer.report()["batchItemFailures"].as_array().unwrap().clone();
                self.seen.lock().unwrap().add(&answer, &owed);
                records.retain(|record| owed.iter().any(|owed| owed["itemIdentifier"] == record["messageId"]));
            }
            self.seen.lock().unwrap().alarms += BATCH;
        }
    }

    async fn sign_in_amid(&self, function: &Function) -> Answer {
        while self.next.load(Ordering::Relaxed) < MIDDLE {
            sleep(Duration::from_millis(5)).await;
        }
        function.invoke(super::sign_in()).await
    }
}

/// An alarm of its own for each number, in a message of a queue.
fn record(number: usize) -> Value {
    let mut event: Value = serde_json::from_slice(&corpus::event("cloudwatch-alarm/metric-alarm").bytes).unwrap();
    let (name, now) = (format!("storm-{number:05}"), clock::now());
    event["id"] = json!(format!("251c45cf-ce0a-5872-95a7-{number:012}"));
    event["time"] = json!(now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    event["resources"] = json!([format!("arn:aws:cloudwatch:ap-northeast-2:111122223333:alarm:{name}")]);
    event["detail"]["alarmName"] = json!(name);
    event["detail"]["state"]["timestamp"] = json!(now.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string());
    json!({ "messageId": format!("message-{number}"), "eventSource": "aws:sqs", "body": event.to_string() })
}

impl World {
    /// An alert costs two writes, and one for each channel with a limit; the sign-in, which has none, two.
    fn assert_calls(&self, seen: &Seen) {
        let mut calls: BTreeMap<String, usize> = BTreeMap::new();
        self.tap.heard().into_iter().for_each(|call| *calls.entry(call).or_default() += 1);
        let all: usize = calls.values().sum();
        println!("{calls:?}: {:.3} calls an alarm", each(all, seen.alarms));
        let fair = (seen.alarms + seen.again) * (2 + LIMITS.len()) + 2;
        assert!(all <= fair, "{all} calls, and {fair} at the most: {calls:?}");
    }

    /// No channel has had more than its limit in each window, but for what the ledger was too slow for.
    fn assert_within_budgets(&self, seen: &Seen, began: Timestamp, over: Timestamp) {
        for (channel, name, count) in LIMITS {
            let told = self.stage.messages(channel).len() - 1;
            let most = count * windows(began, over);
            println!("{name}: {told} alarms told, {} held back; its limit is {most}", seen.held_back(name));
            assert!(told <= most + seen.unguarded + seen.uncounted, "{name}: {told} are over {most}");
            assert!(told >= count, "{name}: {told}");
        }
        assert!(self.stage.messages(Channel::Solapi).is_empty());
    }

    /// Asks for digests until everything is told, then once more. Returns the counts that each channel was told.
    async fn digests(&self, function: &Function, seen: &Seen) -> BTreeMap<&'static str, Vec<usize>> {
        self.stage.sandbox.clear();
        let asked = clock::now();
        let told = || {
            LIMITS.map(|(channel, name, _)| (name, self.stage.texts(channel).iter().map(|it| count_in(it)).collect()))
        };
        let all = |told: &[(&str, Vec<usize>)]| {
            told.iter().all(|(name, counts)| counts.iter().sum::<usize>() >= seen.held_back(name))
        };
        loop {
            let ran = clock::now();
            function.invoke("{}").await.report();
            let took = seconds(ran, clock::now());
            if all(&told()) {
                println!("the digest took {took:.1} s");
                function.invoke("{}").await.report();
                return told().into();
            }
            assert!(seconds(asked, clock::now()) < DIGEST_COMES.as_secs_f64(), "{:?}", told());
            sleep(Duration::from_secs(3)).await;
        }
    }
}

/// `… 1234건 더 …`
fn count_in(digest: &str) -> usize {
    let (before, _) = digest.split_once("건 더").unwrap_or_else(|| panic!("no count: {digest}"));
    let digits: Vec<_> = before.chars().rev().take_while(char::is_ascii_digit).collect();
    digits.into_iter().rev().collect::<String>().parse().unwrap()
}

/// How many windows lie between two moments, in part or whole.
fn windows(from: Timestamp, until: Timestamp) -> usize {
    usize::try_from(until.as_second() / WINDOW - from.as_second() / WINDOW + 1).unwrap()
}

fn seconds(from: Timestamp, until: Timestamp) -> f64 {
    until.duration_since(from).as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn each(all: usize, of: usize) -> f64 {
    all as f64 / of as f64
}
