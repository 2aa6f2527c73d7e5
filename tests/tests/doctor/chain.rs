//! A whole chain: the providers of a sandbox, two stacks in `MiniStack`, and an Access Analyzer, which that has not.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::response::IntoResponse;
use sandbox::Accounts;
use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, Said, Stage, bongsu, configuration, repository, secrets};

pub(crate) const GLOBAL: &str = "us-east-1";
pub(crate) const HOME: &str = "ap-northeast-2";
const ROUTES: &str = "[[routes]]\nnotify = [\"telegram\", [\"nhn\", \"solapi\"], \"mail\"]";
const RECORDER: &str = "default";

pub(crate) struct Chain {
    pub(crate) account: Arc<Account>,
    pub(crate) stage: Stage,
    pub(crate) has_analyzer: Arc<AtomicBool>,
    analyzer: String,
}

/// What the command has seen.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
    findings: Vec<Value>,
}

impl Chain {
    pub(crate) async fn open() -> Self {
        Self::open_with(Accounts::default()).await
    }

    /// With providers that know these accounts, and else without a fault.
    pub(crate) async fn open_with(accounts: Accounts) -> Self {
        let stage = Stage::open_with(accounts).await;
        let account = tokio::task::spawn_blocking(Account::open_plain).await.unwrap();
        let has_analyzer = Arc::new(AtomicBool::new(true));
        let analyzer = analyzers(has_analyzer.clone()).await;
        let chain = Self { account: Arc::new(account), stage, has_analyzer, analyzer };
        for region in [GLOBAL, HOME] {
            chain.deploy(region, "0.1.0");
            chain.account.new_queue(region, "reader");
            chain.subscribe(region);
            let stored =
                json!({ "Name": "/bongsu/config", "Type": "SecureString", "Value": chain.stage.pushed(ROUTES) });
            chain.aws(region, "ssm", "put_parameter", stored);
            let recorder = json!({ "name": RECORDER, "roleARN": "arn:aws:iam::111122223333:role/config" });
            chain.aws(region, "config", "put_configuration_recorder", json!({ "ConfigurationRecorder": recorder }));
            let bucket = json!({ "name": RECORDER, "s3BucketName": "config" });
            chain.aws(region, "config", "put_delivery_channel", json!({ "DeliveryChannel": bucket }));
            let started = json!({ "ConfigurationRecorderName": RECORDER });
            chain.aws(region, "config", "start_configuration_recorder", started);
        }
        let trail = json!({ "Name": "main", "S3BucketName": "trail", "IsMultiRegionTrail": true });
        chain.aws(GLOBAL, "cloudtrail", "create_trail", trail);
        chain.aws(GLOBAL, "cloudtrail", "start_logging", json!({ "Name": "main" }));
        chain
    }

    /// A stack of this version.
    pub(crate) fn deploy(&self, region: &str, version: &str) {
        let body = std::fs::read_to_string(repository().join("tests/fixtures/doctor.yaml")).unwrap();
        let parameter = json!({ "ParameterKey": "Version", "ParameterValue": version });
        let stack = json!({ "StackName": "bongsu", "TemplateBody": body, "Parameters": [parameter] });
        self.aws(region, "cloudformation", "create_stack", stack);
        let created = || {
            let stacks = self.aws(region, "cloudformation", "describe_stacks", json!({ "StackName": "bongsu" }));
            stacks["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
        };
        assert!((0..100).any(|_| created() || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            false
        }));
    }

    /// Somebody who reads what comes to the topic of the stack.
    pub(crate) fn subscribe(&self, region: &str) {
        let [topic, reader] = ["sns", "sqs"].map(|service| format!("arn:aws:{service}:{region}:111122223333"));
        let (topic, reader) = (format!("{topic}:bongsu-alerts"), format!("{reader}:reader"));
        self.aws(region, "sns", "subscribe", json!({ "TopicArn": topic, "Protocol": "sqs", "Endpoint": reader }));
    }

    #[expect(clippy::needless_pass_by_value, reason = "what is asked is made where it is asked")]
    pub(crate) fn aws(&self, region: &str, service: &str, call: &str, with: Value) -> Value {
        self.account.aws(region, service, call, &with)
    }

    /// `bongsu` with the configuration, the providers and the account.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Said {
        let mut environment = environment(&self.stage);
        environment.push(("AWS_ENDPOINT_URL".to_owned(), self.account.url().to_owned()));
        environment.push(("AWS_ENDPOINT_URL_ACCESSANALYZER".to_owned(), self.analyzer.clone()));
        environment.push(("AWS_ACCESS_KEY_ID".to_owned(), Account::ID.to_owned()));
        environment.push(("AWS_SECRET_ACCESS_KEY".to_owned(), secrets::AWS_SECRET_ACCESS_KEY.to_owned()));
        call(&self.stage, arguments, environment).await
    }

    pub(crate) async fn look(&self) -> Seen {
        Seen::of(&self.run(&["doctor", "--json"]).await)
    }

    /// What is not well now: `check subject state`.
    pub(crate) async fn not_well(&self) -> Vec<String> {
        let seen = self.look().await;
        let broken = !seen.broken().is_empty();
        assert_eq!(seen.code, Some(i32::from(broken)), "{}", seen.text);
        seen.not_well()
    }
}

/// The same with an environment that knows no AWS at all.
pub(crate) async fn run_without_aws(stage: &Stage, arguments: &[&str]) -> Said {
    let mut environment = environment(stage);
    environment.push(("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned()));
    call(stage, arguments, environment).await
}

fn environment(stage: &Stage) -> Vec<(String, String)> {
    stage.variables()
}

async fn call(stage: &Stage, arguments: &[&str], environment: Vec<(String, String)>) -> Said {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let file = format!("{folder}/doctor-{}.toml", stage.sandbox.url().rsplit(':').next().unwrap());
    std::fs::write(&file, configuration(ROUTES)).unwrap();
    let arguments: Vec<String> = [&["--config", &file], arguments].concat().iter().map(ToString::to_string).collect();
    let call = move || bongsu(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &environment, b"");
    let said = tokio::task::spawn_blocking(call).await.unwrap();
    secrets::assert_none_in(&said.out, "doctor");
    said
}

impl Seen {
    pub(crate) fn of(said: &Said) -> Self {
        let all: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}{}", said.out, said.err));
        Self { code: said.code, text: said.out.clone(), findings: all["findings"].as_array().unwrap().clone() }
    }

    fn told(&self, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
        let told = |it: &Value| {
            let state = if it["asked"] == true { text(&it["state"]) } else { "unasked" };
            format!("{} {} {state}", text(&it["check"]), text(&it["subject"]))
        };
        let told: BTreeSet<_> = self.findings.iter().filter(|it| wanted(it)).map(told).collect();
        told.into_iter().collect()
    }

    pub(crate) fn not_well(&self) -> Vec<String> {
        self.told(|it| it["state"] != "ok")
    }

    pub(crate) fn broken(&self) -> Vec<String> {
        self.told(|it| it["state"] == "broken")
    }

    pub(crate) fn unasked(&self) -> usize {
        self.findings.iter().filter(|it| it["asked"] == false).count()
    }

    pub(crate) fn has(&self, check: &str) -> bool {
        self.findings.iter().any(|it| it["check"] == check)
    }
}

/// An Access Analyzer with one analyzer, for as long as it has one.
async fn analyzers(has: Arc<AtomicBool>) -> String {
    let answer = move || {
        let analyzer = json!({
            "arn": "arn:aws:access-analyzer:us-east-1:111122223333:analyzer/a", "name": "a", "type": "ACCOUNT",
            "createdAt": "2026-01-02T03:04:05Z", "status": "ACTIVE",
        });
        let list = if has.load(Ordering::Relaxed) { vec![analyzer] } else { Vec::new() };
        async move { json!({ "analyzers": list }).to_string().into_response() }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(answer)).await });
    url
}
