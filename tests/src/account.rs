use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::function::free_addresses;
use crate::site::{self, Site};
use crate::{Queue, places, secrets};

/// An AWS account of the test's own, on this machine: `MiniStack`, which asks IAM at every call, and a folder with what an
/// operator has after `make build`. Nothing leaves the machine: whatever runs here has no environment but the account's.
/// <https://pypi.org/project/ministack/>
pub struct Account {
    engine: Child,
    url: String,
    site: Site,
    aws: Mutex<Aws>,
}

const CERTIFICATE: &str = "certificate.pem";
const KEY: &str = "key.pem";

/// `oracles/aws.py`: the AWS SDK for Python.
struct Aws {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Account {
    /// Its number.
    pub const ID: &str = site::ACCOUNT;

    /// Opens it, with nothing in it.
    pub fn open() -> Self {
        Self::start(Site::new(), "https")
    }

    /// Opens it for a test that deploys no functions, which need not be built then.
    pub fn open_without_functions() -> Self {
        Self::start(Site::without_functions(), "https")
    }

    /// Opens it for a test that deploys nothing, with an empty folder, and by plain HTTP, since a test itself does not trust
    /// the account's certificate.
    pub fn open_plain() -> Self {
        Self::start(Site::empty(), "http")
    }

    fn start(site: Site, scheme: &str) -> Self {
        // One after the other: of two engines at one address that both find port 443 free, the slower one ends.
        static OPENING: Mutex<()> = Mutex::new(());
        let _turn = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = site.folder();
        let [address, _] = free_addresses();
        let url = format!("{scheme}://{address}");
        make_certificate(folder, &address);
        let log = File::create(folder.join("ministack.log")).unwrap();
        let engine = command(&places::ministack("ministack"), &site, &url)
            .env("BIND_HOST", address.ip().to_string())
            .env("MINISTACK_HOST", address.ip().to_string())
            .env("GATEWAY_PORT", address.port().to_string())
            .env("MINISTACK_ACCOUNT_ID", Self::ID)
            .env("STATE_DIR", folder.join("state"))
            // The policies of the stack refuse plain HTTP.
            .env("USE_SSL", if scheme == "https" { "1" } else { "0" })
            .env("MINISTACK_SSL_CERT", folder.join(CERTIFICATE))
            .env("MINISTACK_SSL_KEY", folder.join(KEY))
            // Without it nobody is refused anything.
            .env("AUTH", "true")
            // Lambda waits for one minute before it tries again, and for two before the last time.
            .env("LAMBDA_ASYNC_RETRY_BASE_SECONDS", "0.1")
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let aws = Mutex::new(Aws::start(&site, &url));
        let account = Self { engine, url, site, aws };
        account.wait_until_open(address);
        account
    }

    /// Where all of AWS is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The operator's folder.
    pub fn folder(&self) -> &Path {
        self.site.folder()
    }

    /// Deploys as `samconfig.toml` says for an environment (`global`, `home`), with these parameters.
    pub fn deploy(&self, environment: &str, parameters: &[&str]) {
        let output = self.try_to_deploy(environment, parameters);
        assert!(output.status.success(), "{environment} {parameters:?}\n{}", both(&output));
        // It would tell, at seven minutes past, of all that an account of MiniStack has not.
        if environment == "global" {
            self.aws("us-east-1", "events", "disable_rule", &json!({ "Name": "bongsu-schedule-heartbeat" }));
        }
    }

    /// The same where it may be refused.
    pub fn try_to_deploy(&self, environment: &str, parameters: &[&str]) -> Output {
        let fixed = ["deploy", "--config-env", environment, "--no-confirm-changeset", "--parameter-overrides"];
        self.sam(&[&fixed, parameters].concat())
    }

    /// Deploys as `make forward` does.
    pub fn forward(&self, region: &str, bus: &str) {
        let bus = format!("Bus={bus}");
        let what = ["deploy", "--template-file", "forwarder.yaml", "--stack-name", "bongsu-forwarder"];
        let how = ["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset", "--no-confirm-changeset"];
        let output = self.sam(&[&what, &how as &[_], &["--region", region, "--parameter-overrides", &bus]].concat());
        assert!(output.status.success(), "{region}\n{}", both(&output));
    }

    /// Deletes the stack of a Region.
    pub fn delete(&self, region: &str) {
        self.delete_stack("bongsu", region);
    }

    /// Deletes a stack of another name.
    pub fn delete_stack(&self, name: &str, region: &str) {
        let output = self.sam(&["delete", "--stack-name", name, "--region", region, "--no-prompts"]);
        assert!(output.status.success(), "{name}\n{}", both(&output));
    }

    fn sam(&self, arguments: &[&str]) -> Output {
        let mut sam = command(&places::sam(), &self.site, &self.url);
        sam.args(arguments).env("SAM_CLI_POLL_DELAY", "0.2").output().unwrap()
    }

    /// Runs the command line with the operator's rights and these variables.
    pub fn bongsu(&self, arguments: &[&str], variables: &[(String, String)]) -> Output {
        let variables = variables.iter().map(|(name, value)| (name, value));
        command(&places::bongsu(), &self.site, &self.url).args(arguments).envs(variables).output().unwrap()
    }

    /// Calls AWS with the rights of the account's owner; fails where AWS refuses.
    pub fn aws(&self, region: &str, service: &str, call: &str, with: &Value) -> Value {
        let mut answer = self.answer(region, service, call, with);
        assert!(answer["error"].is_null(), "AWS refuses {service} {call} {with}: {answer}");
        answer["answer"].take()
    }

    /// The same where AWS may refuse: `{"answer": …}` or `{"error": CODE}`.
    pub fn answer(&self, region: &str, service: &str, call: &str, with: &Value) -> Value {
        let question = json!({ "region": region, "service": service, "call": call, "with": with });
        self.aws.lock().unwrap().ask(&question)
    }

    /// One of its queues.
    pub fn queue<'a>(&'a self, region: &'a str, name: &str) -> Queue<'a> {
        Queue::new(self, region, name)
    }

    /// A queue that takes whatever comes.
    pub fn new_queue<'a>(&'a self, region: &'a str, name: &str) -> Queue<'a> {
        let anybody = json!({ "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*" });
        let policy = json!({ "Version": "2012-10-17", "Statement": [anybody] }).to_string();
        let queue = json!({ "QueueName": name, "Attributes": { "Policy": policy } });
        self.aws(region, "sqs", "create_queue", &queue);
        self.queue(region, name)
    }

    /// The lines that a function has logged, oldest first.
    pub fn log_of(&self, region: &str, function: &str) -> Vec<String> {
        let group = json!({ "logGroupName": format!("/aws/lambda/{function}") });
        let answer = self.aws(region, "logs", "filter_log_events", &group);
        let lines = answer["events"].as_array().unwrap().iter();
        lines.map(|line| line["message"].as_str().unwrap().trim_end().to_owned()).collect()
    }

    fn wait_until_open(&self, address: SocketAddr) {
        for _ in 0..600 {
            if TcpStream::connect(address).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("MiniStack does not listen:\n{}", self.engine_log());
    }

    fn engine_log(&self) -> String {
        fs::read_to_string(self.folder().join("ministack.log")).unwrap_or_default()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        // On this signal it ends the functions too.
        let stopped = Command::new("kill").arg(self.engine.id().to_string()).status();
        self.engine.wait().unwrap();
        stopped.unwrap();
        let log = self.engine_log();
        if thread::panicking() {
            eprintln!("── log of MiniStack\n{log}");
        } else {
            secrets::assert_none_in(&log, "a log");
        }
    }
}

impl Aws {
    fn start(site: &Site, url: &str) -> Self {
        let script = places::repository().join("tests/oracles/aws.py");
        let mut python = command(&places::ministack("python"), site, url);
        let mut process = python.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let questions = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, questions, answers }
    }

    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.questions, "{question}").unwrap();
        self.questions.flush().unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("the AWS SDK fell silent at {question}"))
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        // It has nothing to lose.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// What a command has written.
pub fn both(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// A command that knows of this account and no other, and trusts nobody else, anywhere.
fn command(program: &Path, site: &Site, url: &str) -> Command {
    let mut command = site.command(program);
    command.env("AWS_ENDPOINT_URL", url);
    for name in ["REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "SSL_CERT_FILE"] {
        command.env(name, site.folder().join(CERTIFICATE));
    }
    command
}

/// A certificate for this address, signed by itself.
fn make_certificate(folder: &Path, address: &SocketAddr) {
    let name = format!("subjectAltName=IP:{}", address.ip());
    let output = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=aws", "-addext", &name, "-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", KEY, "-out", CERTIFICATE])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", both(&output));
}
