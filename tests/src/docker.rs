use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use http::Request;
use notifier::Variables;
use notifier::http::Http;
use serde_json::Value;

use crate::function::free_addresses;
use crate::json::text;
use crate::site::Site;
use crate::{both, places, secrets};

/// `sam local`: the functions in Docker, in the image that `tests/docker/base-image.sh` provides. Nothing that it says
/// may show a secret.
pub struct SamLocal {
    site: Site,
    /// The address at which containers find this machine.
    pub gateway: Ipv4Addr,
}

/// `sam local start-lambda`: all functions behind one address, each in a container of its own that stays warm.
pub struct WarmFunctions {
    sam: Child,
    url: String,
    http: Http,
}

impl SamLocal {
    /// Nothing where there is no Docker, on a person's machine; `make test` says so at its end. In CI that is a failure.
    pub fn open() -> Option<Self> {
        let bridge = Command::new("docker").args(["network", "inspect", "bridge"]).output();
        let Ok(bridge) = bridge.map_err(|error| error.to_string()).and_then(|output| said(&output)) else {
            assert!(!places::in_ci(), "CI must have Docker");
            eprintln!("SKIPPED: there is no Docker");
            return None;
        };
        Some(Self { site: Site::new(), gateway: gateway(&bridge) })
    }

    /// Says what stands for the environment of each function: `{"root-login": {"BONGSU_CONFIG": …}}`.
    pub fn set_variables(&self, variables: &Value) {
        std::fs::write(self.site.folder().join("variables.json"), variables.to_string()).unwrap();
    }

    /// Invokes a function once with an event's file, and gives back its answer.
    pub fn invoke(&self, function: &str, event: &Path) -> Value {
        let output = self.sam("invoke").arg(function).arg("--event").arg(event).output().unwrap();
        let said = both(&output);
        secrets::assert_none_in(&said, "sam local invoke");
        let answer = output.stdout.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty()).unwrap_or_default();
        serde_json::from_slice(answer).unwrap_or_else(|_| panic!("{function}: {said}"))
    }

    /// Starts all functions.
    pub fn start(&self) -> WarmFunctions {
        let [address, _] = free_addresses();
        let mut sam = self.sam("start-lambda");
        sam.args(["--warm-containers", "LAZY", "--host", &address.ip().to_string()]);
        sam.args(["--port", &address.port().to_string()]);
        let mut sam = sam.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(sam.stderr.take().unwrap()).lines();
        // It says where it runs as soon as it does.
        let started = log.by_ref().map_while(Result::ok).any(|line| line.contains("Running on"));
        assert!(started, "sam local start-lambda has ended");
        thread::spawn(move || log.map_while(Result::ok).for_each(|line| secrets::assert_none_in(&line, "sam local")));
        WarmFunctions { sam, url: format!("http://{address}"), http: Http::new().unwrap() }
    }

    fn sam(&self, what: &str) -> Command {
        let mut sam = self.site.command(&places::sam());
        sam.args(["local", what, "--skip-pull-image", "--env-vars", "variables.json", "--region", "us-east-1"])
            // It asks who it is, and does without an answer: nobody listens there.
            .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
            .env("AWS_MAX_ATTEMPTS", "1");
        if let Some(host) = Variables::from_environment().get("DOCKER_HOST") {
            sam.env("DOCKER_HOST", host);
        }
        sam
    }
}

impl WarmFunctions {
    /// Invokes a function, and gives back the status of Lambda's interface and the answer.
    pub async fn invoke(&self, function: &str, event: &[u8]) -> (u16, Value) {
        let url = format!("{}/2015-03-31/functions/{function}/invocations", self.url);
        let answer = self.http.exchange(Request::post(url).body(event.to_vec()).unwrap()).await.unwrap();
        let text = String::from_utf8_lossy(answer.body());
        secrets::assert_none_in(&text, "an answer");
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_else(|_| panic!("{function}: {text}")))
    }
}

impl Drop for WarmFunctions {
    fn drop(&mut self) {
        // On this signal it removes its containers.
        let stopped = Command::new("kill").args(["-INT", &self.sam.id().to_string()]).status();
        self.sam.wait().unwrap();
        stopped.unwrap();
    }
}

fn said(output: &Output) -> Result<String, String> {
    let text = both(output);
    if output.status.success() { Ok(text) } else { Err(text) }
}

/// Docker's own host in its network, which is the first address of it unless it says another.
fn gateway(bridge: &str) -> Ipv4Addr {
    let bridge: Value = serde_json::from_str(bridge).unwrap();
    let network = &bridge[0]["IPAM"]["Config"][0];
    let first =
        || text(&network["Subnet"]).split('/').next().unwrap().parse().map(|net: Ipv4Addr| (net.to_bits() + 1).into());
    text(&network["Gateway"]).parse().or_else(|_| first()).unwrap()
}
