//! What SOLAPI says to one message, with the codes of <https://docs.solapi.com/api-reference/message-status-codes>.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{SolapiAccount, euc_kr};

/// A message of a request. `type` has no case.
#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct Draft {
    pub(super) to: Option<To>,
    pub(super) from: Option<String>,
    pub(super) text: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) country: Option<String>,
    pub(super) custom_fields: Option<Map<String, Value>>,
    pub(super) kakao_options: Option<Kakao>,
}

/// One number, or several that get the same message.
#[derive(Deserialize, Clone)]
#[serde(untagged)]
pub(super) enum To {
    One(String),
    Many(Vec<String>),
}

/// What an Alimtalk needs.
#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kakao {
    pf_id: Option<String>,
    template_id: Option<String>,
}

/// A status code and its message.
pub(super) type Status = (&'static str, &'static str);

/// It will go to the carrier.
pub(super) const REGISTERED: Status = ("2000", "정상 접수(이통사로 접수 예정)");
const REQUIRED: Status = ("1010", "필수 입력 값 미입력");
const FORMAT: Status = ("1011", "Format Error");
const SUBJECT_OF_SMS: Status = ("1013", "제목은 문자 타입이 'SMS'일 경우 사용이 불가능합니다.");
const SUBJECT_TOO_LONG: Status = ("1014", "제목은 40byte까지 사용 가능합니다.");
const KIND: Status = ("1025", "잘못된 메시지 타입");
/// The number stands in the request already.
pub(super) const DUPLICATE: Status = ("1026", "중복 수신번호");
const UNPRINTABLE: Status = ("1028", "Non Printable Characters는 사용할 수 없습니다.");
const NOT_EUC_KR: Status = ("1029", "문자메시지의 경우 EUC-KR(완성형 한글) 범위 안에 있는 문자만 사용 가능합니다.");
const TOO_LONG: Status = ("1031", "SMS는 90byte, LMS와 MMS는 2000byte, ATA는 1000자까지 사용 가능합니다.");
const CUSTOM_FIELDS: Status = ("1032", "유효한 커스텀 필드 값이 아닙니다.");
const KAKAO_CHANNEL: Status = ("1041", "유효한 플러스 친구 값이 아닙니다.");
const KAKAO_TEMPLATE: Status = ("1042", "유효한 템플릿 아이디가 아닙니다.");
const SENDER: Status = ("1062", "발신번호 미등록");

impl Draft {
    /// The type: the one it names, else `ATA` with `kakaoOptions`, `SMS` up to 90 bytes without a subject, else `LMS`.
    pub(super) fn kind(&self) -> String {
        if let Some(kind) = &self.kind {
            return kind.to_ascii_uppercase();
        }
        let short = euc_kr::len(self.text()).is_ok_and(|bytes| bytes <= 90) && self.subject().is_empty();
        let kind = if self.kakao_options.is_some() {
            "ATA"
        } else if short {
            "SMS"
        } else {
            "LMS"
        };
        kind.to_owned()
    }

    pub(super) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    pub(super) fn subject(&self) -> &str {
        self.subject.as_deref().unwrap_or_default()
    }

    pub(super) fn from(&self) -> &str {
        self.from.as_deref().unwrap_or_default()
    }
}

/// Whether SOLAPI registers a message to one number.
pub(super) fn check(draft: &Draft, to: &str, account: &SolapiAccount) -> Result<(), Status> {
    if draft.from().is_empty() || to.is_empty() || draft.text().is_empty() {
        return Err(REQUIRED);
    }
    let digits = |number: &str| number.bytes().all(|byte| byte.is_ascii_digit()) && (4..=20).contains(&number.len());
    let home = draft.country.as_deref().unwrap_or("82") == "82";
    if !digits(to) || !digits(draft.from()) || (home && !to.starts_with('0')) {
        return Err(FORMAT);
    }
    custom_fields(draft)?;
    match draft.kind().as_str() {
        "SMS" => sms(draft)?,
        "LMS" => lms(draft)?,
        "ATA" => alimtalk(draft)?,
        _ => return Err(KIND),
    }
    if !account.senders.iter().any(|sender| sender == draft.from()) {
        return Err(SENDER);
    }
    Ok(())
}

fn sms(draft: &Draft) -> Result<(), Status> {
    if !draft.subject().is_empty() {
        return Err(SUBJECT_OF_SMS);
    }
    if measure(draft.text())? > 90 { Err(TOO_LONG) } else { Ok(()) }
}

fn lms(draft: &Draft) -> Result<(), Status> {
    if measure(draft.subject())? > 40 {
        return Err(SUBJECT_TOO_LONG);
    }
    if measure(draft.text())? > 2000 { Err(TOO_LONG) } else { Ok(()) }
}

/// Which channels and templates exist is not played, only that both are named.
fn alimtalk(draft: &Draft) -> Result<(), Status> {
    let named = |value: Option<&String>| value.is_some_and(|value| !value.is_empty());
    let kakao = draft.kakao_options.as_ref();
    if !named(kakao.and_then(|kakao| kakao.pf_id.as_ref())) {
        return Err(KAKAO_CHANNEL);
    }
    if !named(kakao.and_then(|kakao| kakao.template_id.as_ref())) {
        return Err(KAKAO_TEMPLATE);
    }
    if draft.text().chars().count() > 1000 { Err(TOO_LONG) } else { Ok(()) }
}

fn measure(text: &str) -> Result<usize, Status> {
    if text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t')) {
        return Err(UNPRINTABLE);
    }
    euc_kr::len(text).map_err(|_| NOT_EUC_KR)
}

/// Strings only; a name of up to 30 characters, a value of up to 100.
fn custom_fields(draft: &Draft) -> Result<(), Status> {
    let good = |(name, value): (&String, &Value)| {
        name.chars().count() <= 30 && value.as_str().is_some_and(|value| value.chars().count() <= 100)
    };
    if draft.custom_fields.iter().flatten().all(good) { Ok(()) } else { Err(CUSTOM_FIELDS) }
}
