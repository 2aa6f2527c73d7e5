//! The share of a CPU that a function gets: a Linux control group with a quota.
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// In microseconds: how often a group gets its quota.
const PERIOD: u32 = 20_000;
/// In MB: with so much, a function has one whole CPU.
const WHOLE: u32 = 1_769;

/// Sets the quota of the group in a folder, in microseconds.
type SetQuota = fn(&Path, u32) -> std::io::Result<()>;

/// A control group.
#[derive(Debug)]
pub(crate) struct Share {
    folder: PathBuf,
    quota: SetQuota,
}

impl Share {
    /// `None` where this machine lets us have none.
    pub(crate) fn open() -> Option<Self> {
        let groups: [(&str, &str, SetQuota); 2] = [
            ("/sys/fs/cgroup/cpu", "cpu.cfs_quota_us", |folder, quota| {
                fs::write(folder.join("cpu.cfs_period_us"), PERIOD.to_string())?;
                fs::write(folder.join("cpu.cfs_quota_us"), quota.to_string())
            }),
            ("/sys/fs/cgroup", "cpu.max", |folder, quota| {
                fs::write(folder.join("cpu.max"), format!("{quota} {PERIOD}"))
            }),
        ];
        groups.into_iter().find_map(|(parent, file, quota)| {
            let folder = Path::new(parent).join("bongsu-bench");
            fs::create_dir_all(&folder).ok()?;
            (folder.join(file).exists() && quota(&folder, PERIOD).is_ok()).then_some(Self { folder, quota })
        })
    }

    /// Takes a process in, which keeps a whole CPU for now. It takes the kernel some milliseconds.
    pub(crate) fn take_in(&self, process: u32) -> Result<()> {
        (self.quota)(&self.folder, PERIOD)?;
        Ok(fs::write(self.folder.join("cgroup.procs"), process.to_string())?)
    }

    /// Lets the group have what a function with so much memory has, in MB.
    pub(crate) fn limit(&self, memory: u32) -> Result<()> {
        Ok((self.quota)(&self.folder, (PERIOD * memory / WHOLE).max(1_000))?)
    }
}
