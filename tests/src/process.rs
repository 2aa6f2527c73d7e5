//! Processes that are not our own children, and signals.

use std::fs;
use std::process::Command;

/// The processes that a process has started and that have not ended.
pub(crate) fn children(of: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{of}/task")) else { return Vec::new() };
    // Each thread lists those that it has started itself.
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<_>>()).collect()
}

/// Sends a signal: `KILL`. Says whether there was somebody to take it.
pub(crate) fn signal(process: u32, name: &str) -> bool {
    Command::new("kill").args(["-s", name, &process.to_string()]).status().unwrap().success()
}
