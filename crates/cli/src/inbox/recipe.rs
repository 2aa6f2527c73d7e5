use alert::Language;
use notifier::{Config, Variables};

use crate::accounts::DEMO_VARIABLES;
use crate::configuration::EXAMPLE;

/// By what configuration events are played.
pub(crate) struct Recipe {
    text: String,
    variables: Variables,
    /// The language of the texts; without one it is that of the page.
    language: Option<Language>,
}

impl Recipe {
    /// The example, with accounts that the sandbox knows.
    pub(crate) fn example(language: Option<Language>) -> Self {
        let variables = DEMO_VARIABLES.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { text: EXAMPLE.to_owned(), variables: Variables::new(variables), language }
    }

    /// The operator's own configuration, in its own language.
    pub(crate) fn of(text: String, variables: Variables, language: Language) -> Self {
        Self { text, variables, language: Some(language) }
    }

    /// The configuration, with every channel at an address of the sandbox.
    pub(crate) fn config(&self, address: &str, language: Language) -> anyhow::Result<Config> {
        let mut config = Config::parse(&self.text, &self.variables)?;
        for channel in &mut config.channels {
            channel.settings.set_address(address);
        }
        config.wording.language = self.language.unwrap_or(language);
        Ok(config)
    }
}
