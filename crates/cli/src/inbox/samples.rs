use std::path::{Path, PathBuf};

use anyhow::Context;

/// The project's own events, where the command runs elsewhere.
const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events");

/// An event to play.
#[derive(Clone)]
pub(crate) struct Sample {
    /// `root-login/drill.json`
    pub(crate) name: String,
    /// What is in it, which need not be JSON, nor UTF-8.
    pub(crate) bytes: Vec<u8>,
}

/// Every event of a folder, in the order of their names.
#[derive(Default)]
pub(crate) struct Samples(Vec<Sample>);

impl Samples {
    /// Reads a folder and all folders in it; without one, the project's.
    pub(crate) fn read(folder: Option<&Path>) -> anyhow::Result<Self> {
        let folder = folder.unwrap_or(Path::new(EVENTS));
        let read = |path: &PathBuf| {
            let bytes = std::fs::read(path).with_context(|| format!("cannot read the event {}", path.display()))?;
            Ok(Sample { name: path.strip_prefix(folder).unwrap_or(path).display().to_string(), bytes })
        };
        files(folder)?.iter().map(read).collect::<anyhow::Result<_>>().map(Self)
    }

    #[cfg(test)]
    pub(crate) const fn of(samples: Vec<Sample>) -> Self {
        Self(samples)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Sample> {
        self.0.iter()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Sample> {
        self.0.iter().find(|sample| sample.name == name)
    }
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder);
        let entries = entries
            .with_context(|| format!("cannot read the events in {} (name them with --events)", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
