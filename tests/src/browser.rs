use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use notifier::Variables;
use notifier::http::Http;
use serde_json::{Value, json};
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;

use crate::Running;
use crate::process::{children, signal};

/// How long something on the page may take: the longest delivery, and a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// The inbox of a sandbox of its own, in headless Chromium.
pub struct Browser {
    driver: WebDriver,
    _chromedriver: Chromedriver,
    _sandbox: Running,
    /// The address of the sandbox.
    pub url: String,
}

struct Chromedriver(Child);

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
        let (chromedriver, address) = start_chromedriver()?;
        let mut sandbox = Running::start(&["sandbox", "--port", "0"], &[]);
        let url = sandbox.line().split('"').nth(1).expect("the address of the sandbox").to_owned();
        // It brings what every HTTP client of this process needs for TLS, even one that never uses it.
        Http::new().unwrap();
        let driver = WebDriver::new(address, capabilities(language)).await.unwrap();
        let browser = Self { driver, _chromedriver: chromedriver, _sandbox: sandbox, url };
        browser.look_on(Screen { width: 1280, height: 860, dark: false }).await;
        browser.go("/").await;
        Some(browser)
    }

    /// Changes the screen.
    pub async fn look_on(&self, screen: Screen) {
        let Screen { width, height, dark } = screen;
        let scale = if width < 700 { 2 } else { 1 };
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await.unwrap();
        let scheme = if dark { "dark" } else { "light" };
        // Nothing moves, so that what is seen does not depend on when.
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", features).await.unwrap();
    }

    /// Opens a path of the sandbox.
    pub async fn go(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.url)).await.unwrap();
    }

    /// Clicks where the selector first matches, as a mouse does: what is hidden or covered cannot be clicked.
    pub async fn click(&self, selector: &str) {
        let element = self.driver.find(By::Css(selector)).await.unwrap();
        element.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Types into what has the focus.
    pub async fn press(&self, keys: impl AsRef<str>) {
        self.driver.action_chain().send_keys(keys.as_ref()).perform().await.unwrap();
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
        assert!(waited.await.is_ok(), "still not true: {condition}\n{}", self.eval("document.body.innerText").await);
    }

    /// The value of an expression on the page.
    pub async fn eval(&self, expression: &str) -> Value {
        self.driver.execute(format!("return {expression}"), Vec::new()).await.unwrap().json().clone()
    }

    /// What a person reads where the selector matches, one after the other.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let shown = "element => element.checkVisibility()";
        let expression =
            format!("[...document.querySelectorAll({selector:?})].filter({shown}).map(it => it.innerText)");
        self.eval(&expression).await.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// The one text where the selector matches.
    pub async fn text(&self, selector: &str) -> String {
        let texts = self.texts(selector).await;
        assert_eq!(texts.len(), 1, "{selector}: {texts:?}");
        texts.concat()
    }

    /// What the browser has complained of since it was last asked: scripts that fail, and what the policy forbids.
    async fn complaints(&self) -> Vec<String> {
        self.driver.browser_log().await.unwrap().into_iter().map(|entry| entry.message).collect()
    }

    /// The roles and names by which a screen reader tells what can be reached with the keyboard.
    pub async fn spoken(&self) -> Vec<(String, String)> {
        let tree = self.driver.cdp().send_raw("Accessibility.getFullAXTree", json!({})).await.unwrap();
        let text = |node: &Value, key: &str| node[key]["value"].as_str().unwrap_or_default().to_owned();
        let focusable = |node: &&Value| {
            let properties = node["properties"].as_array().into_iter().flatten();
            node["ignored"] == json!(false)
                && properties.into_iter().any(|it| it["name"] == "focusable" && it["value"]["value"] == json!(true))
        };
        let nodes = tree["nodes"].as_array().unwrap();
        nodes.iter().filter(focusable).map(|node| (text(node, "role"), text(node, "name"))).collect()
    }

    /// Closes the browser, and with it what it keeps on disk. It has complained of nothing.
    pub async fn close(self) {
        assert_eq!(self.complaints().await, [""; 0]);
        self.driver.clone().quit().await.unwrap();
    }

    /// What the screen shows, as PNG.
    pub async fn screenshot(&self, file: &Path) {
        self.driver.screenshot(file).await.unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Where a test has failed. The session's own drop was seen to wait for a minute.
        self.driver.clone().leak().ok();
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        // A browser that was not closed would go on without it.
        for process in children(self.0.id()) {
            signal(process, "KILL");
        }
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// `chromedriver` at a port that it finds itself.
fn start_chromedriver() -> Option<(Chromedriver, String)> {
    let started = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut process) = started else {
        let in_ci = Variables::from_environment().get("CI") == Some("true");
        assert!(!in_ci, "CI must have chromedriver");
        eprintln!("SKIPPED: there is no chromedriver");
        return None;
    };
    // ChromeDriver was started successfully on port 38177.
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("successfully on port")).expect("chromedriver has ended");
    let port = line.trim_end_matches('.').rsplit(' ').next().unwrap();
    let address = format!("http://127.0.0.1:{port}");
    // What it says later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Some((Chromedriver(process), address))
}

fn capabilities(language: &str) -> thirtyfour::ChromeCapabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    // Its own sandbox needs what containers do not allow; all that it opens is our page.
    for argument in ["--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"] {
        capabilities.add_arg(argument).unwrap();
    }
    capabilities.add_arg(&format!("--accept-lang={language}")).unwrap();
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
    capabilities
}
