//! The binary `bongsu`, as people call it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use notifier::http::Http;
use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::outcomes;
use system_tests::{Running, Said, Stage, bongsu, configuration, corpus, secrets};

const GROUP: &str = "[[routes]]\nnotify = [\"telegram\", [\"nhn\", \"solapi\"], \"mail\"]";

/// `bongsu` without anything in its environment, and without input.
fn run(arguments: &[&str]) -> Said {
    bongsu(arguments, &[], b"")
}

/// `bongsu` with a configuration that leads to a sandbox.
async fn run_at(stage: &Stage, arguments: &[&str]) -> Said {
    let folder = env!("CARGO_TARGET_TMPDIR");
    // Named after the port of the sandbox, which no other test has.
    let file = format!("{folder}/{}.toml", stage.sandbox.url().rsplit(':').next().unwrap());
    std::fs::write(&file, configuration(GROUP)).unwrap();
    let mut environment = stage.variables();
    environment.push(("AWS_ACCESS_KEY_ID".to_owned(), "AKIDTESTS".to_owned()));
    environment.push(("AWS_SECRET_ACCESS_KEY".to_owned(), secrets::AWS_SECRET_ACCESS_KEY.to_owned()));
    let arguments: Vec<String> = [&["--config", &file], arguments].concat().iter().map(ToString::to_string).collect();
    // The sandbox lives in this process, and must not be held up by the wait for the other.
    let call = move || bongsu(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &environment, b"");
    tokio::task::spawn_blocking(call).await.unwrap()
}

#[test]
fn the_demo_needs_nothing_and_shows_what_became_of_every_event() {
    for language in ["ko", "en"] {
        let said = run(&["demo", "--once", "--port", "0", "--language", language]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        let rows: Vec<_> = said.out.lines().filter(|line| line.contains('┆')).collect();
        // A long name goes on in the next line of its cell.
        let names: String = rows.iter().filter_map(|row| row.split(['│', '┆']).nth(1)).map(str::trim).collect();
        for event in corpus::all() {
            assert!(names.contains(&event.name), "no row for {}", event.name);
        }
        for outcome in ["rejected", "unauthorized", "unavailable", "rate-limited", "uncertain"] {
            assert!(!rows.iter().any(|row| row.contains(outcome)), "{outcome}");
        }
        let title = if language == "ko" { "[긴급] 루트" } else { "[URGENT] Root" };
        for channel in ["telegram", "nhn-sms", "solapi", "sns-email"] {
            assert!(said.out.contains(&format!(" · {channel}")), "a screen of {channel}");
        }
        assert!(said.out.contains(title), "the texts are shown in {language}");
    }
}

#[test]
fn preview_says_what_it_makes_of_every_event() {
    for event in corpus::all() {
        let said = run(&["preview", event.path.to_str().unwrap()]);
        assert_eq!(said.code, Some(0), "{}: {}", event.name, said.err);
        let json = run(&["preview", event.path.to_str().unwrap(), "--json"]);
        assert_eq!(json.code, Some(0), "{}: {}", event.name, json.err);
        assert_contract(&serde_json::from_str(&json.out).unwrap(), &event.name);
    }
}

#[test]
fn preview_makes_an_alert_a_reason_or_a_clear_error_of_any_input() {
    let event = corpus::event("root-login/success-without-mfa").bytes;
    let mut inputs = vec![b"{}".to_vec(), b"".to_vec(), b" \n".to_vec(), b"null".to_vec(), b"[]".to_vec(), vec![0; 64]];
    inputs.extend((0..event.len()).step_by(97).map(|length| event[..length].to_vec()));
    inputs.extend((0..30).map(random_bytes));
    inputs.push(b"[".repeat(100_000));
    for input in inputs {
        let said = bongsu(&["preview", "-", "--json"], &[], &input);
        let what = String::from_utf8_lossy(&input[..input.len().min(200)]).into_owned();
        match said.code {
            Some(0) => assert_contract(&serde_json::from_str(&said.out).unwrap(), &what),
            Some(1) => assert!(!said.err.trim().is_empty(), "{what}"),
            code => panic!("{code:?} {what}: {}", said.err),
        }
    }
}

/// The same bytes for the same seed, no two alike.
fn random_bytes(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..=seed * 40).map(|_| next()).collect()
}

/// The shape of `--json` that others rely on.
fn assert_contract(preview: &Value, what: &str) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| panic!("{what}: {preview:#}"));
    let (alerts, ignored) = (list(&preview["alerts"]), list(&preview["ignored"]));
    assert!(!alerts.is_empty() || !ignored.is_empty(), "{what}: neither alert nor reason");
    for alert in &alerts {
        assert!(alert["drill"].is_boolean(), "{what}: {alert:#}");
        let names = ["source", "severity", "status", "key", "fingerprint", "title"].map(|name| &alert[name]);
        let rendered = &alert["rendered"];
        let texts = ["telegram", "sms", "lms"].map(|name| &rendered[name]);
        let email = ["subject", "body"].map(|name| &rendered["email"][name]);
        let told = |value: &&Value| value.as_str().is_some_and(|text| !text.is_empty());
        assert!([&names[..], &texts, &email].concat().iter().all(told), "{what}: {alert:#}");
    }
    assert!(ignored.iter().all(|it| it["reason"].as_str().is_some_and(|reason| !reason.is_empty())), "{what}");
}

#[test]
fn a_file_that_is_not_there_is_a_clear_error() {
    let said = run(&["preview", "events/nothing.json"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("events/nothing.json"), "{}", said.err);
}

#[test]
fn check_names_every_fault_with_its_line_and_key() {
    let said = run(&["check", "--config", "tests/fixtures/faults.toml"]);
    assert_eq!(said.code, Some(1));
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
        assert!(said.out.contains(fault), "no {fault}:\n{}", said.out);
    }
}

#[tokio::test]
async fn check_is_content_with_a_good_configuration() {
    let stage = Stage::open().await;
    let said = run_at(&stage, &["check"]).await;
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    secrets::assert_none_in(&said.out, "check");
}

#[test]
fn route_says_which_route_matched_and_who_is_owed_the_alert() {
    let route = |event: &str| {
        let said = run(&["route", "--json", "--config", "bongsu.example.toml", event]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        serde_json::from_str::<Value>(&said.out).unwrap()
    };
    let critical = route("events/root-login/success-without-mfa.json");
    assert_eq!(critical["alerts"][0]["routes"], json!([1]));
    assert_eq!(critical["alerts"][0]["notify"], json!([["telegram-ops"], ["sms-nhn", "sms-solapi"], ["mail"]]));
    let ignored = route("events/root-login/iam-user-success.json");
    assert_eq!(ignored["alerts"], json!([]));
    assert_eq!(ignored["ignored"].as_array().unwrap().len(), 1);
    let words = run(&["route", "--config", "bongsu.example.toml", "events/root-login/success-without-mfa.json"]);
    assert!(words.out.contains("telegram-ops, sms-nhn → sms-solapi, mail"), "{}", words.out);
}

#[tokio::test]
async fn send_delivers_from_this_machine_and_says_what_became_of_it() {
    let stage = Stage::open().await;
    let dry = run_at(&stage, &["send", "--dry-run", "events/root-login/success-without-mfa.json"]).await;
    assert_eq!(dry.code, Some(0), "{}", dry.err);
    assert!(dry.out.contains("telegram, nhn → solapi, mail"), "{}", dry.out);
    assert!(stage.sandbox.requests().is_empty());

    let said = run_at(&stage, &["send", "--json", "events/root-login/success-without-mfa.json"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    secrets::assert_none_in(&said.out, "send");
    let report = serde_json::from_str(&said.out).unwrap();
    assert_eq!(outcomes(&report), ["telegram accepted", "nhn accepted", "solapi skipped", "mail accepted"]);
    assert_eq!(stage.sandbox.messages().len(), 3);
}

#[tokio::test]
async fn send_fails_where_nobody_could_be_told() {
    let stage = Stage::open().await;
    for channel in Channel::ALL {
        stage.inject(&format!("{channel}=unauthorized"));
    }
    let said = run_at(&stage, &["send", "events/root-login/success-without-mfa.json"]).await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.contains("unauthorized"), "{}", said.out);
    secrets::assert_none_in(&said.out, "send");
}

#[tokio::test]
async fn the_sandbox_fails_as_it_is_told_and_lists_what_arrived() {
    let mut sandbox = Running::start(&["sandbox", "--port", "0", "--fault", "sms-nhn=refuse"], &[]);
    let line = sandbox.line();
    let url = line.split('"').nth(1).unwrap_or_else(|| panic!("no address: {line}")).to_owned();
    // The same accounts, at another address than this one's.
    let stage = Stage::open().await.at(&url);
    let said = run_at(&stage, &["send", "--json", "events/root-login/success-without-mfa.json"]).await;
    let report = serde_json::from_str(&said.out).unwrap();
    assert_eq!(outcomes(&report), ["telegram accepted", "nhn rejected", "solapi accepted", "mail accepted"]);

    let request = http::Request::get(format!("{url}/api/messages")).body(Vec::new()).unwrap();
    let response = Http::new().unwrap().exchange(request).await.unwrap();
    let messages: Vec<Value> = serde_json::from_slice(response.body()).unwrap();
    let mut channels: Vec<_> = messages.iter().map(|message| message["channel"].as_str().unwrap()).collect();
    channels.sort_unstable();
    // Telegram and email tell of the refusal, too.
    assert_eq!(channels, ["sns-email", "sns-email", "solapi", "telegram", "telegram"]);
    for message in &messages {
        let text = message["text"].as_str().unwrap();
        assert!(message["at"].is_string() && message["to"].is_string() && text.contains("prod"), "{message:#}");
    }
}

#[test]
fn the_sandbox_listens_where_it_is_told_so_that_containers_find_it() {
    let line = Running::start(&["sandbox", "--listen", "127.8.2.6", "--port", "0"], &[]).line();
    assert!(line.contains("base_url = \"http://127.8.2.6:"), "{line}");
}
