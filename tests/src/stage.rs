use alert::Language;
use notifier::render::Wording;
use notifier::{Config, Variables};
use sandbox::{Accounts, Channel, Message, Sandbox, demo};

use crate::Function;

/// The four channels; a test adds its routes.
const CHANNELS: &str = include_str!("../fixtures/channels.toml");

/// A sandbox, and a configuration of four channels that lead to it: `telegram`, `nhn`, `solapi` and `mail`.
pub struct Stage {
    /// The emulated providers.
    pub sandbox: Sandbox,
    url: String,
}

impl Stage {
    /// Opens a sandbox of the test's own.
    pub async fn open() -> Self {
        Self::open_with(Accounts::default()).await
    }

    /// The same with providers that know other accounts.
    pub async fn open_with(accounts: Accounts) -> Self {
        let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), accounts).await.unwrap();
        Self { url: sandbox.url(), sandbox }
    }

    /// The same configuration, leading to another sandbox.
    #[must_use]
    pub fn at(mut self, url: &str) -> Self {
        url.clone_into(&mut self.url);
        self
    }

    /// What `${NAME}` in the configuration stands for.
    pub fn variables(&self) -> Vec<(String, String)> {
        let known = [
            ("TELEGRAM_BOT_TOKEN", demo::TELEGRAM_TOKEN),
            ("TELEGRAM_CHAT_ID", demo::TELEGRAM_CHAT),
            ("SMS_APP_KEY", demo::NHN_APP_KEY),
            ("SMS_SECRET_KEY", demo::NHN_SECRET_KEY),
            ("SMS_SEND_NO", demo::NHN_SENDER),
            ("SOLAPI_API_KEY", demo::SOLAPI_API_KEY),
            ("SOLAPI_API_SECRET", demo::SOLAPI_API_SECRET),
            ("ALERT_TOPIC_ARN", demo::TOPIC_ARN),
            ("SANDBOX_URL", &self.url),
        ];
        known.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    /// The configuration as a stack keeps it: every variable is replaced but the one that the stack itself provides.
    pub fn pushed(&self, routes: &str) -> String {
        let replace = |text: String, (name, value): &(String, String)| text.replace(&format!("${{{name}}}"), value);
        let kept = |(name, _): &&(String, String)| name != "ALERT_TOPIC_ARN";
        self.variables().iter().filter(kept).fold(configuration(routes), replace)
    }

    /// The configuration with these routes.
    pub fn config(&self, routes: &str) -> Config {
        Config::parse(&configuration(routes), &Variables::new(self.variables())).unwrap()
    }

    /// A function that runs by the configuration with these routes.
    pub fn function(&self, name: &str, routes: &str) -> Function {
        self.function_with(name, routes, &[])
    }

    /// The same with more in its environment.
    pub fn function_with(&self, name: &str, routes: &str, environment: &[(&str, &str)]) -> Function {
        let mut all = self.variables();
        all.push(("BONGSU_CONFIG".to_owned(), configuration(routes)));
        all.extend(environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Function::start(name, &all)
    }

    /// Breaks a provider: `nhn-sms=500:2`.
    pub fn inject(&self, fault: &str) {
        self.sandbox.inject(fault.parse().unwrap());
    }

    /// What one provider has accepted.
    pub fn messages(&self, channel: Channel) -> Vec<Message> {
        self.sandbox.messages().into_iter().filter(|message| message.channel == channel).collect()
    }

    /// The texts that phones show.
    pub fn texts(&self, channel: Channel) -> Vec<String> {
        self.messages(channel).into_iter().map(|message| message.text).collect()
    }
}

/// How the configuration words an alert in a language.
pub fn wording(language: Language) -> Wording {
    let text = format!("language = \"{}\"\n{CHANNELS}", language.as_str());
    Config::parse(&text, &Variables::default().with_invented_values()).unwrap().wording
}

/// The text of the configuration with these routes.
pub fn configuration(routes: &str) -> String {
    format!("{CHANNELS}\n{routes}\n")
}
