//! Where things are.

use std::path::{Path, PathBuf};

use notifier::Variables;

/// The functions that are no sources: what they do begins with a queue or a schedule.
pub const OTHER_FUNCTIONS: [&str; 3] = ["digest", "forwarded", "redeliver"];

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The folder that Cargo builds into, wherever it was told to: a test itself is `TARGET/debug/deps/NAME`.
pub(crate) fn target() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

/// The binary of the command line.
pub(crate) fn bongsu() -> PathBuf {
    existing(target().join("debug/bongsu"))
}

/// The binary of a function: the very file that `make deploy` uploads, which is always in the clone, since the template
/// names its place.
pub(crate) fn function(name: &str) -> PathBuf {
    existing(repository().join("target/lambda").join(name).join("bootstrap"))
}

/// The Python that has the oracles.
pub(crate) fn python() -> PathBuf {
    existing(repository().join(".venv/bin/python"))
}

/// The SAM CLI.
pub(crate) fn sam() -> PathBuf {
    existing(repository().join(".venv/bin/sam"))
}

/// A program of the environment that has `MiniStack`, which needs other versions than the SAM CLI.
pub(crate) fn ministack(name: &str) -> PathBuf {
    existing(repository().join(".venv-ministack/bin").join(name))
}

/// The Lambda Runtime Interface Emulator, which comes with the SAM CLI.
/// <https://github.com/aws/aws-lambda-runtime-interface-emulator>
pub(crate) fn emulator() -> PathBuf {
    let lib = existing(repository().join(".venv/lib"));
    let name = if cfg!(target_arch = "aarch64") { "aws-lambda-rie-arm64" } else { "aws-lambda-rie-x86_64" };
    let python = std::fs::read_dir(&lib).unwrap().next().expect("a Python in .venv/lib").unwrap().path();
    existing(python.join("site-packages/samcli/local/rapid").join(name))
}

/// Whether this is no person's machine, so that nothing may be missing: `.ci/run` says so.
pub(crate) fn in_ci() -> bool {
    Variables::from_environment().get("CI") == Some("true")
}

/// The path, if there is something.
fn existing(path: PathBuf) -> PathBuf {
    assert!(path.exists(), "{} is missing: `make test` builds and installs what the tests need", path.display());
    path
}
