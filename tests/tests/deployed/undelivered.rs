//! What was not delivered at once, and is in the end.

use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, Stage, both, corpus};

use super::words::{Witness, arrived, preview};
use super::{GLOBAL, HOME, MAIL, config, push, push_from, put, soon, starts};

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

    // The function asks the provider after a minute, when the carrier is still at it, and after five, for which the test
    // does not wait.
    let undelivered = account.queue(GLOBAL.region, "bongsu-undelivered-events");
    assert!(soon(10, || undelivered.delayed() == 2), "{:#?}", account.log_of(GLOBAL.region, "bongsu-root-login"));
    let asked = |times| starts(&account, GLOBAL.region, "redeliver") == times && undelivered.unsettled() == 0;
    assert!(soon(90, || asked(1)));
    assert_eq!(stage.texts(Channel::Solapi), Vec::<String>::new());
    let event = witness.events.receive(1).remove(0);
    undelivered.send(&json!({ "followUp": true, "requestPayload": event }));
    assert!(soon(20, || asked(2)));
    assert_eq!(stage.texts(Channel::Solapi), stage.texts(Channel::NhnSms), "{:#?}", stage.sandbox.requests());
    assert_eq!(stage.texts(Channel::NhnSms).len(), 1);
    assert_eq!(undelivered.delayed(), 3, "the question after five minutes, and the two about the other text");
    let history = account.bongsu(&["history", "--json"], &[]);
    assert!(history.status.success(), "{}", both(&history));
    let history: Value = serde_json::from_slice(&history.stdout).unwrap();
    let [record] = history.as_array().unwrap().as_slice() else { panic!("one alert: {history:#}") };
    let deliveries = record["deliveries"].as_array().unwrap().iter();
    let states: Vec<_> = deliveries.map(|it| (text(&it["channel"]), text(&it["state"]))).collect();
    assert_eq!(states, [("nhn", "undelivered"), ("solapi", "accepted")], "the history shows both");
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

/// Invokes a function as EventBridge does, which does not wait for it.
fn invoke_later(account: &Account, region: &str, source: &str, event: &Value) {
    let function = format!("bongsu-{source}");
    let invoke = json!({ "FunctionName": function, "InvocationType": "Event", "Payload": event.to_string() });
    account.aws(region, "lambda", "invoke", &invoke);
}
