use crate::demo;

/// What the providers know: who may send, from where, to whom. The default is the accounts of [`demo`].
///
/// There is no `Debug`, since all of it is credentials.
#[derive(Clone)]
pub struct Accounts {
    /// Bots that Telegram knows.
    pub telegram: Vec<Bot>,
    /// Applications that NHN Cloud knows.
    pub nhn: Vec<NhnApp>,
    /// Accounts that SOLAPI knows.
    pub solapi: Vec<SolapiAccount>,
    /// ARNs of the SNS topics that exist.
    pub topics: Vec<String>,
    /// Those whose address has not confirmed yet.
    pub pending_topics: Vec<String>,
    /// Those whose address has confirmed by a link, so that anybody can end it.
    pub open_topics: Vec<String>,
}

/// A Telegram bot.
#[derive(Clone, Default)]
pub struct Bot {
    /// The token that stands in the path, without `bot`.
    pub token: String,
    /// Chats that it may write to: `42` (a person), `-42` (a group), `-1001234567890` (a supergroup), `@channel`.
    pub chats: Vec<String>,
    /// People who have blocked it, and groups that have thrown it out: 403.
    pub blocked: Vec<String>,
    /// Groups and channels of its chats where it may read, and not write.
    pub silenced: Vec<String>,
    /// Groups that have become supergroups, with the new id: 400 and `migrate_to_chat_id`.
    pub migrated: Vec<(String, i64)>,
}

/// An application with NHN Cloud's SMS service.
#[derive(Clone, Default)]
pub struct NhnApp {
    /// The appKey that stands in the path.
    pub app_key: String,
    /// What `X-Secret-Key` must say.
    pub secret_key: String,
    /// Numbers registered as senders, digits only.
    pub senders: Vec<String>,
    /// Those of them that are blocked.
    pub blocked: Vec<String>,
}

/// An account with SOLAPI.
#[derive(Clone, Default)]
pub struct SolapiAccount {
    /// The API key that stands in the `Authorization` header.
    pub api_key: String,
    /// The secret that signs.
    pub api_secret: String,
    /// Numbers registered as senders, digits only.
    pub senders: Vec<String>,
    /// What it has to pay texts with, in won; a send costs nothing here.
    pub balance: u64,
}

impl Default for Accounts {
    fn default() -> Self {
        let migrated = demo::TELEGRAM_CHAT.parse().map(|new| (demo::TELEGRAM_MIGRATED_CHAT.to_owned(), new));
        Self {
            telegram: vec![Bot {
                token: demo::TELEGRAM_TOKEN.to_owned(),
                chats: vec![demo::TELEGRAM_CHAT.to_owned()],
                blocked: vec![demo::TELEGRAM_BLOCKED_CHAT.to_owned()],
                migrated: migrated.into_iter().collect(),
                ..Bot::default()
            }],
            nhn: vec![NhnApp {
                app_key: demo::NHN_APP_KEY.to_owned(),
                secret_key: demo::NHN_SECRET_KEY.to_owned(),
                senders: vec![demo::NHN_SENDER.to_owned()],
                ..NhnApp::default()
            }],
            solapi: vec![SolapiAccount {
                api_key: demo::SOLAPI_API_KEY.to_owned(),
                api_secret: demo::SOLAPI_API_SECRET.to_owned(),
                senders: vec![demo::SOLAPI_SENDER.to_owned()],
                balance: demo::SOLAPI_BALANCE,
            }],
            topics: vec![demo::TOPIC_ARN.to_owned()],
            pending_topics: Vec::new(),
            open_topics: Vec::new(),
        }
    }
}
