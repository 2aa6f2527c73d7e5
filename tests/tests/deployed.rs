//! The way of an operator, from a clone to a message: the real `sam deploy` of both stacks into an AWS of the test's own,
//! which asks IAM at every call, then `bongsu config push` and `bongsu drill`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, OTHER_FUNCTIONS, Queue, Stage, both, corpus, repository};

/// A stack as `samconfig.toml` has it.
struct Stack {
    environment: &'static str,
    scope: &'static str,
    region: &'static str,
    sources: &'static [&'static str],
}

/// The sources whose events come through a queue.
const QUEUED: [&str; 3] = ["config-compliance", "access-analyzer", "cloudwatch-alarm"];
const GLOBAL: Stack = Stack {
    environment: "global",
    scope: "Scope=all",
    region: "us-east-1",
    sources: &["root-login", "config-compliance", "access-analyzer", "cloudwatch-alarm"],
};
const HOME: Stack = Stack { environment: "home", scope: "Scope=regional", region: "ap-northeast-2", sources: &QUEUED };
const MAIL: &str = "OperatorEmail=ops@example.com";

#[tokio::test(flavor = "multi_thread")]
async fn every_drill_of_the_stack_for_all_reaches_every_channel_in_the_words_of_the_preview() {
    drill_every_source(&GLOBAL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_drill_of_the_stack_at_home_reaches_every_channel_in_the_words_of_the_preview() {
    drill_every_source(&HOME).await;
}

/// Each stack in an account of its own: `MiniStack` calls the roles of both the same, which AWS does not.
async fn drill_every_source(stack: &Stack) {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(stack.environment, &[stack.scope, MAIL]);
    push(&account, &stage, "/bongsu/config");
    let witness = Witness::of(&account, stack.region);
    for source in stack.sources {
        stage.sandbox.clear();
        drill(&account, source, stack.region);
        let event = witness.events.receive(1).remove(0);
        assert_eq!(told(&stage, &witness), preview(&account, &stage, &event), "{source}");
    }
    for source in stack.sources {
        // Each drill has started the function of its source and no other.
        assert_eq!(starts(&account, stack.region, source), 1, "{source}");
    }
    for source in QUEUED {
        // The report is in the log before the message is out of the queue.
        let queue = account.queue(stack.region, &format!("bongsu-{source}-events"));
        assert!(soon(10, || queue.unsettled() == 0), "{source}");
    }
    for queue in ["bongsu-undelivered-events", "bongsu-dead-letters"] {
        // A follow-up may just be on its way.
        let queue = account.queue(stack.region, queue);
        assert!(soon(10, || queue.waiting() == 0), "{}", queue.arn);
    }
    assert!(soon(90, || starts(&account, stack.region, "digest") > 0), "the digest comes every minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_not_the_root_users_starts_nothing() {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL]);
    push(&account, &stage, "/bongsu/config");
    let witness = Witness::of(&account, GLOBAL.region);
    for name in ["root-login/iam-user-success", "root-login/directory-login-failure"] {
        put(&account, GLOBAL.region, &drill_twin(name));
    }
    drill(&account, "root-login", GLOBAL.region);
    // The bus has had all three, and the function only the last one.
    assert_eq!(witness.events.receive(3).len(), 3);
    assert_eq!(starts(&account, GLOBAL.region, "root-login"), 1);
    assert_eq!(stage.texts(Channel::Telegram).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_fails_three_times_waits_whole_until_it_can_be_told() {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL]);
    set_redelivery(&account, GLOBAL.region, false);
    let event: Value = serde_json::from_slice(&corpus::event("root-login/drill").bytes).unwrap();
    invoke_later(&account, GLOBAL.region, "root-login", &event);
    let record = account.queue(GLOBAL.region, "bongsu-undelivered-events").look();
    assert_eq!(record["requestPayload"], event);
    assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(record["responsePayload"]["errorType"], "ConfigurationError");
    tell_in_the_end(&account, &stage, GLOBAL.region, &event);
    assert_eq!(starts(&account, GLOBAL.region, "root-login"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_its_queue_gives_up_waits_bare_until_it_can_be_told() {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(HOME.environment, &[HOME.scope, MAIL]);
    set_redelivery(&account, HOME.region, false);
    account.queue(HOME.region, "bongsu-config-compliance-events").come_back_after(1);
    let event: Value = serde_json::from_slice(&corpus::event("config-compliance/drill").bytes).unwrap();
    put(&account, HOME.region, &event);
    let waiting = account.queue(HOME.region, "bongsu-undelivered-events").look();
    assert_eq!((&waiting["source"], &waiting["detail"]), (&event["source"], &event["detail"]));
    tell_in_the_end(&account, &stage, HOME.region, &waiting);
    assert_eq!(starts(&account, HOME.region, "config-compliance"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_the_carrier_does_not_deliver_goes_out_by_the_next_provider() {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL]);
    let fixture = std::fs::read_to_string(config()).unwrap();
    let routes = "notify = [[\"nhn\", \"solapi\"]]";
    let file = account.folder().join("failover.toml");
    std::fs::write(&file, fixture.replace("notify = [\"telegram\", \"nhn\", \"solapi\", \"mail\"]", routes)).unwrap();
    push_from(file.to_str().unwrap(), &account, &stage, "/bongsu/config");
    let witness = Witness::of(&account, GLOBAL.region);
    stage.inject("nhn-sms=carrier:1");
    let output = account.bongsu(&["drill", "root-login", "--wait", "30"], &[]);
    assert!(output.status.success(), "{}", both(&output));
    assert_eq!((stage.texts(Channel::NhnSms).len(), stage.texts(Channel::Solapi).len()), (1, 0));

    // MiniStack asks for a permission of its own where several messages are sent at once, so the function cannot put off its
    // follow-ups here; the test sends them, and need not wait for minutes then.
    let undelivered = account.queue(GLOBAL.region, "bongsu-undelivered-events");
    let event = witness.events.receive(1).remove(0);
    for question in 1..=2 {
        undelivered.send(&json!({ "followUp": true, "requestPayload": event }));
        assert!(soon(20, || starts(&account, GLOBAL.region, "redeliver") == question && undelivered.waiting() == 0));
    }
    // It is followed by the notice that the first channel failed, since there is no free channel to say so.
    let text = stage.texts(Channel::NhnSms).remove(0);
    assert!(soon(10, || stage.texts(Channel::Solapi).contains(&text)), "{:#?}", stage.sandbox.requests());
    assert_eq!(stage.texts(Channel::NhnSms).len(), 1);
    let history = account.bongsu(&["history", "--json"], &[]);
    assert!(history.status.success(), "{}", both(&history));
    let history: Value = serde_json::from_slice(&history.stdout).unwrap();
    let said = history.to_string();
    assert!(said.contains("undelivered") && said.contains("accepted"), "both are in the history: {history:#}");
}

#[test]
fn every_alarm_of_the_stack_is_mailed_past_its_functions() {
    let account = Account::open();
    account.deploy(HOME.environment, &[HOME.scope, MAIL]);
    let witness = Witness::of(&account, HOME.region);
    let alarms = account.aws(HOME.region, "cloudwatch", "describe_alarms", &json!({}));
    let alarms = alarms["MetricAlarms"].as_array().unwrap();
    for alarm in alarms {
        // MiniStack knows no metrics of SQS, and takes those of one function for those of all.
        let state = json!({ "AlarmName": alarm["AlarmName"], "StateValue": "ALARM", "StateReason": "a test" });
        account.aws(HOME.region, "cloudwatch", "set_alarm_state", &state);
    }
    let mails: BTreeSet<_> = witness.mails.receive(alarms.len()).iter().map(alarm_of).collect();
    let of_the_stack =
        ["dead-letters", "undelivered-events", "undelivered-events-failing", "unauthorized", "refused-channels"];
    let of_queues = QUEUED.iter().map(|source| format!("{source}-events"));
    let of_functions = QUEUED.into_iter().chain(OTHER_FUNCTIONS);
    let of_functions = of_functions.flat_map(|name| ["errors", "throttles"].map(|what| format!("{name}-{what}")));
    let expected = of_the_stack.map(str::to_owned).into_iter().chain(of_queues).chain(of_functions);
    assert_eq!(mails, expected.map(|alarm| format!("bongsu-{alarm}")).collect());
    for source in HOME.sources {
        assert_eq!(starts(&account, HOME.region, source), 0, "{source}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_parameter_a_function_says_so_in_one_line_and_asks_to_be_invoked_again() {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(HOME.environment, &[HOME.scope, MAIL]);
    let told = fails(&account, "access-analyzer");
    assert!(told.contains("/bongsu/config") && told.contains("run `bongsu config push`"), "{told}");

    // No restart: what was missing is there, and the same environment goes on.
    push(&account, &stage, "/bongsu/config");
    drill(&account, "access-analyzer", HOME.region);
    assert_eq!(stage.texts(Channel::Telegram).len(), 1);

    // A function that may not read it.
    let role = json!({ "FunctionName": "bongsu-cloudwatch-alarm" });
    let role = account.aws(HOME.region, "lambda", "get_function_configuration", &role)["Role"].clone();
    let role = text(&role).rsplit('/').next().unwrap().to_owned();
    let policies = account.aws(HOME.region, "iam", "list_attached_role_policies", &json!({ "RoleName": role }));
    for policy in policies["AttachedPolicies"].as_array().unwrap() {
        let detach = json!({ "RoleName": role, "PolicyArn": policy["PolicyArn"] });
        account.aws(HOME.region, "iam", "detach_role_policy", &detach);
    }
    let told = fails(&account, "cloudwatch-alarm");
    assert!(told.contains("this role may not read it (ssm:GetParameter, kms:Decrypt)"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_keeps_what_is_kept_and_a_delete_leaves_only_the_ledger() {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL]);
    let ledger = tables(&account);
    assert_eq!(ledger.len(), 1);

    account.deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL, "LogRetentionDays=30", "ConfigParameterName=/ops/bongsu"]);
    push(&account, &stage, "/ops/bongsu");
    drill(&account, "root-login", GLOBAL.region);
    assert_eq!(stage.texts(Channel::Telegram).len(), 1);
    assert_eq!(tables(&account), ledger);
    let groups = account.aws(GLOBAL.region, "logs", "describe_log_groups", &json!({}));
    let groups = groups["logGroups"].as_array().unwrap();
    assert!(groups.len() == 6 && groups.iter().all(|group| group["retentionInDays"] == 30), "{groups:?}");

    account.delete(GLOBAL.region);
    assert_eq!(tables(&account), ledger);
    assert_eq!(leftovers(&account, GLOBAL.region), Vec::<String>::new());
}

/// Stores the configuration of the fixture in both Regions, as an operator does.
fn push(account: &Account, stage: &Stage, parameter: &str) {
    push_from(&config(), account, stage, parameter);
}

fn push_from(config: &str, account: &Account, stage: &Stage, parameter: &str) {
    let push = ["--config", config, "config", "push", "--yes", "--parameter", parameter];
    let output = account.bongsu(&push, &variables(account, stage));
    let said = both(&output);
    assert!(output.status.success(), "{said}");
    for region in [GLOBAL.region, HOME.region] {
        assert!(said.contains(&format!("{region}: stored")), "{said}");
    }
    assert!(said.contains("channels.telegram.token = •••"), "{said}");
}

/// Holds a drill, as an operator does: it ends well when the function has reported it.
fn drill(account: &Account, source: &str, region: &str) {
    let output = account.bongsu(&["drill", source, "--region", region, "--wait", "30"], &[]);
    let said = both(&output);
    assert!(output.status.success(), "{said}\n{:#?}", account.log_of(region, &format!("bongsu-{source}")));
    for channel in ["telegram", "nhn", "solapi", "mail"] {
        assert!(said.contains(&format!("{channel}: accepted")), "{source} in {region}: {said}");
    }
}

/// The alarm that a mail of CloudWatch is about.
fn alarm_of(mail: &Value) -> String {
    let message: Value = serde_json::from_str(text(&mail["Message"])).unwrap();
    assert_eq!(message["NewStateValue"], "ALARM");
    text(&message["AlarmName"]).to_owned()
}

/// What each channel must be told of an event: channel, subject, text.
fn preview(account: &Account, stage: &Stage, event: &Value) -> Vec<(String, String, String)> {
    let file = account.folder().join("event.json");
    std::fs::write(&file, event.to_string()).unwrap();
    let config = config();
    let preview = ["--config", &config, "preview", "--json", file.to_str().unwrap()];
    let output = account.bongsu(&preview, &variables(account, stage));
    let previewed: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", both(&output)));
    let [alert] = previewed["alerts"].as_array().unwrap().as_slice() else { panic!("{previewed:#}") };
    assert_eq!(alert["drill"], true);
    let rendered = &alert["rendered"];
    let line = |channel: &str, subject: &Value, words: &Value| {
        (channel.to_owned(), text(subject).to_owned(), text(words).to_owned())
    };
    vec![
        line("mail", &rendered["email"]["subject"], &rendered["email"]["body"]),
        line("nhn", &Value::Null, &rendered["sms"]),
        line("solapi", &Value::Null, &rendered["sms"]),
        line("telegram", &Value::Null, &rendered["telegram"]),
    ]
}

/// What was told: the same of what arrived.
fn told(stage: &Stage, witness: &Witness) -> Vec<(String, String, String)> {
    let mail = witness.mails.receive(1).remove(0);
    let mail = ("mail".to_owned(), text(&mail["Subject"]).to_owned(), text(&mail["Message"]).to_owned());
    let mut told = arrived(stage);
    told.insert(0, mail);
    told
}

/// What arrived at the providers that are emulated.
fn arrived(stage: &Stage) -> Vec<(String, String, String)> {
    let arrived = stage.sandbox.messages().into_iter().map(|message| match message.channel {
        Channel::Telegram => ("telegram".to_owned(), String::new(), text(&message.request["text"]).to_owned()),
        Channel::NhnSms => ("nhn".to_owned(), String::new(), message.text),
        Channel::Solapi => ("solapi".to_owned(), String::new(), message.text),
        Channel::SnsEmail => ("mail at the sandbox".to_owned(), String::new(), message.text),
    });
    let mut arrived: Vec<_> = arrived.collect();
    arrived.sort();
    arrived
}

/// Sees what the event bus of a Region delivers, and what its alert topic sends.
struct Witness<'a> {
    events: Queue<'a>,
    mails: Queue<'a>,
}

impl<'a> Witness<'a> {
    fn of(account: &'a Account, region: &'a str) -> Self {
        let [events, mails] = ["witness-of-events", "witness-of-mails"].map(|name| account.new_queue(region, name));
        let pattern = json!({ "source": [{ "prefix": "drill." }] }).to_string();
        account.aws(region, "events", "put_rule", &json!({ "Name": "witness", "EventPattern": pattern }));
        let targets = json!({ "Rule": "witness", "Targets": [{ "Id": "queue", "Arn": events.arn }] });
        account.aws(region, "events", "put_targets", &targets);
        let topic = format!("arn:aws:sns:{region}:{}:bongsu-alerts", Account::ID);
        let subscription = json!({ "TopicArn": topic, "Protocol": "sqs", "Endpoint": mails.arn });
        account.aws(region, "sns", "subscribe", &subscription);
        Self { events, mails }
    }
}

fn config() -> String {
    repository().join("tests/fixtures/deployed.toml").to_str().unwrap().to_owned()
}

fn variables(account: &Account, stage: &Stage) -> Vec<(String, String)> {
    let mut variables = stage.variables();
    variables.push(("AWS_URL".to_owned(), account.url().to_owned()));
    variables
}

/// A sample event as somebody who is not AWS can put it on the bus.
fn drill_twin(name: &str) -> Value {
    let mut event: Value = serde_json::from_slice(&corpus::event(name).bytes).unwrap();
    event["source"] = json!(format!("drill.{}", text(&event["source"])));
    event
}

fn put(account: &Account, region: &str, event: &Value) {
    let entry = json!({
        "Source": event["source"], "DetailType": event["detail-type"], "Detail": event["detail"].to_string(),
    });
    let answer = account.aws(region, "events", "put_events", &json!({ "Entries": [entry] }));
    assert_eq!(answer["FailedEntryCount"], 0, "{answer}");
}

/// Lets the function `redeliver` take what waits for it, or keeps it from doing so.
fn set_redelivery(account: &Account, region: &str, enabled: bool) {
    let of_it = json!({ "FunctionName": "bongsu-redeliver" });
    let mappings = account.aws(region, "lambda", "list_event_source_mappings", &of_it);
    let set = json!({ "UUID": mappings["EventSourceMappings"][0]["UUID"], "Enabled": enabled });
    account.aws(region, "lambda", "update_event_source_mapping", &set);
}

/// Gives the functions the configuration for want of which they failed: then the event that waits is told, once.
fn tell_in_the_end(account: &Account, stage: &Stage, region: &str, event: &Value) {
    let undelivered = account.queue(region, "bongsu-undelivered-events");
    push(account, stage, "/bongsu/config");
    set_redelivery(account, region, true);
    // Mails are not looked at: alarms of functions that failed may be among them. The others say that they come late, which
    // takes the room of something else in a short text.
    let expected = preview(account, stage, event).split_off(1);
    let id = expected[0].2.rsplit(' ').next().unwrap();
    let told_late = || {
        let arrived = arrived(stage);
        let channels = |messages: &[(String, String, String)]| {
            messages.iter().map(|(channel, ..)| channel.clone()).collect::<Vec<_>>()
        };
        let late = |text: &str| text.starts_with("[훈련] [") && text.contains(" 늦음] ") && text.ends_with(id);
        channels(&arrived) == channels(&expected) && arrived.iter().all(|(.., text)| late(text))
    };
    assert!(soon(30, told_late), "{:#?}\n{:#?}", arrived(stage), account.log_of(region, "bongsu-redeliver"));
    assert!(soon(10, || undelivered.waiting() == 0));
    assert!(told_late(), "once: {:#?}", arrived(stage));
    let telegram = arrived(stage).into_iter().find(|(channel, ..)| channel == "telegram").unwrap().2;
    assert!(telegram.contains("\n늦은 이유: "), "{telegram}");
}

/// Whether something comes true within some seconds.
fn soon(seconds: u32, mut true_now: impl FnMut() -> bool) -> bool {
    (0..seconds * 5).any(|_| {
        let now = true_now();
        if !now {
            thread::sleep(Duration::from_millis(200));
        }
        now
    })
}

/// Invokes a function as EventBridge does, which does not wait for it.
fn invoke_later(account: &Account, region: &str, source: &str, event: &Value) {
    let function = format!("bongsu-{source}");
    let invoke = json!({ "FunctionName": function, "InvocationType": "Event", "Payload": event.to_string() });
    account.aws(region, "lambda", "invoke", &invoke);
}

/// Invokes a function at home that must fail for its configuration; gives back the one line that it logs.
fn fails(account: &Account, source: &str) -> String {
    let function = format!("bongsu-{source}");
    let event = String::from_utf8(corpus::event(&format!("{source}/drill")).bytes).unwrap();
    let answer = account.aws(HOME.region, "lambda", "invoke", &json!({ "FunctionName": function, "Payload": event }));
    let error: Value = serde_json::from_str(text(&answer["Payload"])).unwrap();
    assert_eq!(error["errorType"], "ConfigurationError", "{answer}");
    let log = account.log_of(HOME.region, &function);
    let of_the_platform = |line: &&String| ["START ", "END ", "REPORT "].iter().any(|word| line.starts_with(word));
    let ours: Vec<_> = log.iter().filter(|line| !of_the_platform(line)).collect();
    let [line] = ours.as_slice() else { panic!("not one line: {log:#?}") };
    assert!(line.contains(text(&error["errorMessage"])), "{line}");
    text(&error["errorMessage"]).to_owned()
}

/// How often a function was invoked.
fn starts(account: &Account, region: &str, source: &str) -> usize {
    let log = account.log_of(region, &format!("bongsu-{source}"));
    log.iter().filter(|line| line.starts_with("START ")).count()
}

fn tables(account: &Account) -> Vec<String> {
    names(&account.aws(GLOBAL.region, "dynamodb", "list_tables", &json!({}))["TableNames"])
}

fn names(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|name| text(name).to_owned()).collect()
}

/// What else of the stack is there, in every service that it uses.
fn leftovers(account: &Account, region: &str) -> Vec<String> {
    let everything = [
        ("cloudwatch", "describe_alarms", json!({})),
        ("cloudwatch", "list_dashboards", json!({})),
        ("events", "list_rules", json!({})),
        ("iam", "list_policies", json!({ "Scope": "Local" })),
        ("iam", "list_roles", json!({})),
        ("lambda", "list_event_source_mappings", json!({})),
        ("lambda", "list_functions", json!({})),
        ("logs", "describe_log_groups", json!({})),
        ("sns", "list_subscriptions", json!({})),
        ("sns", "list_topics", json!({})),
        ("sqs", "list_queues", json!({})),
    ];
    let mut left = BTreeSet::new();
    for (service, call, with) in everything {
        let answer = account.aws(region, service, call, &with);
        let lists = answer.as_object().unwrap().values().filter_map(Value::as_array).flatten();
        left.extend(lists.map(Value::to_string).filter(|thing| thing.contains("bongsu")));
    }
    left.into_iter().collect()
}
