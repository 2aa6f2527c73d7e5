use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::{places, secrets};

/// What a command said.
#[derive(Debug)]
pub struct Said {
    /// The exit status.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// A command that goes on until it is dropped.
pub struct Running {
    process: Child,
    out: BufReader<ChildStdout>,
}

/// `bongsu` with these arguments and this environment, in the root of the repository.
fn command(arguments: &[&str], environment: &[(String, String)]) -> Command {
    let mut command = Command::new(places::bongsu());
    command.args(arguments).env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
    command.current_dir(places::repository()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs `bongsu` to its end. However it ends, it has not panicked, and shows no secret.
pub fn bongsu(arguments: &[&str], environment: &[(String, String)], input: &[u8]) -> Said {
    let mut process = command(arguments, environment).stdin(Stdio::piped()).spawn().unwrap();
    // A command that reads no input closes it.
    process.stdin.take().unwrap().write_all(input).ok();
    let output = process.wait_with_output().unwrap();
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(!err.contains("panicked"), "bongsu {arguments:?}: {err}");
    secrets::assert_none_in(&err, "standard error");
    Said { code: output.status.code(), out, err }
}

impl Running {
    /// Starts `bongsu`.
    pub fn start(arguments: &[&str], environment: &[(String, String)]) -> Self {
        let mut process = command(arguments, environment).stderr(Stdio::inherit()).spawn().unwrap();
        let out = BufReader::new(process.stdout.take().unwrap());
        Self { process, out }
    }

    /// The next line that it prints.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
