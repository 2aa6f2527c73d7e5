//! What must never show.

use sandbox::demo;

/// The AWS secret key that functions run with here.
pub const AWS_SECRET_ACCESS_KEY: &str = "awsSecretAccessKeyOfTheTests0123456789ab";
/// A phone that is told, in full.
pub const PHONE: &str = "01087654321";
/// The same as reports show it.
pub const MASKED_PHONE: &str = "010****4321";

/// Everything that stands for a secret in these tests.
const ALL: [&str; 7] = [
    demo::TELEGRAM_TOKEN,
    "AAsandbox-demo-bot-not-a-real-token",
    demo::NHN_APP_KEY,
    demo::NHN_SECRET_KEY,
    demo::SOLAPI_API_KEY,
    demo::SOLAPI_API_SECRET,
    AWS_SECRET_ACCESS_KEY,
];

/// Fails where a text has a secret, or a whole phone number.
pub fn assert_none_in(text: &str, place: &str) {
    for secret in ALL.iter().chain([&PHONE]) {
        assert!(!text.contains(secret), "{place} shows the secret {secret}:\n{text}");
    }
}
