//! Where the command line finds its configuration.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use notifier::{Config, Variables};

/// The configuration that the demo runs with, and that people copy.
pub(crate) const EXAMPLE: &str = include_str!("../../../bongsu.example.toml");
const DEFAULT: &str = "bongsu.toml";

/// `--config`.
#[derive(Args)]
pub(crate) struct ConfigFile {
    /// The configuration file [default: bongsu.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    pub(crate) fn path(&self) -> PathBuf {
        self.config.clone().unwrap_or_else(|| PathBuf::from(DEFAULT))
    }

    /// Reads the file, for commands that cannot do without.
    pub(crate) fn text(&self) -> anyhow::Result<String> {
        let path = self.path();
        let hint = "copy bongsu.example.toml to bongsu.toml, or name a file with --config";
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {} ({hint})", path.display()))
    }

    /// The configuration that something is sent with.
    pub(crate) fn load(&self) -> anyhow::Result<Config> {
        Ok(Config::parse(&self.text()?, &Variables::from_environment())?)
    }

    /// The configuration for words and routes, where nothing is sent: secrets may be missing, and without a file the
    /// example serves.
    pub(crate) fn load_without_secrets(&self) -> anyhow::Result<Config> {
        let text = if self.is_given() { self.text()? } else { EXAMPLE.to_owned() };
        Ok(Config::parse(&text, &Variables::from_environment().with_invented_values())?)
    }

    /// Whether the file was named on the command line.
    pub(crate) fn is_named(&self) -> bool {
        self.config.is_some()
    }

    /// Whether there is a file to read.
    pub(crate) fn is_given(&self) -> bool {
        self.is_named() || self.path().exists()
    }
}
