//! Everything can be done and heard without a mouse.

use system_tests::Browser;

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const DOWN: &str = "\u{e015}";

const DIALOG_IS_OPEN: &str = "document.querySelector('dialog').open";

/// Goes on with Tab until something has the focus.
async fn tab_to(browser: &Browser, selector: &str) {
    for _ in 0..60 {
        if browser.eval(&format!("document.activeElement.matches({selector:?})")).await == true {
            return;
        }
        browser.press(TAB).await;
    }
    panic!("no Tab leads to {selector}: {:?}", browser.spoken().await);
}

async fn focused(browser: &Browser) -> String {
    let name = "(it => it.className || it.dataset.part || it.id)(document.activeElement)";
    browser.eval(name).await.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_event_is_played_and_looked_at_with_keys_alone() {
    let Some(browser) = Browser::open("en").await else { return };
    browser.press(TAB).await;
    assert_eq!(focused(&browser).await, "skip");
    tab_to(&browser, "#sample").await;
    let chosen = "document.querySelector('#sample').value";
    let first = browser.eval(chosen).await;
    browser.press(DOWN).await;
    assert_ne!(browser.eval(chosen).await, first);
    tab_to(&browser, "#play button").await;
    browser.press(ENTER).await;
    browser.wait_until_played(1).await;
    browser.wait_for("document.querySelector('#status').textContent.includes('3 arrived')").await;

    for opener in ["#events button", ".phone [data-part=details]", "#telegram [data-part=details]", "#mail button"] {
        tab_to(&browser, opener).await;
        browser.press(" ").await;
        browser.wait_for(DIALOG_IS_OPEN).await;
        assert_eq!(focused(&browser).await, "close");
        browser.press(ESCAPE).await;
        browser.wait_for(&format!("!{DIALOG_IS_OPEN}")).await;
        let back = browser.eval(&format!("document.activeElement.matches({opener:?})")).await;
        assert_eq!(back, true, "the focus is not back at {opener} but at {}", focused(&browser).await);
    }
    browser.close().await;
}

#[tokio::test]
async fn a_channel_is_broken_and_healed_with_keys_alone() {
    let Some(browser) = Browser::open("en").await else { return };
    let solapi = "[data-channel=solapi]";
    tab_to(&browser, &format!("{solapi} select")).await;
    browser.press(DOWN).await;
    tab_to(&browser, &format!("{solapi} [data-part=break]")).await;
    browser.press(ENTER).await;
    // The button that was pressed goes away; its counterpart has the focus.
    browser.wait_for("document.activeElement.dataset.part === 'heal'").await;
    assert_eq!(browser.text(&format!("{solapi} .state")).await, "too many (429)");
    browser.press(ENTER).await;
    browser.wait_for("document.activeElement.dataset.part === 'break'").await;
    assert_eq!(browser.text(&format!("{solapi} .state")).await, "Works");
    browser.close().await;
}

#[tokio::test]
async fn an_event_is_pasted_and_everything_is_cleared_with_keys_alone() {
    let Some(browser) = Browser::open("en").await else { return };
    tab_to(&browser, "#play + details summary").await;
    browser.press(ENTER).await;
    tab_to(&browser, "#pasted").await;
    browser.press("{}").await;
    tab_to(&browser, "#paste button").await;
    browser.press(ENTER).await;
    browser.wait_until_played(1).await;
    tab_to(&browser, "#severity").await;
    browser.press(DOWN).await;
    browser.wait_for("document.querySelectorAll('.bubble:not([hidden])').length === 0").await;
    tab_to(&browser, "#clear").await;
    browser.press(ENTER).await;
    browser.wait_for("document.querySelectorAll('.event').length === 0").await;
    browser.close().await;
}

#[tokio::test]
async fn whatever_has_the_focus_has_a_name() {
    let Some(browser) = Browser::open("en").await else { return };
    browser.play("root-login/success-without-mfa").await;
    browser.click("[data-channel=solapi] [data-part=break]").await;
    browser.wait_for("document.querySelector('[data-channel=solapi]').dataset.broken === 'true'").await;
    let spoken = browser.spoken().await;
    assert!(spoken.len() > 20, "{spoken:?}");
    for (role, name) in &spoken {
        assert!(!name.is_empty(), "a {role} without a name: {spoken:?}");
    }
    for expected in ["Play", "Heal: SOLAPI", "NHN Cloud: Kind of fault", "010-1234-5678"] {
        assert!(spoken.iter().any(|(_, name)| name == expected), "no {expected}: {spoken:?}");
    }
    browser.close().await;
}
