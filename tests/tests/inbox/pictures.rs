//! The screenshots that the READMEs show. `make pictures` writes them anew; otherwise they are taken and thrown away.

use std::path::PathBuf;

use notifier::Variables;
use system_tests::{Browser, Screen, repository};

/// A night that an operator would like to have been called in.
const NIGHT: [&str; 4] = [
    "cloudwatch-alarm/metric-alarm",
    "cost-anomaly/coin-miner",
    "access-analyzer/bucket-public",
    "account-activity/trail-stopped",
];
const WHILE_NHN_IS_BROKEN: &str = "root-login/success-without-mfa";

/// What the READMEs show.
const SHOWN: [&str; 2] = ["wide-dark", "narrow-light"];
const WIDE: Screen = Screen { width: 1280, height: 860, dark: true };
const NARROW: Screen = Screen { width: 390, height: 844, dark: false };

#[tokio::test]
async fn the_pictures_of_the_readme_can_be_taken() {
    for language in ["ko", "en"] {
        let Some(browser) = Browser::open(language).await else { return };
        for sample in NIGHT {
            browser.play(sample).await;
        }
        browser.click("[data-channel=nhn-sms] [data-part=break]").await;
        browser.wait_for("document.querySelector('[data-channel=nhn-sms]').dataset.broken === 'true'").await;
        browser.play(WHILE_NHN_IS_BROKEN).await;
        for (name, screen) in [("wide-dark", WIDE), ("wide-light", Screen { dark: false, ..WIDE })] {
            take(&browser, language, name, screen).await;
        }
        for (name, screen) in [("narrow-light", NARROW), ("narrow-dark", Screen { dark: true, ..NARROW })] {
            take(&browser, language, name, screen).await;
        }
        browser.look_on(WIDE).await;
        browser.go("/").await;
        browser.wait_for("document.querySelectorAll('.phone .bubble').length === 5").await;
        browser.click(".phone .bubble:last-child .text").await;
        browser.wait_for("document.querySelector('dialog').open").await;
        take(&browser, language, "detail-dark", WIDE).await;
        browser.close().await;
    }
}

async fn take(browser: &Browser, language: &str, name: &str, screen: Screen) {
    browser.look_on(screen).await;
    if screen.width < 700 {
        browser.go("/").await;
        browser.wait_for("document.querySelectorAll('.phone .bubble').length === 5").await;
        browser.eval("document.querySelector('#views').scrollIntoView()").await;
    }
    let folder = folder(name);
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("inbox-{name}-{language}.png"));
    browser.screenshot(&file).await;
    let bytes = std::fs::metadata(&file).unwrap().len();
    assert!(bytes > 20_000, "{} has only {bytes} bytes", file.display());
}

/// The pictures that are shown go there when they are to be written; all others, and at other times, are thrown away.
fn folder(name: &str) -> PathBuf {
    if SHOWN.contains(&name) && Variables::from_environment().get("BONGSU_WRITE").is_some() {
        return repository().join("docs/pictures");
    }
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}
