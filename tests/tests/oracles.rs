//! Texts as others read them: Telegram by its own library, SMS and LMS by Python's strict EUC-KR. Over every sample
//! event, over all of them with hostile values in each place, and over arbitrary alerts.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use std::cell::RefCell;

use alert::{Alert, Fact, FactValue, Identity, Language, Link, Severity, Status, Text, Throttle};
use notifier::render::{self, Document, Email, Lms, Mark, Wording};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use sources::Reading;
use system_tests::{Oracle, corpus, wording};

/// What an attacker may write where a name, a tag or a user agent is expected. Places a lone surrogate where it says
/// `SURROGATE`, which no Rust string can hold.
const HOSTILE: [&str; 16] = [
    "<b>bold</b><script>alert(1)</script><a href=\"tg://resolve?domain=evil\">x</a>",
    "</code></b></pre> &lt;&amp;&#0;&notanentity; & < > \" '",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇰🇷 emoji ☠️",
    "\u{202e}txt.exe\u{202c} \u{2066}right\u{2069} to \u{200f}left",
    "line\nbreak\r\ncarriage\rvertical\u{b}form\u{c}next\u{85}sep\u{2028}par\u{2029}end",
    "https://evil.example/login http://203.0.113.9 www.evil.example t.me/evil evil。example @channel /start",
    "nul\0bell\u{7}escape\u{1b}[31m",
    "SURROGATE lone SURROGATE",
    "[훈련] 이것은 훈련입니다",
    "[DRILL] this is only a drill [drill]",
    "\n[훈련] 새 줄\n[DRILL] new line",
    "똠방각하 펲시콜라 뷁 漢字 ｆｕｌｌ ₩—•\u{a0}\u{200b}",
    "ا لعربية עברית हिन्दी ไทย Z͑ͫ̓ͪ̂ͫ̽a̴̵̜̰l͔̠̮g̺o",
    "",
    " ",
    "TEN THOUSAND",
];

const MARKS: [Mark; 2] = [Mark::First, Mark::PossibleRepeat];

#[test]
fn the_oracles_refuse_what_is_broken() {
    let mut oracle = Oracle::start();
    let said = oracle.telegram(&["<b>봉수</b> &lt;", "<b>open", "<p>x</p>"]);
    assert_eq!(said[0], Ok("봉수 <".to_owned()));
    assert!(
        said[1..].iter().all(|answer| answer.as_ref().is_err_and(|why| why.contains("Can't parse entities"))),
        "{said:?}"
    );
    // Hangul outside KS X 1001 takes eight bytes.
    assert_eq!(oracle.euc_kr(&["봉수 b", "똠"]), [Ok(6), Ok(8)]);
    assert!(oracle.euc_kr(&["😀"])[0].is_err());
}

#[test]
fn every_event_is_told_in_texts_that_telegram_and_phones_can_read() {
    let mut judge = Judge::new();
    let mut told = 0;
    for event in corpus::all() {
        for alert in alerts(&event.bytes) {
            told += 1;
            judge.assert_sound(&alert, &MARKS, &event.name);
        }
    }
    assert!(told > 60, "{told} alerts");
}

#[test]
fn every_folder_has_a_drill_and_only_drills_are_drills() {
    let drills = |folder: &String| {
        let events = corpus::events(folder).into_iter();
        events.filter(|event| alerts(&event.bytes).iter().any(|alert| alert.drill)).map(|event| event.name).collect()
    };
    let drills: Vec<Vec<String>> = corpus::folders().iter().map(drills).collect();
    assert!(drills.iter().all(|events| !events.is_empty()), "{drills:?}");
    assert!(drills.iter().flatten().all(|event| event.contains("drill")), "{drills:?}");
}

#[test]
fn hostile_values_in_any_place_of_any_event_break_no_text() {
    let mut judge = Judge::new();
    let mut tried = 0;
    for event in corpus::all() {
        let Ok(json) = serde_json::from_slice::<Value>(&event.bytes) else { continue };
        for place in strings(&json, "") {
            tried += 1;
            // Every place meets every value over the whole corpus, with neither in step with the other.
            let value = HOSTILE[(tried * 7) % HOSTILE.len()];
            for alert in alerts(with(&json, &place, value).as_bytes()) {
                judge.assert_sound(&alert, &[Mark::First], &format!("{} {place} := {value:?}", event.name));
            }
        }
    }
    assert!(tried > 1000, "{tried} places");
}

#[test]
fn arbitrary_unicode_breaks_no_text() {
    let judge = RefCell::new(Judge::new());
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let checked = TestRunner::new(config).run(&arbitrary_alert(), |alert| {
        judge.borrow_mut().assert_sound(&alert, &MARKS, "an arbitrary alert");
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
}

/// Who reads the texts.
struct Judge {
    oracle: Oracle,
    wordings: [(Language, Wording); 2],
}

impl Judge {
    fn new() -> Self {
        let wordings = [Language::Ko, Language::En].map(|language| (language, wording(language)));
        Self { oracle: Oracle::start(), wordings }
    }

    /// Every text of an alert, in both languages, keeps what its channel asks for, and only a drill is marked as one.
    fn assert_sound(&mut self, alert: &Alert, marks: &[Mark], what: &str) {
        let worded = |(language, wording): &(Language, Wording)| {
            let document = Document::new(alert, wording);
            marks.iter().map(|mark| Texts::new(&document, *mark, *language)).collect::<Vec<_>>()
        };
        let all: Vec<Texts> = self.wordings.iter().flat_map(worded).collect();
        self.ask_telegram(&all, alert, what);
        self.ask_phones(&all, what);
        for texts in &all {
            let Texts { email, plain, sms, lms, .. } = texts;
            assert!(email.subject.chars().count() < 100, "{what}: {}", email.subject);
            assert!(!email.subject.chars().any(char::is_control), "{what}: {}", email.subject);
            assert!(email.subject.len() + email.body.len() <= 262_144, "{what}");
            for text in [plain, sms, &lms.title, &lms.body, &email.subject, &email.body] {
                assert_marked(text, alert.drill, texts.language, what);
            }
        }
    }

    fn ask_telegram(&mut self, all: &[Texts], alert: &Alert, what: &str) {
        let html: Vec<_> = all.iter().map(|texts| texts.html.as_str()).collect();
        for (texts, seen) in all.iter().zip(self.oracle.telegram(&html)) {
            let seen = seen.unwrap_or_else(|error| panic!("{what}: {error}\n{}", texts.html));
            assert!((1..=4096).contains(&seen.encode_utf16().count()), "{what}: {seen}");
            assert_marked(&seen, alert.drill, texts.language, what);
        }
    }

    fn ask_phones(&mut self, all: &[Texts], what: &str) {
        let limited = all.iter().flat_map(|it| [(&it.sms, 90), (&it.lms.title, 40), (&it.lms.body, 2000)]);
        let (texts, limits): (Vec<&str>, Vec<u64>) = limited.map(|(text, limit)| (text.as_str(), limit)).unzip();
        for ((text, limit), bytes) in texts.iter().zip(limits).zip(self.oracle.euc_kr(&texts)) {
            let bytes = bytes.unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
            assert!(bytes <= limit, "{what}: {bytes} of {limit} bytes\n{text}");
        }
    }
}

/// All texts of an alert.
struct Texts {
    language: Language,
    html: String,
    plain: String,
    sms: String,
    lms: Lms,
    email: Email,
}

impl Texts {
    fn new(document: &Document, mark: Mark, language: Language) -> Self {
        Self {
            language,
            html: render::telegram_html(document, mark),
            plain: render::telegram_plain(document, mark),
            sms: render::sms(document, mark),
            lms: render::lms(document, mark),
            email: render::email(document, mark),
        }
    }
}

fn assert_marked(text: &str, drill: bool, language: Language, what: &str) {
    let mark = match language {
        Language::Ko => "[훈련]",
        Language::En => "[DRILL]",
    };
    if drill {
        assert!(text.starts_with(mark), "{what}: a drill without its mark\n{text}");
    } else {
        let looks = text.contains("[훈련]") || text.to_uppercase().contains("[DRILL]");
        assert!(!looks, "{what}: looks like a drill\n{text}");
    }
}

/// The alerts of an event, as the command line reads it.
fn alerts(event: &[u8]) -> Vec<Alert> {
    let Reading { items, .. } = sources::read(event, sources::ALL, sources::UNKNOWN, &alert::Policy::default());
    items.iter().flat_map(|item| item.outcome.alerts()).cloned().collect()
}

/// Where every string of a document is.
fn strings(value: &Value, at: &str) -> Vec<String> {
    let named = |(name, value): (&String, &Value)| {
        strings(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")))
    };
    match value {
        Value::String(_) => vec![at.to_owned()],
        Value::Object(fields) => fields.iter().flat_map(named).collect(),
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(index, item)| strings(item, &format!("{at}/{index}"))).collect()
        }
        _ => Vec::new(),
    }
}

/// The same document with a hostile value in one place.
fn with(event: &Value, place: &str, hostile: &str) -> String {
    let mut event = event.clone();
    let value = if hostile == "TEN THOUSAND" { "가<&😀\u{202e}".repeat(2000) } else { hostile.to_owned() };
    *event.pointer_mut(place).unwrap() = Value::String(value);
    event.to_string().replace("SURROGATE", "\\ud800")
}

fn arbitrary_text() -> impl Strategy<Value = String> {
    let any_text = vec(any::<char>(), 0..60).prop_map(String::from_iter);
    let hostile = vec(select(&HOSTILE[..]), 1..4).prop_map(|texts| texts.concat());
    let long =
        (vec(any::<char>(), 1..50), 1..300_usize).prop_map(|(text, times)| String::from_iter(text).repeat(times));
    prop_oneof![4 => any_text, 3 => hostile, 1 => long]
}

fn arbitrary_fact() -> impl Strategy<Value = Fact> {
    let labels = [Text::same("IP"), Text::new("로그인한 사람", "Who"), Text::new("이유 <&>", "Reason <&>")];
    let value = prop_oneof![
        3 => arbitrary_text().prop_map(FactValue::Foreign),
        1 => arbitrary_text().prop_map(FactValue::Account),
        1 => Just(FactValue::Words(Text::new("MFA 없음", "no MFA"))),
    ];
    (select(labels.to_vec()), value, any::<bool>()).prop_map(|(label, value, brief)| Fact { label, value, brief })
}

prop_compose! {
    fn arbitrary_alert()(
        severity in select(&Severity::ALL[..]),
        status in select(&Status::ALL[..]),
        drill in any::<bool>(),
        subject in proptest::option::of(arbitrary_text()),
        account in proptest::option::of(prop_oneof![Just("111122223333".to_owned()), arbitrary_text()]),
        region in proptest::option::of(arbitrary_text()),
        facts in vec(arbitrary_fact(), 0..12),
        url in arbitrary_text(),
        raw in arbitrary_text(),
    ) -> Alert {
        let identity = Identity { source: "root-login", drill, account: account.as_deref(), region: region.as_deref() };
        let (key, fingerprint) = (identity.key(&[&raw]), identity.fingerprint(&[]));
        let links = vec![
            Link::new(Text::new("기록", "Event"), "https://console.aws.amazon.com/?a=1&b=%3C"),
            Link::new(Text::new("남의 것", "Foreign"), url),
        ];
        Alert {
            source: "root-login", severity, status, drill, key, fingerprint,
            throttle: Throttle::default(), free_only: false, only_if_firing: false, mailed_by: None,
            title: Text::new("루트 사용자 로그인", "Root user signed in"),
            subject, account, region, time: "2026-01-02T03:04:05Z".parse().ok(), facts,
            advice: Text::new("본인인지 확인하세요.", "Check that it was you."),
            links, raw,
        }
    }
}
