//! What an attacker writes stays text.

use std::fmt::Write as _;

use serde_json::json;
use system_tests::{Browser, corpus};

/// What Telegram itself would draw; in other texts nothing at all.
const DRAWN: [&str; 10] = ["A", "B", "BLOCKQUOTE", "BR", "CODE", "I", "PRE", "S", "SPAN", "U"];

#[tokio::test]
async fn no_hostile_event_becomes_markup_runs_or_loads_anything() {
    let Some(browser) = Browser::open("ko").await else { return };
    let mut count = 0;
    for event in corpus::all().iter().filter(|event| event.name.contains("hostile")) {
        browser.play(event.name.trim_end_matches(".json")).await;
        count += 1;
    }
    assert!(count > 10, "{count} hostile events");
    assert!(browser.texts("#telegram .bubble").await.len() >= count);

    let inside =
        |selector: &str| format!("[...new Set([...document.querySelectorAll('{selector}')].map(it => it.tagName))]");
    let drawn = browser.eval(&inside("#telegram .text *")).await;
    assert!(drawn.as_array().unwrap().iter().all(|tag| DRAWN.contains(&tag.as_str().unwrap())), "{drawn}");
    for plain in [
        "#phones .text *",
        "#phones h4 *",
        "#mail .text *",
        "#mail h3 *",
        "#events [data-part=title] *",
        "#events [data-part=name] *",
    ] {
        assert_eq!(browser.eval(&inside(plain)).await, json!([]), "{plain}");
    }
    // Every link is ours: to the console of AWS.
    let links = browser.eval("[...document.querySelectorAll('main a')].map(it => it.href)").await;
    for link in links.as_array().unwrap() {
        let host = link.as_str().unwrap().split('/').nth(2).unwrap();
        assert!(host.ends_with("amazon.com") || host.ends_with("amazonaws.cn") || host.ends_with("aws.com"), "{link}");
    }
    untouched(browser).await;
}

#[tokio::test]
async fn a_pasted_event_full_of_markup_is_shown_letter_by_letter() {
    let Some(browser) = Browser::open("en").await else { return };
    let mut attack = String::new();
    for markup in [
        "<img src=x onerror=hacked=1>",
        "</code><script>hacked=1</script>",
        "<a href=\"javascript:hacked=1\">x</a>",
        "\"><b>x",
    ] {
        write!(attack, "{markup} ").unwrap();
    }
    let event = json!({ "source": "aws.cloudwatch", "detail-type": attack, "account": attack, "detail": { "alarmName": attack } });
    let wish = json!({ "event": { "pasted": event.to_string() }, "language": "en" });
    let post = format!(
        "fetch('/inbox/plays', {{ method: 'POST', headers: {{ 'content-type': 'application/json' }}, body: JSON.stringify({wish}) }}).then(it => it.status)"
    );
    assert_eq!(browser.eval(&post).await, 202);
    browser.wait_until_played(1).await;
    browser.click("#telegram [data-part=details]").await;
    browser.wait_for("document.querySelector('dialog').open").await;
    assert!(browser.text("dialog [data-part=event]").await.contains("<img src=x onerror=hacked=1>"));
    assert_eq!(
        browser.eval("document.querySelectorAll('main img, dialog img, main script, dialog script').length").await,
        0
    );
    untouched(browser).await;
}

/// The page is as it was made: nothing ran, nothing was loaded from elsewhere.
async fn untouched(browser: Browser) {
    assert_eq!(browser.eval("typeof window.hacked").await, "undefined");
    assert_eq!(browser.eval("document.scripts.length").await, 1);
    let loaded = browser.eval("performance.getEntriesByType('resource').map(it => it.name)").await;
    assert!(loaded.as_array().unwrap().iter().all(|it| it.as_str().unwrap().starts_with(&browser.url)), "{loaded}");
    browser.close().await;
}
