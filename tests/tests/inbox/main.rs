//! The inbox in a browser: what people see, do and hear, and what nobody else can do to them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

#[cfg(test)]
mod guard;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod keyboard;
#[cfg(test)]
mod pictures;

use serde_json::json;
use system_tests::{Browser, Screen};

const ROOT: &str = "root-login/success-without-mfa";

#[tokio::test]
async fn an_event_shows_on_the_phone_in_the_chat_and_in_the_mail_with_all_that_is_behind_it() {
    let Some(browser) = Browser::open("ko").await else { return };
    browser.play(ROOT).await;

    assert_eq!(browser.text(".phone h3").await, "010-1234-5678");
    assert_eq!(browser.text(".phone [data-part=total]").await, "1건 · 20원");
    let text = browser.text(".phone .text").await;
    assert!(text.starts_with("[긴급] 루트 사용자가 MFA 없이 로그인했습니다: prod, 203.0.113.24"), "{text}");
    assert_eq!(browser.text(".phone [data-part=size]").await, "85/90바이트 · SMS 1건 · 20원");
    assert_eq!(browser.texts("#telegram .text b").await, ["[긴급] 루트 사용자가 MFA 없이 로그인했습니다", "prod"]);
    assert!(browser.texts("#telegram .text code").await.contains(&"203.0.113.24".to_owned()));
    assert_eq!(browser.texts("#telegram .text a").await, ["CloudTrail 기록", "루트 보안 자격 증명"]);
    assert!(browser.text("#mail h3").await.starts_with("[긴급] 루트 사용자가 MFA 없이"));

    browser.click(".phone .text").await;
    browser.wait_for("document.querySelector('dialog').open").await;
    let detail = browser.text("dialog").await;
    for told in ["#1: severity = critical, high", "telegram-ops, sms-nhn → sms-solapi, mail", "POST /bot…/sendMessage"]
    {
        assert!(detail.contains(told), "no {told}: {detail}");
    }
    assert!(browser.text("dialog [data-part=event]").await.contains("\"userIdentity\""));
    browser.click("dialog header button").await;
    assert_eq!(browser.eval("document.querySelector('dialog').open").await, false);
    browser.close().await;
}

#[tokio::test]
async fn while_nhn_is_broken_solapi_delivers_and_healed_it_delivers_again() {
    let Some(browser) = Browser::open("ko").await else { return };
    let nhn = "#switches [data-channel=nhn-sms]";
    browser.choose(&format!("{nhn} select"), "unauthorized").await;
    browser.click(&format!("{nhn} [data-part=break]")).await;
    browser.wait_for("document.querySelector('[data-channel=nhn-sms]').dataset.broken === 'true'").await;
    assert_eq!(browser.text(&format!("{nhn} .state")).await, "인증 거부");

    browser.play(ROOT).await;
    assert_eq!(browser.text(".phone .by").await, "SOLAPI 발송");
    // What went well is heard, and is a tick to those who see it.
    let marks = browser.eval("[...document.querySelectorAll('#events .mark')].map(it => it.textContent)").await;
    assert_eq!(marks, json!(["telegram-ops 접수됨", "sms-nhn 인증 거부", "sms-solapi 접수됨", "mail 접수됨"]));
    browser.click("#events button").await;
    browser.wait_for("document.querySelector('dialog').open").await;
    let attempts = browser.texts("dialog [data-part=attempts] tbody tr").await;
    let refused = attempts.iter().find(|row| row.contains("NHN Cloud")).unwrap();
    assert!(refused.contains("접수 안 됨") && refused.contains("인증 거부"), "{attempts:?}");
    browser.click("dialog header button").await;

    browser.click(&format!("{nhn} [data-part=heal]")).await;
    browser.wait_for("document.querySelector('[data-channel=nhn-sms]').dataset.broken === 'false'").await;
    assert_eq!(browser.text(&format!("{nhn} .state")).await, "정상");
    browser.play(ROOT).await;
    assert_eq!(browser.texts(".phone .by").await, ["SOLAPI 발송", "NHN Cloud 발송"]);
    browser.close().await;
}

#[tokio::test]
async fn a_filter_leaves_only_what_was_asked_for() {
    let Some(browser) = Browser::open("en").await else { return };
    for sample in [ROOT, "cloudwatch-alarm/metric-alarm", "account-activity/everyday-call"] {
        browser.play(sample).await;
    }
    let counts = async || [browser.texts("#events li").await.len(), browser.texts("#mail li").await.len()];
    assert_eq!(counts().await, [3, 2]);
    assert!(browser.texts("#events li").await[0].starts_with("not for people"));
    browser.choose("#source", "cloudwatch-alarm").await;
    assert_eq!(counts().await, [1, 1]);
    assert_eq!(browser.texts("#telegram .bubble").await.len(), 1);
    browser.choose("#severity", "critical").await;
    assert_eq!(counts().await, [0, 0]);
    assert_eq!(browser.text("#mail .empty").await, "No mail yet.");
    browser.choose("#source", "").await;
    assert_eq!(counts().await, [1, 1]);
    browser.click("#clear").await;
    browser.wait_for("document.querySelectorAll('.bubble, .letter, .event').length === 0").await;
    browser.close().await;
}

#[tokio::test]
async fn what_is_pasted_is_played_and_told_in_the_language_of_the_page() {
    let Some(browser) = Browser::open("en-GB").await else { return };
    assert_eq!(browser.eval("document.documentElement.lang").await, "en");
    browser.click("summary").await;
    browser.click("#pasted").await;
    browser.press("{\"detail-type\": \"Nobody knows this\", \"source\": \"my.own\"}").await;
    browser.click("#paste button").await;
    browser.wait_until_played(1).await;
    assert_eq!(browser.text("#events .name").await, "pasted event");
    assert!(browser.text("#telegram .text").await.contains("Nobody knows this"));
    browser.click("header a").await;
    assert_eq!(browser.eval("document.documentElement.lang").await, "ko");
    // It is all still there.
    browser.wait_for("document.querySelectorAll('#telegram .bubble').length === 1").await;
    browser.play(ROOT).await;
    assert!(browser.texts(".phone .text").await[1].starts_with("[긴급]"));
    browser.close().await;
}

#[tokio::test]
async fn a_small_screen_shows_one_list_at_a_time_and_nothing_beside_it() {
    let Some(browser) = Browser::open("ko").await else { return };
    browser.look_on(Screen { width: 390, height: 844, dark: true }).await;
    browser.go("/").await;
    browser.play(ROOT).await;
    for view in ["events", "telegram", "mail", "phones"] {
        browser.click(&format!("#views [data-view={view}]")).await;
        let shown =
            "[...document.querySelectorAll('main > section')].filter(it => it.checkVisibility()).map(it => it.id)";
        assert_eq!(browser.eval(&format!("{shown}.join()")).await, view);
        assert_eq!(browser.too_wide().await, json!([]), "{view}");
    }
    browser.click("#phones .text").await;
    browser.wait_for("document.querySelector('dialog').open").await;
    assert_eq!(browser.too_wide().await, json!([]));
    browser.close().await;
}
