use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::places::in_ci;
use crate::process::{children, signal};

/// `chromedriver`, a process that starts browsers and speaks `WebDriver`. Dropping it ends its browsers too.
pub(crate) struct Chromedriver {
    process: Child,
    address: String,
}

impl Chromedriver {
    /// Starts it at a port that it finds itself. Nothing where there is none, on a person's machine; in CI that is a failure.
    pub(crate) fn start() -> Option<Self> {
        let started = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut process) = started else {
            assert!(!in_ci(), "CI must have chromedriver: .ci/run installs it");
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
        Some(Self { process, address })
    }

    /// A new browser, without a window, that asks for pages in this language.
    pub(crate) async fn browser(&self, language: &str) -> Client {
        // Its own sandbox needs what containers do not allow; all that it opens is our page.
        let arguments = json!([
            "--headless",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--hide-scrollbars",
            format!("--accept-lang={language}"),
        ]);
        let wanted = json!({ "goog:chromeOptions": { "args": arguments }, "goog:loggingPrefs": { "browser": "ALL" } });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted.as_object().unwrap().clone());
        builder.connect(&self.address).await.unwrap()
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        // A browser that was not closed would go on without it.
        for process in children(self.process.id()) {
            signal(process, "KILL");
        }
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Sends a command of the `DevTools` protocol: <https://chromedevtools.github.io/devtools-protocol/>.
pub(crate) async fn devtools(client: &Client, command: &str, parameters: Value) -> Value {
    let body = json!({ "cmd": command, "params": parameters });
    client.issue_cmd(Extension { path: "goog/cdp/execute", body }).await.unwrap()
}

/// What the browser has written down since it was last asked: scripts that fail, and what the policy forbids.
pub(crate) async fn log(client: &Client) -> Vec<String> {
    let entries = client.issue_cmd(Extension { path: "se/log", body: json!({ "type": "browser" }) }).await.unwrap();
    entries.as_array().unwrap().iter().map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
}

/// What chromedriver can do besides `WebDriver`, at a path of the session.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
