use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use serde_json::{Value, json};

use crate::places;

/// `oracles/texts.py`: somebody else's opinion of a text.
pub struct Oracle {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts it; one serves a whole test.
    pub fn start() -> Self {
        let mut process = script("texts.py").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let questions = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, questions, answers }
    }

    /// What a reader sees of Telegram texts with `parse_mode` HTML, by Telegram's own parser, or its words for why a
    /// text cannot be parsed.
    pub fn telegram(&mut self, texts: &[&str]) -> Vec<Result<String, String>> {
        self.ask("telegram", texts).iter().map(|answer| opinion(answer, |ok| ok.as_str().map(str::to_owned))).collect()
    }

    /// The lengths of texts in EUC-KR, by Python's strict codec, or why a text cannot be written in it.
    pub fn euc_kr(&mut self, texts: &[&str]) -> Vec<Result<u64, String>> {
        self.ask("euc_kr", texts).iter().map(|answer| opinion(answer, Value::as_u64)).collect()
    }

    fn ask(&mut self, oracle: &str, texts: &[&str]) -> Vec<Value> {
        let question: Vec<_> = texts.iter().map(|text| json!([oracle, text])).collect();
        writeln!(self.questions, "{}", Value::from(question)).unwrap();
        self.questions.flush().unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        let answers: Vec<_> =
            serde_json::from_str(&answer).unwrap_or_else(|_| panic!("the oracle fell silent: {texts:?}"));
        assert_eq!(answers.len(), texts.len());
        answers
    }
}

fn opinion<T>(answer: &Value, read: impl Fn(&Value) -> Option<T>) -> Result<T, String> {
    read(&answer["ok"]).ok_or_else(|| answer["error"].as_str().unwrap().to_owned())
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It has nothing to lose.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Runs a script of `oracles/` to its end.
pub fn python(name: &str, arguments: &[&str]) -> Output {
    script(name).args(arguments).output().unwrap()
}

/// `oracles/aws_requests.py`: what the AWS SDK for Python objects to in requests that were made without it. `credentials`
/// are the id, the secret and the session token that they were signed with.
pub fn objections_of_the_aws_sdk(credentials: (&str, &str, Option<&str>), requests: &[Value]) -> Vec<String> {
    ask_the_aws_sdk(&json!({ "credentials": credentials, "requests": requests }))
}

/// The same of where services are: each with `service`, `region`, `address` and `signed_for`, the Region of its signatures.
pub fn objections_of_the_aws_sdk_to_endpoints(endpoints: &[Value]) -> Vec<String> {
    ask_the_aws_sdk(&json!({ "credentials": ("AKIDTESTS", "secret", None::<&str>), "endpoints": endpoints }))
}

fn ask_the_aws_sdk(question: &Value) -> Vec<String> {
    let mut process = script("aws_requests.py").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn script(name: &str) -> Command {
    let mut command = Command::new(places::python());
    command.arg(places::repository().join("tests/oracles").join(name)).env("PYTHONUTF8", "1");
    command
}
