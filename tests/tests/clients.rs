//! Clients that others wrote, sending through the sandbox: what they understand, the providers could have said.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use frankenstein::client_ureq::Bot;
use frankenstein::methods::{GetChatParams, SendMessageParams};
use frankenstein::response::ErrorResponse;
use frankenstein::types::{ChatId, Message};
use frankenstein::{Error, ParseMode, TelegramApi};
use sandbox::{Channel, demo};
use serde_json::{Value, json};
use system_tests::{Stage, python};

/// What a script prints.
async fn run(script: &'static str, arguments: Vec<String>) -> Value {
    let arguments = move || python(script, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let output = tokio::task::spawn_blocking(arguments).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What the official SDK of SOLAPI makes of the sandbox.
async fn solapi(stage: &Stage) -> Value {
    let arguments =
        [&stage.sandbox.url(), demo::SOLAPI_API_KEY, demo::SOLAPI_API_SECRET, demo::SOLAPI_SENDER, "01087654321"];
    run("solapi_client.py", arguments.map(str::to_owned).into()).await
}

#[tokio::test]
async fn the_official_sdk_of_solapi_sends_and_is_refused_with_a_wrong_secret_and_a_used_signature() {
    let stage = Stage::open().await;
    let said = solapi(&stage).await;
    assert_eq!(said["registered"], 1, "{said:#}");
    assert!(said["group"].as_str().unwrap().starts_with("G4V"), "{said:#}");
    assert_eq!(said["listed"], json!(["봉수 beacon"]));
    assert_eq!(said["wrong_secret"][0], "SignatureDoesNotMatch");
    assert_eq!(said["signature"], json!([]), "the first use of it is good");
    assert_eq!(said["same_signature"][0], "DuplicatedSignature");
    assert_eq!(stage.texts(Channel::Solapi), ["봉수 beacon", "봉수 beacon"]);
}

#[tokio::test]
async fn the_official_sdk_of_solapi_learns_what_became_of_a_text() {
    let stage = Stage::open().await;
    assert_eq!(solapi(&stage).await["asked"], json!([[[true, "3000"]], [[true, "4000"]]]));
    let stage = Stage::open().await;
    stage.inject("solapi=carrier:1");
    assert_eq!(solapi(&stage).await["asked"], json!([[[true, "3000"]], [[true, "3043"]]]));
}

#[tokio::test]
async fn the_aws_sdk_for_python_publishes_and_understands_refusals() {
    let stage = Stage::open().await;
    let said = run("sns_client.py", vec![stage.sandbox.url(), demo::TOPIC_ARN.to_owned()]).await;
    let messages = stage.messages(Channel::SnsEmail);
    assert_eq!(messages.len(), 1);
    assert_eq!(said["message"], messages[0].provider_id);
    assert_eq!((messages[0].subject.as_deref(), messages[0].text.as_str()), (Some("[긴급] 봉수"), "beacon"));
    assert_eq!(said["confirmed"], "1");
    assert_eq!(said["no_topic"], "NotFound");
    assert_eq!(said["bad_subject"], "InvalidParameter");
    assert_eq!(said["no_message"], "InvalidParameter");
}

/// Asks as the crate `frankenstein` does, which blocks.
async fn ask<T: Send + 'static>(
    stage: &Stage,
    token: &str,
    question: impl FnOnce(Bot) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let bot = Bot::new_url(format!("{}/bot{token}", stage.sandbox.url()));
    tokio::task::spawn_blocking(move || question(bot)).await.unwrap()
}

async fn send(stage: &Stage, token: &str, text: &'static str) -> Result<Message, Error> {
    let chat: i64 = demo::TELEGRAM_CHAT.parse().unwrap();
    let message = SendMessageParams::builder().chat_id(chat).text(text).parse_mode(ParseMode::Html).build();
    ask(stage, token, move |bot| bot.send_message(&message)).await.map(|answer| answer.result)
}

/// A refusal by Telegram, as the crate understands it.
fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> ErrorResponse {
    match answer {
        Err(Error::Api(refusal)) => refusal,
        other => panic!("no refusal: {other:?}"),
    }
}

#[tokio::test]
async fn a_telegram_client_of_others_sends_and_knows_bot_and_chat() {
    let stage = Stage::open().await;
    let message = send(&stage, demo::TELEGRAM_TOKEN, "<b>봉수</b> &lt;beacon&gt; <code>x</code>").await.unwrap();
    assert_eq!(message.text.as_deref(), Some("봉수 <beacon> x"));
    let entities: Vec<_> = message.entities.unwrap().iter().map(|it| (it.offset, it.length)).collect();
    assert_eq!(entities, [(0, 2), (12, 1)]);
    assert_eq!(stage.texts(Channel::Telegram), ["봉수 <beacon> x"]);

    let me = ask(&stage, demo::TELEGRAM_TOKEN, |bot| bot.get_me()).await.unwrap();
    assert!(me.result.is_bot);
    let id: i64 = demo::TELEGRAM_CHAT.parse().unwrap();
    let chat = GetChatParams::builder().chat_id(ChatId::Integer(id)).build();
    let chat = ask(&stage, demo::TELEGRAM_TOKEN, move |bot| bot.get_chat(&chat)).await.unwrap();
    assert_eq!(chat.result.id, id);
}

#[tokio::test]
async fn a_telegram_client_of_others_understands_too_many_requests() {
    let stage = Stage::open().await;
    stage.inject("telegram=429:1");
    let refusal = refusal(send(&stage, demo::TELEGRAM_TOKEN, "beacon").await);
    assert_eq!(refusal.error_code, 429);
    assert_eq!(refusal.parameters.unwrap().retry_after, Some(1));
    send(&stage, demo::TELEGRAM_TOKEN, "beacon").await.unwrap();
}

#[tokio::test]
async fn a_telegram_client_of_others_understands_text_that_cannot_be_parsed_and_a_bad_token() {
    let stage = Stage::open().await;
    let unparsed = refusal(send(&stage, demo::TELEGRAM_TOKEN, "<b>open").await);
    assert_eq!(unparsed.error_code, 400);
    assert!(unparsed.description.contains("can't parse entities"), "{}", unparsed.description);
    let stranger = refusal(send(&stage, "1000000002:AAnobody-has-this-token-00000000000", "beacon").await);
    assert_eq!(stranger.error_code, 401);
    assert!(stage.sandbox.messages().is_empty());
}
