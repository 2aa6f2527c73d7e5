//! Each way in which a channel can be broken.

use sandbox::{Accounts, Bot, demo};
use system_tests::Stage;

use crate::chain::{Seen, run_without_aws};

/// What is wrong with the channels where the providers know these accounts.
async fn channels(accounts: Accounts) -> Vec<String> {
    let stage = Stage::open_with(accounts).await;
    let said = run_without_aws(&stage, &["doctor", "--json"]).await;
    let seen = Seen::of(&said);
    let channel =
        |it: &String| ["telegram ", "nhn-sms ", "solapi ", "sns-email "].iter().any(|kind| it.starts_with(kind));
    let not_well: Vec<_> = seen.not_well().into_iter().filter(channel).collect();
    let broken = not_well.iter().any(|it| it.ends_with("broken"));
    assert_eq!(seen.code, Some(i32::from(broken)), "{}", seen.text);
    assert!(stage.sandbox.messages().is_empty());
    // The mail is asked with credentials, of which there are none here.
    not_well.into_iter().filter(|it| it != "sns-email mail unasked").collect()
}

fn telegram(change: impl Fn(&mut Bot)) -> Accounts {
    let mut accounts = Accounts::default();
    change(&mut accounts.telegram[0]);
    accounts
}

#[tokio::test]
async fn a_token_that_was_revoked_is_told() {
    let accounts = telegram(|bot| bot.token = "1000000001:AAanother-token-of-the-same-bot-0001".to_owned());
    assert_eq!(channels(accounts).await, ["telegram telegram broken"]);
}

#[tokio::test]
async fn a_chat_that_the_bot_does_not_know_is_told() {
    assert_eq!(channels(telegram(|bot| bot.chats.clear())).await, ["telegram telegram broken"]);
}

#[tokio::test]
async fn a_group_that_has_thrown_the_bot_out_or_lets_it_only_read_is_told() {
    let chat = || demo::TELEGRAM_CHAT.to_owned();
    assert_eq!(channels(telegram(|bot| bot.blocked.push(chat()))).await, ["telegram telegram broken"]);
    assert_eq!(channels(telegram(|bot| bot.silenced.push(chat()))).await, ["telegram telegram broken"]);
}

#[tokio::test]
async fn a_chat_that_has_moved_is_told() {
    let accounts = telegram(|bot| bot.migrated.push((demo::TELEGRAM_CHAT.to_owned(), -1_009)));
    assert_eq!(channels(accounts).await, ["telegram telegram warning"]);
}

#[tokio::test]
async fn wrong_keys_of_nhn_cloud_are_told() {
    let mut accounts = Accounts::default();
    accounts.nhn[0].secret_key = "another".to_owned();
    assert_eq!(channels(accounts).await, ["nhn-sms nhn broken"]);
}

#[tokio::test]
async fn a_sender_that_is_not_registered_or_blocked_is_told() {
    let mut accounts = Accounts::default();
    accounts.nhn[0].senders.clear();
    accounts.solapi[0].senders.clear();
    assert_eq!(channels(accounts).await, ["nhn-sms nhn broken", "solapi solapi broken"]);
    let mut accounts = Accounts::default();
    accounts.nhn[0].blocked.push(demo::NHN_SENDER.to_owned());
    assert_eq!(channels(accounts).await, ["nhn-sms nhn broken"]);
}

#[tokio::test]
async fn wrong_keys_of_solapi_are_told() {
    let mut accounts = Accounts::default();
    accounts.solapi[0].api_secret = "ANOTHERSECRETNOTAREALSECRET00000".to_owned();
    assert_eq!(channels(accounts).await, ["solapi solapi broken"]);
}

#[tokio::test]
async fn a_balance_that_runs_low_is_told_before_and_after_it_is_too_low() {
    for (won, expected) in [(2_000, None), (1_980, Some("warning")), (120, Some("broken")), (0, Some("broken"))] {
        let mut accounts = Accounts::default();
        accounts.solapi[0].balance = won;
        let expected: Vec<_> = expected.map(|state| format!("solapi solapi {state}")).into_iter().collect();
        assert_eq!(channels(accounts).await, expected, "{won} won");
    }
}
