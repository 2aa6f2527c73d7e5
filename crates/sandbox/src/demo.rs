//! The accounts that the providers know unless told otherwise. None of them exists anywhere else.

/// A bot token of the real form: digits, a colon, 35 characters.
pub const TELEGRAM_TOKEN: &str = "1000000001:AAsandbox-demo-bot-not-a-real-token";
/// A supergroup that the bot may write to.
pub const TELEGRAM_CHAT: &str = "-1001000000001";
/// A chat whose user has blocked the bot.
pub const TELEGRAM_BLOCKED_CHAT: &str = "1000000403";
/// A group that has become [`TELEGRAM_CHAT`].
pub const TELEGRAM_MIGRATED_CHAT: &str = "-1000000001";
/// NHN Cloud appKey.
pub const NHN_APP_KEY: &str = "sandboxDemoAppKey";
/// NHN Cloud secret key.
pub const NHN_SECRET_KEY: &str = "sandboxDemo";
/// The one number that is registered as a sender with NHN Cloud.
pub const NHN_SENDER: &str = "0212345678";
/// SOLAPI API key.
pub const SOLAPI_API_KEY: &str = "NCSSANDBOXDEMO01";
/// SOLAPI API secret, of the real length.
pub const SOLAPI_API_SECRET: &str = "SANDBOXDEMOSECRETNOTAREALSECRET0";
/// The one number that is registered as a sender with SOLAPI.
pub const SOLAPI_SENDER: &str = "0212345678";
/// What the account has to pay texts with, in won.
pub const SOLAPI_BALANCE: u64 = 10_000;
/// A standard topic.
pub const TOPIC_ARN: &str = "arn:aws:sns:us-east-1:111122223333:bongsu-alerts";
