use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{places, secrets};

/// The account that commands belong to. As an access key it stands for the account's owner.
pub(crate) const ACCOUNT: &str = "111122223333";

/// A folder of a test's own with what an operator has after `make build`: the template, `samconfig.toml`, and the
/// functions where the template looks for them. It goes with this value.
pub(crate) struct Site(PathBuf);

impl Site {
    pub(crate) fn new() -> Self {
        let site = Self::without_functions();
        for function in sources::ALL.iter().map(|source| source.slug).chain(places::OTHER_FUNCTIONS) {
            let folder = site.folder().join("target/lambda").join(function);
            fs::create_dir_all(&folder).unwrap();
            fs::copy(places::function(function), folder.join("bootstrap")).unwrap();
        }
        site
    }

    /// What an operator has before `make build`.
    pub(crate) fn without_functions() -> Self {
        let site = Self::empty();
        for name in ["template.yaml", "forwarder.yaml", "guardrails.yaml", "samconfig.toml"] {
            fs::copy(places::repository().join(name), site.folder().join(name)).unwrap();
        }
        site
    }

    /// With nothing in it, for tests that deploy nothing.
    pub(crate) fn empty() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("site-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let site = Self(places::target().join("tmp").join(name));
        fs::create_dir_all(site.folder()).unwrap();
        site
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    /// A command that runs in this folder and knows of no real AWS, whatever this machine's user is signed in to.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let folder = self.folder();
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .env("SAM_CLI_TELEMETRY", "0")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ACCESS_KEY_ID", ACCOUNT)
            .env("AWS_SECRET_ACCESS_KEY", secrets::AWS_SECRET_ACCESS_KEY)
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // What stays is in Cargo's folder for temporary files.
        fs::remove_dir_all(&self.0).ok();
    }
}
