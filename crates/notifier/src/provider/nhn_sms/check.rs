//! Whether the app's keys are right and its sender is registered. What an account may still send NHN Cloud does not tell.
//! <https://docs.nhncloud.com/en/Notification/SMS/en/api-guide/#query-list-of-registered-sender-numbers>

use http::{Request, Response};
use percent_encoding::utf8_percent_encode;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::super::check::{ask, refused};
use super::super::{URL_PART, words};
use super::{Answer, Header, NhnSms, Settings, authorized, refusal, unusable, without_body};
use crate::error::Failure;
use crate::health::Health;

const KEYS: (&str, &str) = (
    "NHN Cloud 콘솔의 SMS 서비스에서 앱키, 시크릿 키, 허용 IP를 확인하고 설정을 고치세요.",
    "Compare appKey, secret key and allowed addresses with the SMS service in the console of NHN Cloud.",
);
const REGISTER: (&str, &str) = (
    "NHN Cloud 콘솔의 SMS > 발신 번호 관리에서 번호를 등록하거나 설정의 from을 고치세요.",
    "Register it in the console of NHN Cloud (SMS, sender numbers), or mend `from` in the configuration.",
);
/// The documents call it "Not exist API".
const NO_SUCH_QUESTION: i64 = -9998;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sender {
    #[serde(default, deserialize_with = "words")]
    send_no: String,
    #[serde(default, deserialize_with = "words")]
    use_yn: String,
    #[serde(default, deserialize_with = "words")]
    block_yn: String,
    #[serde(default, deserialize_with = "words")]
    block_reason: String,
}

impl NhnSms {
    /// Asks for the sender, which takes the app's keys too.
    pub(crate) async fn check(&self, _fewest: u64) -> Vec<Health> {
        let answer = ask(&self.http, request(&self.settings)).await;
        vec![match answer.and_then(|response| senders(&response)) {
            Ok(senders) => judge(&senders, &self.settings.texting.from),
            Err(failure) => refused(&failure, KEYS.0, KEYS.1),
        }]
    }
}

fn request(settings: &Settings) -> Result<Request<Vec<u8>>, Failure> {
    let app_key = utf8_percent_encode(settings.app_key.expose_secret(), URL_PART);
    let Settings { base_url, texting, .. } = settings;
    let url = format!("{base_url}/sms/v3.0/appKeys/{app_key}/sendNos?sendNo={}&pageNum=1&pageSize=100", texting.from);
    authorized(settings, Request::get(url)).body(Vec::new()).map_err(|_| unusable())
}

fn senders(response: &Response<Vec<u8>>) -> Result<Vec<Sender>, Failure> {
    let answer: Answer<Vec<Sender>> = serde_json::from_slice(response.body()).map_err(|_| without_body(response))?;
    match answer.header {
        Header { is_successful: true, .. } if response.status().is_success() => {
            Ok(answer.body.and_then(|body| body.data).unwrap_or_default())
        }
        Header { result_code: NO_SUCH_QUESTION, result_message, .. } => {
            Err(Failure::unavailable(format!("NHN Cloud {NO_SUCH_QUESTION}: {result_message}")))
        }
        Header { result_code, result_message, .. } => Err(refusal(response, result_code, &result_message)),
    }
}

fn judge(senders: &[Sender], from: &str) -> Health {
    let Some(sender) = senders.iter().find(|sender| sender.send_no.replace('-', "") == from) else {
        return Health::broken(
            format!("발신 번호 {from}이(가) 등록되어 있지 않습니다."),
            format!("The sender {from} is not registered."),
        )
        .advice(REGISTER.0, REGISTER.1);
    };
    if sender.block_yn == "Y" {
        let reason = &sender.block_reason;
        return Health::broken(
            format!("발신 번호 {from}이(가) 차단되었습니다({reason})."),
            format!("The sender {from} is blocked ({reason})."),
        )
        .advice(REGISTER.0, REGISTER.1);
    }
    if sender.use_yn == "N" {
        return Health::broken(
            format!("발신 번호 {from}이(가) 사용 중지되어 있습니다."),
            format!("The sender {from} is switched off."),
        )
        .advice(REGISTER.0, REGISTER.1);
    }
    Health::ok(
        format!("인증 정보가 맞고, 발신 번호 {from}이(가) 등록되어 있습니다."),
        format!("The credentials are right, and the sender {from} is registered."),
    )
}
