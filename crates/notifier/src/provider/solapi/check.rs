//! Whether the account's keys are right, its sender is registered, and how many texts it still pays for.

use http::{Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::check::{ask, refused};
use super::super::sms::Format;
use super::answer::Refusal;
use super::{Settings, Solapi, answer, signed, unusable};
use crate::clock;
use crate::error::{Failure, Kind};
use crate::health::Health;

const KEYS: (&str, &str) = (
    "SOLAPI 콘솔에서 API Key와 허용 IP를 확인하고 설정을 고치세요: https://console.solapi.com/credentials",
    "Compare the API key and its allowed addresses in SOLAPI's console: https://console.solapi.com/credentials",
);
const CHARGE: (&str, &str) =
    ("충전하세요: https://console.solapi.com/balance", "Charge the account: https://console.solapi.com/balance");
const REGISTER: (&str, &str) = (
    "발신번호를 등록하거나 설정의 from을 고치세요: https://console.solapi.com/senderids",
    "Register it, or mend `from` in the configuration: https://console.solapi.com/senderids",
);

/// <https://docs.solapi.com/api-reference/cash/getbalance>
#[derive(Deserialize)]
struct Cash {
    balance: f64,
    /// Won that SOLAPI gave: they pay for texts, too.
    #[serde(default)]
    point: f64,
}

/// Won for each text, without tax: <https://solapi.com/developers/api/pricing-getMessagePriceCountries>
#[derive(Deserialize)]
struct Prices {
    sms: f64,
    lms: f64,
}

/// <https://developers.solapi.com/references/senderid>: numbers, and in an object where it says more of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Sender {
    Number(String),
    #[serde(rename_all = "camelCase")]
    Entry {
        phone_number: String,
    },
}

impl Solapi {
    /// Asks for the balance, the price and the senders at once. Wrong keys are told once.
    pub(crate) async fn check(&self, fewest: u64) -> Vec<Health> {
        let Settings { texting, .. } = &self.settings;
        let (cash, prices, senders) = tokio::join!(
            self.question::<Cash>("/cash/v1/balance"),
            self.question::<Prices>("/pricing/v1/messaging?countryId=82"),
            self.question::<Vec<Sender>>("/senderid/v1/numbers/active"),
        );
        // Keys that are right may lack the right to one of the questions.
        if let (Err(failure), Err(another)) = (&cash, &senders)
            && [failure.kind, another.kind] == [Kind::Unauthorized; 2]
        {
            return vec![refused(failure, KEYS.0, KEYS.1)];
        }
        let price = prices.map(|prices| if texting.format == Format::Lms { prices.lms } else { prices.sms });
        let balance = cash.map_or_else(|failure| of_failure(&failure), |cash| of_balance(&cash, price, fewest));
        let sender = senders.map_or_else(|failure| of_failure(&failure), |all| of_sender(&all, &texting.from));
        vec![balance, sender]
    }

    async fn question<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let url = format!("{}{path}", self.settings.base_url);
        let request = signed(&self.settings, Request::get(url), clock::now());
        let request = request.and_then(|request| request.body(Vec::new()).map_err(|_| unusable()));
        read(&ask(&self.http, request).await?)
    }
}

fn read<T: DeserializeOwned>(response: &Response<Vec<u8>>) -> Result<T, Failure> {
    let status = response.status();
    // A list is no refusal, though serde would read a struct from one.
    let is_list = response.body().trim_ascii_start().starts_with(b"[");
    let refusal: Refusal = serde_json::from_slice(response.body()).ok().filter(|_| !is_list).unwrap_or_default();
    if !status.is_success() || !refusal.error_code.is_empty() {
        return Err(answer::refused(response, &refusal));
    }
    serde_json::from_slice(response.body())
        .map_err(|_| Failure::unavailable(format!("HTTP {} without a SOLAPI answer", status.as_u16())))
}

fn of_failure(failure: &Failure) -> Health {
    Health::unasked(&failure.message)
}

/// Below a tenth of what there should be, a bad night uses up the rest.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "won, of which there are no 2^53"
)]
fn of_balance(cash: &Cash, price: Result<f64, Failure>, fewest: u64) -> Health {
    let won = (cash.balance + cash.point).max(0.0) as u64;
    let price = match price {
        Ok(price) if price > 0.0 => price,
        Ok(_) => return Health::unasked(format!("{won} won; the price of a text is not told")),
        Err(failure) => return Health::unasked(format!("{won} won; the price of a text: {failure}")),
    };
    let texts = (won as f64 / price) as u64;
    let (ko, en) = (
        format!("잔액 {won}원으로 {texts}건만 보낼 수 있습니다."),
        format!("The balance of {won} won buys {texts} texts only."),
    );
    if texts == 0 || texts < fewest / 10 {
        return Health::broken(ko, en).advice(CHARGE.0, CHARGE.1);
    }
    if texts < fewest {
        return Health::warning(ko, en).advice(CHARGE.0, CHARGE.1);
    }
    Health::ok(
        format!("잔액 {won}원으로 {texts}건을 보낼 수 있습니다."),
        format!("The balance of {won} won buys {texts} texts."),
    )
}

fn of_sender(senders: &[Sender], from: &str) -> Health {
    let number = |sender: &Sender| match sender {
        Sender::Number(number) | Sender::Entry { phone_number: number } => number.replace('-', ""),
    };
    if senders.iter().any(|sender| number(sender) == from) {
        return Health::ok(
            format!("발신 번호 {from}이(가) 등록되어 있습니다."),
            format!("The sender {from} is registered."),
        );
    }
    Health::broken(
        format!("발신 번호 {from}이(가) 등록되어 있지 않습니다."),
        format!("The sender {from} is not registered."),
    )
    .advice(REGISTER.0, REGISTER.1)
}
