//! The recipe that bongsu replaces, in Rust, as plainly as possible: one service after the other, each with a new client.

use std::env::var;

use hmac::{Hmac, Mac};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};
use sha2::Sha256;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(tell)).await
}

async fn tell(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let detail = &event.payload["detail"];
    let text = format!("[ROOT LOGIN] {} {}", detail["sourceIPAddress"], detail["eventTime"]);
    let (phone, sender) = (var("PHONE")?, var("SENDER")?);

    let url = format!("{}/bot{}/sendMessage", var("TELEGRAM_URL")?, var("TELEGRAM_TOKEN")?);
    let body = json!({ "chat_id": var("TELEGRAM_CHAT")?, "text": text });
    reqwest::Client::new().post(url).json(&body).send().await?.error_for_status()?;

    let url = format!("{}/sms/v3.0/appKeys/{}/sender/sms", var("NHN_URL")?, var("NHN_APP_KEY")?);
    let body = json!({ "body": text, "sendNo": sender, "recipientList": [{ "recipientNo": phone }] });
    let request = reqwest::Client::new().post(url).header("X-Secret-Key", var("NHN_SECRET_KEY")?);
    request.json(&body).send().await?.error_for_status()?;

    let date = OffsetDateTime::now_utc().replace_nanosecond(0)?.format(&Rfc3339)?;
    let salt = hex::encode(rand::random::<[u8; 16]>());
    let mut mac = Hmac::<Sha256>::new_from_slice(var("SOLAPI_API_SECRET")?.as_bytes())?;
    mac.update(format!("{date}{salt}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    let key = var("SOLAPI_API_KEY")?;
    let authorization = format!("HMAC-SHA256 apiKey={key}, date={date}, salt={salt}, signature={signature}");
    let url = format!("{}/messages/v4/send-many/detail", var("SOLAPI_URL")?);
    let body = json!({ "messages": [{ "to": phone, "from": sender, "text": text }] });
    let request = reqwest::Client::new().post(url).header("Authorization", authorization);
    request.json(&body).send().await?.error_for_status()?;
    Ok(json!({ "ok": true }))
}
