use std::path::Path;
use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use crate::Running;
use crate::chromedriver::{Chromedriver, devtools, log};

/// How long something on the page may take: the longest delivery, and a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// The inbox of a sandbox of its own, in headless Chromium.
pub struct Browser {
    client: Client,
    _chromedriver: Chromedriver,
    _sandbox: Running,
    /// The address of the sandbox.
    pub url: String,
}

/// What the page is looked at on.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Whether the system is set to dark colours.
    pub dark: bool,
}

impl Browser {
    /// Opens the inbox on a wide screen. Nothing where there is no `chromedriver`, on a person's machine; `make test` says so
    /// at its end. In CI that is a failure.
    pub async fn open(language: &str) -> Option<Self> {
        let chromedriver = Chromedriver::start()?;
        let mut sandbox = Running::start(&["sandbox", "--port", "0"], &[]);
        let url = sandbox.line().split('"').nth(1).expect("the address of the sandbox").to_owned();
        let client = chromedriver.browser(language).await;
        let browser = Self { client, _chromedriver: chromedriver, _sandbox: sandbox, url };
        browser.look_on(Screen { width: 1280, height: 860, dark: false }).await;
        browser.go("/").await;
        Some(browser)
    }

    /// Changes the screen.
    pub async fn look_on(&self, screen: Screen) {
        let Screen { width, height, dark } = screen;
        let scale = if width < 700 { 2 } else { 1 };
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        devtools(&self.client, "Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if dark { "dark" } else { "light" };
        // Nothing moves, so that what is seen does not depend on when.
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        devtools(&self.client, "Emulation.setEmulatedMedia", features).await;
    }

    /// Opens a path of the sandbox.
    pub async fn go(&self, path: &str) {
        self.visit(&format!("{}{path}", self.url)).await;
    }

    /// Opens any address.
    pub async fn visit(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// Clicks where the selector first matches, as a mouse does: what is hidden or covered cannot be clicked.
    pub async fn click(&self, selector: &str) {
        let element = self.client.find(Locator::Css(selector)).await.unwrap();
        element.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Types into what has the focus.
    pub async fn press(&self, keys: &str) {
        let typed = keys.chars().fold(KeyActions::new("keyboard".to_owned()), |typed, value| {
            typed.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        self.client.perform_actions(typed).await.unwrap();
    }

    /// Chooses from a list, as a person does.
    pub async fn choose(&self, selector: &str, value: &str) {
        self.click(&format!("{selector} option[value={value:?}]")).await;
    }

    /// Plays a sample with the button of the page, and waits until everybody has been told.
    pub async fn play(&self, sample: &str) {
        let before = self.eval("document.querySelectorAll('#events li').length").await.as_u64().unwrap();
        self.choose("#sample", &format!("{sample}.json")).await;
        self.click("#play button").await;
        self.wait_until_played(before + 1).await;
    }

    /// Waits until so many events have been played, and nothing is on its way.
    pub async fn wait_until_played(&self, count: u64) {
        let count_of = |selector: &str| format!("document.querySelectorAll('{selector}').length");
        let (all, running) = (count_of("#events li"), count_of("#events [data-state=running]"));
        let condition = format!("{all} === {count} && {running} === 0");
        self.wait_for(&condition).await;
    }

    /// Waits until an expression is true.
    pub async fn wait_for(&self, condition: &str) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while self.eval(condition).await != json!(true) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        assert!(
            waited.await.is_ok(),
            "still not true: {condition}\n{}",
            self.eval("['#status', '#events'].map(it => document.querySelector(it).innerText).join('\\n')").await
        );
    }

    /// The value of an expression on the page.
    pub async fn eval(&self, expression: &str) -> Value {
        self.client.execute(&format!("return {expression}"), Vec::new()).await.unwrap()
    }

    /// What a person reads where the selector matches, one after the other.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let shown = "element => element.checkVisibility()";
        let expression =
            format!("[...document.querySelectorAll({selector:?})].filter({shown}).map(it => it.innerText)");
        self.eval(&expression).await.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// What is wider than the screen, and does not scroll by itself.
    pub async fn too_wide(&self) -> Value {
        let scrolls = "it => it.parentElement.closest('.wide, pre, .unseen') === null";
        let beyond = "it => it.getBoundingClientRect().right > document.documentElement.clientWidth + 1";
        self.eval(&format!(
            "[...document.querySelectorAll('body *')].filter(it => it.checkVisibility()).filter({scrolls}).filter({beyond})\
             .map(it => `${{it.tagName}} ${{it.className}}: ${{it.innerText}}`)"
        ))
        .await
    }

    /// The one text where the selector matches.
    pub async fn text(&self, selector: &str) -> String {
        let texts = self.texts(selector).await;
        assert_eq!(texts.len(), 1, "{selector}: {texts:?}");
        texts.concat()
    }

    /// The roles and names by which a screen reader tells what can be reached with the keyboard.
    pub async fn spoken(&self) -> Vec<(String, String)> {
        let tree = devtools(&self.client, "Accessibility.getFullAXTree", json!({})).await;
        let text = |node: &Value, key: &str| node[key]["value"].as_str().unwrap_or_default().to_owned();
        let focusable = |node: &&Value| {
            let properties = node["properties"].as_array().into_iter().flatten();
            node["ignored"] == json!(false)
                && properties.into_iter().any(|it| it["name"] == "focusable" && it["value"]["value"] == json!(true))
        };
        let nodes = tree["nodes"].as_array().unwrap();
        nodes.iter().filter(focusable).map(|node| (text(node, "role"), text(node, "name"))).collect()
    }

    /// What the browser has complained of since it was last asked.
    pub async fn complaints(&self) -> Vec<String> {
        log(&self.client).await
    }

    /// Closes the browser, and with it what it keeps on disk. No script has failed, and the policy forbade nothing.
    pub async fn close(self) {
        assert_eq!(self.complaints().await, [""; 0]);
        self.client.clone().close().await.unwrap();
    }

    /// What the screen shows, as PNG.
    pub async fn screenshot(&self, file: &Path) {
        std::fs::write(file, self.client.screenshot().await.unwrap()).unwrap();
    }
}
