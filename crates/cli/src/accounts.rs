//! The accounts that the sandbox knows: the demo's, and those of a configuration.

use notifier::Config;
use notifier::provider::Settings;
use sandbox::{Accounts, Bot, NhnApp, SolapiAccount};
use secrecy::ExposeSecret;

/// The demo's accounts, and everything that a configuration has.
pub(crate) fn of(config: Option<&Config>) -> Accounts {
    let mut accounts = Accounts::default();
    for channel in config.into_iter().flat_map(|config| &config.channels) {
        match &channel.settings {
            Settings::Telegram(it) => accounts.telegram.push(Bot {
                token: it.token.expose_secret().to_owned(),
                chats: vec![it.chat_id.clone()],
                ..Bot::default()
            }),
            Settings::NhnSms(it) => accounts.nhn.push(NhnApp {
                app_key: it.app_key.expose_secret().to_owned(),
                secret_key: it.secret_key.expose_secret().to_owned(),
                senders: vec![it.texting.from.clone()],
                ..NhnApp::default()
            }),
            Settings::Solapi(it) => accounts.solapi.push(SolapiAccount {
                api_key: it.api_key.expose_secret().to_owned(),
                api_secret: it.api_secret.expose_secret().to_owned(),
                senders: vec![it.texting.from.clone()],
                balance: sandbox::demo::SOLAPI_BALANCE,
            }),
            Settings::SnsEmail(it) => accounts.topics.push(it.topic_arn.clone()),
        }
    }
    accounts
}

/// What `${NAME}` in the example stands for in the sandbox.
pub(crate) const DEMO_VARIABLES: [(&str, &str); 8] = [
    ("TELEGRAM_BOT_TOKEN", sandbox::demo::TELEGRAM_TOKEN),
    ("TELEGRAM_CHAT_ID", sandbox::demo::TELEGRAM_CHAT),
    ("SMS_APP_KEY", sandbox::demo::NHN_APP_KEY),
    ("SMS_SECRET_KEY", sandbox::demo::NHN_SECRET_KEY),
    ("SMS_SEND_NO", sandbox::demo::NHN_SENDER),
    ("SOLAPI_API_KEY", sandbox::demo::SOLAPI_API_KEY),
    ("SOLAPI_API_SECRET", sandbox::demo::SOLAPI_API_SECRET),
    ("ALERT_TOPIC_ARN", sandbox::demo::TOPIC_ARN),
];
