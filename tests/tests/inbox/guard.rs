//! Other websites in the operator's browser get at nothing.

use http::Request;
use notifier::http::Http;
use serde_json::json;
use system_tests::{Browser, Running};

/// A sandbox, and its address.
fn sandbox() -> (Running, String) {
    let mut sandbox = Running::start(&["sandbox", "--port", "0"], &[]);
    let url = sandbox.line().split('"').nth(1).unwrap().to_owned();
    (sandbox, url)
}

async fn ask(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> http::Response<String> {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = Http::new().unwrap().exchange(request.body(body.into()).unwrap()).await.unwrap();
    answer.map(|body| String::from_utf8_lossy(&body).into_owned())
}

const PLAY: &str = r#"{"event":{"sample":"root-login/drill.json"},"language":"ko"}"#;
const BREAK: &str = r#"{"channel":"telegram","kind":"500"}"#;

/// All that changes something, with the status of those who may.
const CHANGES: [(&str, &str, &str, u16); 5] = [
    ("POST", "/inbox/plays", PLAY, 202),
    ("POST", "/api/faults", BREAK, 201),
    ("DELETE", "/api/faults/telegram", "", 204),
    ("DELETE", "/api/faults", "", 204),
    ("DELETE", "/api/messages", "", 204),
];

#[tokio::test]
async fn only_the_page_itself_and_programs_may_play_events_and_break_channels() {
    let (_running, url) = sandbox();
    let json = ("content-type", "application/json");
    for (method, path, body, good) in CHANGES {
        let url_of = format!("{url}{path}");
        for foreign in ["https://evil.example", "null", "http://127.0.0.1:1"] {
            let answer = ask(method, &url_of, &[json, ("origin", foreign)], body).await;
            assert_eq!(answer.status(), 403, "{path} for {foreign}");
        }
        for headers in [&[json][..], &[json, ("origin", &url)]] {
            assert_eq!(ask(method, &url_of, headers, body).await.status(), good, "{path} {headers:?}");
        }
    }
    // From a page whose name its owner has pointed at this machine.
    for (method, path, body, _) in CHANGES {
        let here = [json, ("host", "evil.example"), ("origin", "http://evil.example")];
        assert_eq!(ask(method, &format!("{url}{path}"), &here, body).await.status(), 403, "{path}");
    }
    // What a form of another page could send.
    let form = ask("POST", &format!("{url}/inbox/plays"), &[("content-type", "text/plain")], PLAY).await;
    assert_eq!(form.status(), 415);
}

#[tokio::test]
async fn another_page_in_the_same_browser_can_neither_press_a_button_nor_read() {
    let Some(browser) = Browser::open("en").await else { return };
    let inbox = browser.url.clone();
    // To a browser this is another website, though its server is the same; and an answer of JSON forbids no script.
    let elsewhere = inbox.replace("127.0.0.1", "localhost");
    for page in [format!("{elsewhere}/api/messages"), "data:text/html,<p>evil".to_owned()] {
        browser.visit(&page).await;
        for (method, path, body, _) in CHANGES.iter().filter(|change| change.0 == "POST") {
            // As a form would send it, without asking first.
            let options = json!({ "method": method, "mode": "no-cors", "body": body });
            let sent = format!("fetch('{inbox}{path}', {options}).then(it => it.type, () => 'kept away')");
            let sent = browser.eval(&sent).await;
            assert!(sent == "opaque" || sent == "kept away", "{page} {path}: {sent}");
        }
        let read = format!("fetch('{inbox}/api/messages').then(() => 'read', () => 'kept away')");
        assert_eq!(browser.eval(&read).await, "kept away", "{page}");
    }
    assert!(!browser.complaints().await.is_empty(), "the browser says what it kept away");
    for path in ["/api/messages", "/api/faults"] {
        assert_eq!(ask("GET", &format!("{inbox}{path}"), &[], "").await.body(), "[]", "{path}");
    }
    let news: serde_json::Value =
        serde_json::from_str(ask("GET", &format!("{inbox}/inbox/news"), &[], "").await.body()).unwrap();
    assert_eq!(news["plays"], json!([]));
    // The same from the page itself.
    browser.go("/").await;
    let options = json!({ "method": "POST", "mode": "no-cors", "body": BREAK });
    assert_eq!(browser.eval(&format!("fetch('/api/faults', {options}).then(it => it.status)")).await, 201);
    browser.close().await;
}

#[tokio::test]
async fn a_name_that_leads_here_shows_nothing() {
    let (_running, url) = sandbox();
    for path in ["/", "/inbox/news", "/api/messages", "/api/requests"] {
        let answer = ask("GET", &format!("{url}{path}"), &[("host", "evil.example")], "").await;
        assert_eq!(answer.status(), 403, "{path}");
    }
}

#[tokio::test]
async fn no_answer_is_for_other_websites_to_read_and_the_page_runs_only_its_own_scripts() {
    let (_running, url) = sandbox();
    for path in ["/", "/inbox/news", "/inbox/page.js", "/inbox/nothing", "/api/messages"] {
        let answer = ask("GET", &format!("{url}{path}"), &[("origin", &url)], "").await;
        assert!(answer.headers().keys().all(|name| !name.as_str().starts_with("access-control")), "{path}");
    }
    let page = ask("GET", &url, &[], "").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    for rule in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn sns_is_at_the_same_address_as_the_page() {
    let (_running, url) = sandbox();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let answer = ask("POST", &url, &[form], "Action=Publish").await;
    assert!(answer.body().contains("MissingAuthenticationToken"), "{}", answer.body());
}
