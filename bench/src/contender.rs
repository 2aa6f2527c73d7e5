//! What is measured: the function that ships, and what people use today.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use sandbox::demo;

use crate::stage::Stage;

/// One program that tells of a root sign-in.
#[derive(Debug, Clone)]
pub(crate) struct Contender {
    /// What it is called in the tables.
    pub(crate) name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    /// How many messages it sends.
    pub(crate) messages: usize,
    /// Whether the program is all that is uploaded.
    binary: bool,
}

/// The one that ships.
pub(crate) const OURS: &str = "bongsu";

/// All that this machine has, and why the others are missing.
pub(crate) fn all(repository: &Path) -> (Vec<Contender>, Vec<String>) {
    let peers = repository.join("bench/peers");
    let built = |name: &'static str, program: PathBuf, messages| Contender {
        name,
        arguments: Vec::new(),
        messages,
        binary: true,
        program,
    };
    let python = Contender {
        name: "recipe in Python",
        program: repository.join(".venv-bench/bin/python"),
        arguments: ["-m", "awslambdaric", "recipe.handler"].map(str::to_owned).into(),
        messages: 3,
        binary: false,
    };
    let candidates = [
        (built(OURS, repository.join("target/lambda/root-login/bootstrap"), 4), "make build"),
        (built("recipe in Rust", peers.join("rust/target/release/recipe"), 3), "make bench"),
        (built("recipe in Go", peers.join("go/recipe"), 3), "Go, then make bench"),
        (python, "make bench"),
    ];
    let (there, missing): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|(contender, _)| contender.program.exists());
    let missing = missing.into_iter().map(|(it, how)| format!("{}: not here; needs {how}", it.name));
    (there.into_iter().map(|(contender, _)| contender).collect(), missing.collect())
}

impl Contender {
    /// What is uploaded, in bytes.
    pub(crate) fn zipped(&self) -> Result<Option<usize>> {
        if !self.binary {
            return Ok(None);
        }
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&std::fs::read(&self.program)?)?;
        Ok(Some(encoder.finish()?.len()))
    }

    /// The command that starts it as soon as it is given a line, on a CPU of its own, with the environment of a function
    /// that has so much memory, in MB.
    pub(crate) fn command(&self, stage: &Stage, lambda: &str, memory: u32) -> Command {
        // Where there is a second one: this process has the first.
        let alone = Path::new("/sys/devices/system/cpu/cpu1").exists();
        let mut command = Command::new(if alone { "taskset" } else { "sh" });
        command.args(if alone { &["-c", "1", "sh"][..] } else { &[] });
        command.args(["-c", r#"read -r _ && exec "$@""#, "sh"]).arg(&self.program).args(&self.arguments);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8");
        command.envs([
            ("AWS_LAMBDA_RUNTIME_API", lambda),
            ("AWS_LAMBDA_FUNCTION_NAME", "bongsu-root-login"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bongsu-root-login"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/03/10/[$LATEST]1"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDTESTS"),
            ("AWS_SECRET_ACCESS_KEY", "not-a-secret"),
            ("AWS_SESSION_TOKEN", "not-a-token"),
        ]);
        command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory.to_string());
        command.env("SSL_CERT_FILE", if self.name == OURS { &stage.root } else { &stage.bundle });
        command.envs(stage.of_bongsu()).envs(stage.of_recipes());
        command
    }
}

/// The configuration of four channels, each at its own service.
pub(crate) fn configuration([telegram, nhn, solapi, mail]: [&str; 4]) -> String {
    format!(
        r#"[channels.telegram]
type = "telegram"
token = "{}"
chat_id = "{}"
base_url = "{telegram}"
[channels.nhn]
type = "nhn-sms"
app_key = "{}"
secret_key = "{}"
from = "{}"
to = ["01087654321"]
base_url = "{nhn}"
[channels.solapi]
type = "solapi"
api_key = "{}"
api_secret = "{}"
from = "{}"
to = ["01087654321"]
base_url = "{solapi}"
[channels.mail]
type = "sns-email"
topic_arn = "{}"
base_url = "{mail}"
[[routes]]
notify = ["telegram", "nhn", "solapi", "mail"]
"#,
        demo::TELEGRAM_TOKEN,
        demo::TELEGRAM_CHAT,
        demo::NHN_APP_KEY,
        demo::NHN_SECRET_KEY,
        demo::NHN_SENDER,
        demo::SOLAPI_API_KEY,
        demo::SOLAPI_API_SECRET,
        demo::SOLAPI_SENDER,
        demo::TOPIC_ARN,
    )
}
