//! The sample events in `events/`.

use std::path::{Path, PathBuf};

use alert::Policy;
use serde_json::value::RawValue;

use crate::repository;

/// One sample event.
#[derive(Debug, Clone)]
pub struct Event {
    /// `root-login/drill.json`
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// What is in it, which need not be JSON, nor UTF-8.
    pub bytes: Vec<u8>,
}

impl Event {
    /// Whether Lambda would take it: a payload that is not JSON never reaches a function.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors>
    pub fn is_json(&self) -> bool {
        serde_json::from_slice::<&RawValue>(&self.bytes).is_ok()
    }

    /// Whether it is the schedule's, by which the credential audit asks IAM and the heartbeat everybody: an alert is made of
    /// the answers, not of it.
    pub fn starts_a_question(&self) -> bool {
        let asks = ["credential-audit/", "heartbeat/"].iter().any(|folder| self.name.starts_with(folder));
        asks && String::from_utf8_lossy(&self.bytes).contains("Scheduled Event")
    }
}

/// What the operator of the fixtures says, by which the events are judged.
pub fn policy() -> Policy {
    let allowed = ["us-east-1", "ap-northeast-2"].map(str::to_owned);
    Policy { allowed_regions: Some(allowed.into()), new_resources: true, ..Policy::default() }
}

/// The folders of `events/`.
pub fn folders() -> Vec<String> {
    let mut names: Vec<_> = entries(&repository().join("events")).iter().map(|path| name(path)).collect();
    names.sort();
    names
}

/// Every event of a folder.
pub fn events(folder: &str) -> Vec<Event> {
    let mut paths = entries(&repository().join("events").join(folder));
    paths.sort();
    paths.into_iter().map(|path| read(folder, path)).collect()
}

/// Every event.
pub fn all() -> Vec<Event> {
    folders().iter().flat_map(|folder| events(folder)).collect()
}

/// One event: `root-login/drill`.
pub fn event(name: &str) -> Event {
    let (folder, _) = name.split_once('/').expect("a folder and a name");
    read(folder, repository().join("events").join(name).with_extension("json"))
}

fn read(folder: &str, path: PathBuf) -> Event {
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Event { name: format!("{folder}/{}", name(&path)), path, bytes }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
