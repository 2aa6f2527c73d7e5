//! What becomes of an alert when a provider is slow, silent, refusing or broken: a release binary under the Lambda
//! Runtime Interface Emulator, and a sandbox that fails on demand.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use std::time::Duration;

use sandbox::{Channel, Outcome};
use serde_json::{Value, json};
use system_tests::json::{deliveries, delivery, outcomes, text};
use system_tests::{Stage, configuration, corpus, secrets};

const ALL_FOUR: &str = "[[routes]]\nnotify = [\"telegram\", \"nhn\", \"solapi\", \"mail\"]";
/// SOLAPI takes over where NHN does not deliver.
const FAILOVER: &str = "[[routes]]\nnotify = [\"telegram\", [\"nhn\", \"solapi\"], \"mail\"]";
const POSSIBLE_REPEAT: &str = "[중복일 수 있음] ";

/// A critical alert: root has signed in.
fn sign_in() -> Vec<u8> {
    corpus::event("root-login/success-without-mfa").bytes
}

#[tokio::test]
async fn a_slow_channel_is_what_an_operator_waits_for_and_the_others_are_not_held_up() {
    let stage = Stage::open().await;
    let function = stage.function("root-login", ALL_FOUR);
    stage.inject("telegram=slow");
    let answer = function.invoke(sign_in()).await;
    assert_eq!(outcomes(answer.report()), accepted_by(&["telegram", "nhn", "solapi", "mail"]));
    assert!((3.0..4.5).contains(&answer.took.as_secs_f64()), "{:?}", answer.took);
    let times: Vec<_> = stage.sandbox.messages().iter().map(|message| message.at).collect();
    let between = times.iter().max().unwrap().duration_since(*times.iter().min().unwrap());
    assert!(between.as_secs_f64() < 1.0, "all were asked at once: {between}");
}

#[tokio::test]
async fn four_slow_channels_take_no_longer_than_one() {
    let stage = Stage::open().await;
    let function = stage.function("root-login", ALL_FOUR);
    for channel in Channel::ALL {
        stage.inject(&format!("{channel}=slow"));
    }
    let answer = function.invoke(sign_in()).await;
    assert_eq!(outcomes(answer.report()), accepted_by(&["telegram", "nhn", "solapi", "mail"]));
    assert!((3.0..5.0).contains(&answer.took.as_secs_f64()), "{:?}", answer.took);
}

#[tokio::test]
async fn a_channel_that_never_answers_is_named_before_the_deadline() {
    let stage = Stage::open().await;
    let function = stage.function_with("root-login", ALL_FOUR, &[("AWS_LAMBDA_FUNCTION_TIMEOUT", "8")]);
    stage.inject("telegram=timeout");
    let answer = function.invoke(sign_in()).await;
    assert!(answer.took < Duration::from_secs(8), "{:?}", answer.took);
    let report = answer.report_of_either();
    assert_eq!(outcomes(&report), ["telegram uncertain", "nhn accepted", "solapi accepted", "mail accepted"]);
    assert_eq!(delivery(&report, "telegram")["error"], "no answer in time");
}

#[tokio::test]
async fn a_member_of_a_group_that_never_answers_hands_over_in_time_and_the_next_says_that_it_may_be_a_repeat() {
    let stage = Stage::open().await;
    let function = stage.function_with("root-login", FAILOVER, &[("AWS_LAMBDA_FUNCTION_TIMEOUT", "10")]);
    stage.inject("nhn-sms=timeout");
    let answer = function.invoke(sign_in()).await;
    assert!(answer.took < Duration::from_secs(10), "{:?}", answer.took);
    let report = answer.report();
    assert_eq!(outcomes(report), ["telegram accepted", "nhn uncertain", "solapi accepted", "mail accepted"]);
    let texts = stage.texts(Channel::Solapi);
    assert!(texts.len() == 1 && texts[0].starts_with(POSSIBLE_REPEAT), "{texts:?}");
}

#[tokio::test]
async fn when_nhn_refuses_solapi_delivers_and_the_operators_hear_of_it_elsewhere() {
    let stage = Stage::open().await;
    let function = stage.function("root-login", FAILOVER);
    stage.inject("nhn-sms=refuse");
    let answer = function.invoke(sign_in()).await;
    let report = answer.report();
    assert_eq!(outcomes(report), ["telegram accepted", "nhn rejected", "solapi accepted", "mail accepted"]);
    let nhn = delivery(report, "nhn");
    assert!(text(&nhn["error"]).contains("-2023"), "{nhn}");
    assert_eq!(nhn["recipients"][0]["to"], secrets::MASKED_PHONE);

    let texts = stage.texts(Channel::Solapi);
    assert!(texts.len() == 1 && !texts[0].starts_with(POSSIBLE_REPEAT), "a refusal leaves no doubt: {texts:?}");
    for channel in [Channel::Telegram, Channel::SnsEmail] {
        let texts = stage.texts(channel);
        assert_eq!(texts.len(), 2, "{channel}: the alert and the refusal");
        assert!(texts[1].contains("nhn") && texts[1].contains("-2023"), "{channel}: {}", texts[1]);
    }

    // The same refusal is told once, not with every alert.
    function.invoke(corpus::event("root-login/success-with-mfa").bytes).await.report();
    assert_eq!(stage.messages(Channel::Telegram).len(), 3);
}

#[tokio::test]
async fn a_rate_limited_message_arrives_once_and_after_the_wait() {
    let stage = Stage::open().await;
    let function = stage.function("root-login", ALL_FOUR);
    stage.inject("telegram=429:1");
    let answer = function.invoke(sign_in()).await;
    assert_eq!(outcomes(answer.report()), accepted_by(&["telegram", "nhn", "solapi", "mail"]));
    assert_eq!(delivery(answer.report(), "telegram")["attempts"], 2);
    let texts = stage.texts(Channel::Telegram);
    assert!(texts.len() == 1 && !texts[0].contains(POSSIBLE_REPEAT), "{texts:?}");
    let requests = stage.sandbox.requests();
    let mut asked = requests.iter().filter(|request| request.channel == Some(Channel::Telegram)).map(|it| it.at);
    let wait = -asked.next().unwrap().duration_since(asked.next().unwrap());
    assert!((1.0..4.0).contains(&wait.as_secs_f64()), "{wait}");
}

#[tokio::test]
async fn when_every_channel_refuses_the_invocation_fails_and_the_next_one_delivers() {
    let stage = Stage::open().await;
    let function = stage.function("root-login", ALL_FOUR);
    for channel in Channel::ALL {
        stage.inject(&format!("{channel}=unauthorized"));
    }
    let answer = function.invoke(sign_in()).await;
    let (kind, message) = answer.error();
    assert_eq!(kind, "AlertOwed");
    for channel in ["telegram", "nhn", "solapi", "mail"] {
        assert!(message.contains(&format!("{channel} unauthorized")), "{message}");
    }
    assert!(stage.sandbox.messages().is_empty());

    stage.sandbox.heal();
    let answer = function.invoke(sign_in()).await;
    assert_eq!(outcomes(answer.report()), accepted_by(&["telegram", "nhn", "solapi", "mail"]));
    assert_eq!(stage.sandbox.messages().len(), 4);
}

#[tokio::test]
async fn long_texts_pass_both_providers_of_texts() {
    let stage = Stage::open().await;
    let long = configuration(ALL_FOUR).replace("to = [", "format = \"lms\"\nto = [");
    let function = stage.function_with("root-login", "", &[("BONGSU_CONFIG", &long)]);
    for (told, event) in ["success-without-mfa", "hostile-values", "drill"].iter().enumerate() {
        let answer = function.invoke(corpus::event(&format!("root-login/{event}")).bytes).await;
        assert_eq!(outcomes(answer.report()), accepted_by(&["telegram", "nhn", "solapi", "mail"]), "{event}");
        for channel in [Channel::NhnSms, Channel::Solapi] {
            let messages = stage.messages(channel);
            assert_eq!(messages.len(), told + 1, "{event}");
            let message = &messages[told];
            assert!(message.kind == "lms" && message.subject.is_some(), "{event}: {message:?}");
            assert!(message.text.contains("console.aws.amazon.com"), "{event}: {}", message.text);
        }
    }
}

#[tokio::test]
async fn paid_texts_say_what_is_over_only_where_the_operator_wants_it() {
    let told = configuration(ALL_FOUR).replacen("to = [", "resolved = true\nto = [", 1);
    let stage = Stage::open().await;
    let function = stage.function_with("cloudwatch-alarm", "", &[("BONGSU_CONFIG", &told)]);
    let answer = function.invoke(corpus::event("cloudwatch-alarm/metric-ok").bytes).await;
    let expected = ["telegram accepted", "nhn accepted", "solapi skipped", "mail accepted"];
    assert_eq!(outcomes(answer.report()), expected);
    assert!(stage.texts(Channel::NhnSms)[0].starts_with("[해결]"), "{:?}", stage.texts(Channel::NhnSms));
}

#[tokio::test]
async fn an_event_that_comes_again_is_sent_only_to_those_who_are_still_owed_it() {
    let stage = Stage::open().await;
    let function = stage.function_with("root-login", ALL_FOUR, &[("AWS_LAMBDA_FUNCTION_TIMEOUT", "4")]);
    stage.inject("telegram=429");
    let answer = function.invoke(sign_in()).await;
    assert_eq!(answer.error().0, "AlertOwed");
    let report = answer.report_of_either();
    assert_eq!(outcomes(&report), ["telegram rate-limited", "nhn accepted", "solapi accepted", "mail accepted"]);

    stage.sandbox.heal();
    let answer = function.invoke(sign_in()).await;
    let expected = ["telegram accepted", "nhn duplicate", "solapi duplicate", "mail duplicate"];
    assert_eq!(outcomes(answer.report()), expected);
    for channel in Channel::ALL {
        assert_eq!(stage.messages(channel).len(), 1, "{channel}");
    }
}

#[tokio::test]
async fn an_sqs_batch_names_the_messages_that_must_come_again_and_no_other() {
    // Only the critical ones go to Telegram, which refuses.
    let routes =
        "[[routes]]\nwhen = { severity = \"critical\" }\nnotify = [\"telegram\"]\n[[routes]]\nnotify = [\"mail\"]";
    let stage = Stage::open().await;
    let function = stage.function("root-login", routes);
    let event = corpus::event("root-login/sqs-batch-with-a-broken-message");
    let ids: Value = serde_json::from_slice(&event.bytes).unwrap();
    let success = &ids["Records"][3]["messageId"];

    stage.inject("telegram=unauthorized");
    let answer = function.invoke(&event.bytes).await;
    assert_eq!(answer.report()["batchItemFailures"], json!([{ "itemIdentifier": success }]), "{:#}", answer.body);
    assert_eq!(stage.messages(Channel::SnsEmail).len(), 2, "the failed sign-in and the broken message");

    stage.sandbox.heal();
    let answer = function.invoke(&event.bytes).await;
    assert_eq!(answer.report()["batchItemFailures"], json!([]), "{:#}", answer.body);
    assert_eq!(stage.messages(Channel::SnsEmail).len(), 2);
    assert_eq!(stage.messages(Channel::Telegram).len(), 1);
}

#[tokio::test]
async fn what_nobody_can_read_reaches_a_human_by_every_way_in() {
    // A batch of nothing holds nothing that could be told.
    const NOTHING: [&str; 1] = ["unknown/empty-batch.json"];
    let stage = Stage::open().await;
    let function = stage.function("root-login", "[[routes]]\nnotify = [\"telegram\"]");
    for event in corpus::events("unknown").iter().filter(|event| !NOTHING.contains(&event.name.as_str())) {
        let body = String::from_utf8_lossy(&event.bytes);
        let in_queue = json!({ "Records": [{ "eventSource": "aws:sqs", "messageId": event.name, "body": body }] });
        let topic = json!({ "Type": "Notification", "MessageId": event.name, "Message": body });
        let mut ways = vec![("queue", in_queue.to_string().into_bytes()), ("topic", topic.to_string().into_bytes())];
        if event.is_json() {
            ways.push(("directly", event.bytes.clone()));
            let record = [b"{\"version\":\"1.0\",\"requestPayload\":", event.bytes.as_slice(), b"}"].concat();
            ways.push(("on failure", record));
        }
        for (way, payload) in ways {
            let answer = function.invoke(&payload).await;
            let told = deliveries(answer.report(), 0).iter().map(|delivery| text(&delivery["outcome"]));
            let told: Vec<_> = told.collect();
            assert!(
                ["accepted", "duplicate"].contains(told.first().unwrap_or(&"")),
                "{way} {}: {:#}",
                event.name,
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn a_bad_configuration_is_told_with_all_its_faults_in_the_error_and_in_the_log() {
    let stage = Stage::open().await;
    let faults = include_str!("../fixtures/faults.toml");
    let function = stage.function_with("root-login", "", &[("BONGSU_CONFIG", faults)]);
    let answer = function.invoke(sign_in()).await;
    let (kind, message) = answer.error();
    assert_eq!(kind, "ConfigurationError");
    for fault in [
        "line 2: language: ",
        "line 3: timezone: ",
        "line 4: colour: ",
        "line 8: channels.telegram.token: the variable NO_SUCH_TOKEN has no value",
        "line 9: channels.telegram.chat_id: ",
        "line 16: channels.nhn.to[1]: ",
        "line 19: channels.pigeons.type: ",
        "line 22: routes[0].when.severity",
        "line 23: routes[0].notify",
    ] {
        assert!(message.contains(fault), "the error does not name {fault}:\n{message}");
        function.logged(fault).await;
    }
    assert!(stage.sandbox.requests().is_empty(), "nothing is sent by half a configuration");
}

#[tokio::test]
async fn a_connection_that_breaks_after_nhn_took_the_message_is_looked_up_and_not_repeated() {
    arrives_once_although_the_answer_is_lost("nhn", Channel::NhnSms).await;
}

#[tokio::test]
async fn a_connection_that_breaks_after_solapi_took_the_message_is_looked_up_and_not_repeated() {
    arrives_once_although_the_answer_is_lost("solapi", Channel::Solapi).await;
}

async fn arrives_once_although_the_answer_is_lost(name: &str, channel: Channel) {
    let stage = Stage::open().await;
    let function = stage.function("root-login", &format!("[[routes]]\nnotify = [\"{name}\"]"));
    stage.inject(&format!("{channel}=reset-after-write:1"));
    let answer = function.invoke(sign_in()).await;
    assert_eq!(outcomes(answer.report()), accepted_by(&[name]));
    assert_eq!(delivery(answer.report(), name)["attempts"], 1);
    assert_eq!(stage.messages(channel).len(), 1);
    let outcomes: Vec<_> = stage.sandbox.requests().iter().map(|request| request.outcome).collect();
    assert_eq!(outcomes, [Outcome::Accepted, Outcome::Answered], "sent once, looked up once");
}

#[tokio::test]
async fn a_connection_that_breaks_after_a_free_channel_took_the_message_makes_one_marked_repeat_at_most() {
    for (name, channel) in [("telegram", Channel::Telegram), ("mail", Channel::SnsEmail)] {
        let stage = Stage::open().await;
        let function = stage.function("root-login", &format!("[[routes]]\nnotify = [\"{name}\"]"));
        // As often as it is tried.
        stage.inject(&format!("{channel}=reset-after-write"));
        function.invoke(sign_in()).await.report_of_either();
        let texts = stage.texts(channel);
        assert_eq!(texts.len(), 2, "{name}");
        let marked: Vec<_> = texts.iter().map(|text| text.contains(POSSIBLE_REPEAT)).collect();
        assert_eq!(marked, [false, true], "{name}");
    }
}

#[tokio::test]
async fn a_provider_that_does_not_listen_is_tried_again_until_the_deadline_and_then_owed() {
    let stage = Stage::open().await;
    let nowhere = [("SANDBOX_URL", "http://127.0.0.1:9"), ("AWS_LAMBDA_FUNCTION_TIMEOUT", "3")];
    let function = stage.function_with("root-login", ALL_FOUR, &nowhere);
    let answer = function.invoke(sign_in()).await;
    assert_eq!(answer.error().0, "AlertOwed");
    assert!(answer.took < Duration::from_secs(3), "{:?}", answer.took);
    for delivery in deliveries(&answer.report_of_either(), 0) {
        assert_eq!(delivery["outcome"], "unavailable", "{delivery}");
        assert!(delivery["attempts"].as_u64().unwrap() > 1, "{delivery}");
    }
}

/// `telegram accepted`, …
fn accepted_by(channels: &[&str]) -> Vec<String> {
    channels.iter().map(|channel| format!("{channel} accepted")).collect()
}
