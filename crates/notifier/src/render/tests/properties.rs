use alert::{Alert, Fact, FactValue, Identity, Language, Link, Names, Severity, Status, Text, Throttle};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use unicode_normalization::UnicodeNormalization;

use super::{markup, samples};
use crate::render::{
    Document, Mark, Remarks, ascii_subject, email, euckr, lms, sms, telegram_html, telegram_plain, words,
};

/// Stands wherever a value begins, or would begin a line.
const SENTINEL: &str = "ZQXJ";

const TITLES: [Text; 3] = [
    Text::new("CloudWatch 경보가 울렸습니다", "CloudWatch alarm is firing"),
    // 40 bytes in either language: as long as they come.
    Text::new("가나다라마바사아자차카타파하거너더러머버", "abcdefghijklmnopqrstuvwxyzabcdefghijklmn"),
    Text::new("A & B < C — \"D\"", "A & B < C — \"D\""),
];
const LABELS: [Text; 3] = [Text::same("IP"), Text::new("이유", "Reason"), Text::new("A & <B>", "A & <B>")];
const ADVICE: [Text; 2] = [Text::new("그래프를 보고 <확인>하세요.", "Look at the graph & think."), Text::same("")];

fn hostile() -> impl Strategy<Value = String> {
    let trick = select(vec![
        "[DRILL]",
        "[drill] ",
        "[훈련]",
        "［ＤＲＩＬＬ］",
        "［훈련］",
        "【DRILL】",
        "[\u{200b}DRILL]",
        "[D\u{ad}RILL]",
        "﹇훈련﹈",
        "[\u{1112}\u{116e}\u{11ab}련]",
        "\n",
        "\r\n",
        "\u{b}",
        "\u{c}",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\0",
        "\u{1b}[2J",
        "\u{202e}",
        "\u{2066}",
        "\u{e0041}",
        "<b>",
        "</code>",
        "<a href=\"tg://x\">",
        "&amp;",
        "&",
        "\"",
        "\\",
        "http://evil.com/x",
        "www.evil.com",
        "tg://resolve",
        "@name",
        " /stop",
        "evil。com",
        "똠펲",
        "한글 ",
        "漢字",
        "😀",
        "é",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}",
        "—•₩",
        "\u{a0}",
        "a",
        " ",
        "",
        "#abcdef",
        "…",
        "0123456789",
        "{\"a\": [1, 2]}",
        "[",
        "]",
        "d",
        "rill",
    ]);
    let piece =
        prop_oneof![4 => trick.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from), 1 => ".{0,20}"];
    let text = vec(piece, 0..12).prop_map(|pieces| pieces.join(""));
    let long =
        (text.clone(), 1..2000_usize).prop_map(|(text, times)| text.repeat(times).chars().take(10_000).collect());
    prop_oneof![6 => text.prop_map(|text| with_sentinel(&text)), 1 => long]
}

/// The sentinel after everything that could begin a line.
fn with_sentinel(text: &str) -> String {
    let breaks = ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];
    text.chars().fold(SENTINEL.to_owned(), |out, c| {
        if breaks.contains(&c) { format!("{out}{c}{SENTINEL}") } else { format!("{out}{c}") }
    })
}

fn fact() -> impl Strategy<Value = Fact> {
    let value = prop_oneof![
        4 => hostile().prop_map(FactValue::Foreign),
        1 => hostile().prop_map(FactValue::Account),
        1 => Just(FactValue::Account("111122223333".to_owned())),
        1 => Just(FactValue::Words(Text::new("없음 — <b>", "none — <b>"))),
        1 => Just(FactValue::Time("2026-01-02T03:04:05Z".parse().unwrap())),
        1 => vec(hostile(), 0..40).prop_map(|names| {
            let (what, unit) = (Text::new("MFA 없음 <b>", "no MFA <b>"), Text::new("명", "user"));
            FactValue::Names(Names { what, unit, names })
        }),
    ];
    (select(LABELS.to_vec()), value, any::<bool>()).prop_map(|(label, value, brief)| Fact { label, value, brief })
}

fn link() -> impl Strategy<Value = Link> {
    let label = Text::new("기록 & <보기>", "Event & <more>");
    let plain = (0..3000_usize)
        .prop_map(|length| "https://console.aws.amazon.com/?a=b&c=".to_owned() + &"%3C".repeat(length / 3));
    prop_oneof![3 => plain, 1 => hostile()].prop_map(move |url| Link::new(label, url))
}

fn raw() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => hostile(),
        4 => vec(hostile(), 0..5).prop_map(|strings| serde_json::json!({ "a": strings }).to_string()),
        1 => (hostile(), 1..300_usize).prop_map(|(text, times)| (text + "\n")
            .repeat(times * 20)
            .chars()
            .take(400_000)
            .collect()),
    ]
}

fn alert() -> impl Strategy<Value = Alert> {
    let account = prop_oneof![Just("111122223333".to_owned()), Just("444455556666".to_owned()), hostile()];
    let about = (proptest::option::of(hostile()), proptest::option::of(account), proptest::option::of(hostile()));
    let kind = (select(Severity::ALL.to_vec()), select(Status::ALL.to_vec()), any::<bool>(), any::<bool>());
    let told = (vec(fact(), 0..30), vec(link(), 0..4), raw());
    (kind, about, told, select(TITLES.to_vec()), select(ADVICE.to_vec()), any::<u32>()).prop_map(
        |((severity, status, drill, timed), (subject, account, region), (facts, links, raw), title, advice, number)| {
            let identity =
                Identity { source: "unknown", drill, account: account.as_deref(), region: region.as_deref() };
            let number = number.to_string();
            Alert {
                source: "unknown",
                severity,
                status,
                drill,
                key: identity.key(&[&number]),
                fingerprint: identity.fingerprint(&[&number]),
                throttle: Throttle::default(),
                free_only: false,
                only_if_firing: false,
                mailed_by: None,
                title,
                time: timed.then(|| "2026-12-31T15:04:05Z".parse().unwrap()),
                subject,
                account,
                region,
                facts,
                advice,
                links,
                raw,
            }
        },
    )
}

const WHY: Text = Text::new("앞선 전송이 실패했습니다", "an earlier delivery failed");

fn document() -> impl Strategy<Value = (Alert, Document, Language, Mark)> {
    let language = select(vec![Language::Ko, Language::En]);
    let mark = select(vec![Mark::First, Mark::PossibleRepeat]);
    let late = proptest::option::of((2..10_000_i64, Just(WHY)));
    let remarks = (late, any::<bool>()).prop_map(|(late, over)| Remarks { late, over });
    (alert(), language, mark, hostile(), remarks).prop_map(|(alert, language, mark, name, remarks)| {
        let mut wording = samples::wording(language);
        wording.accounts.insert("444455556666".to_owned(), name);
        let doc = Document::new(&alert, &wording).with(remarks);
        (alert, doc, language, mark)
    })
}

/// Every text of every format.
fn texts(doc: &Document, mark: Mark) -> Vec<(&'static str, String)> {
    let (lms, email) = (lms(doc, mark), email(doc, mark));
    vec![
        ("sms", sms(doc, mark)),
        ("lms title", lms.title),
        ("lms body", lms.body),
        ("telegram html", telegram_html(doc, mark)),
        ("telegram plain", telegram_plain(doc, mark)),
        ("email subject", email.subject),
        ("email body", email.body),
        ("ascii subject", ascii_subject(doc, mark)),
    ]
}

/// What a line may begin with.
fn openings(alert: &Alert, doc: &Document, language: Language) -> Vec<String> {
    let labels = [
        words::WHY_LATE,
        words::NAME,
        words::ACCOUNT,
        words::REGION,
        words::TIME,
        words::FIRST_STEP,
        words::NUMBER,
        words::KEY,
        words::RAW,
    ];
    let labels = labels
        .into_iter()
        .chain(alert.facts.iter().map(|fact| fact.label))
        .chain(alert.links.iter().map(|link| link.label));
    let labels = labels.map(|label| label.get(language).to_owned() + ": ");
    let escaped = |text: String| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let state = words::state(alert.severity, alert.status).get(language).to_owned() + " ";
    let title = euckr::transliterate(alert.title.get(language));
    let others = [
        title,
        state,
        words::marks(alert.drill, Mark::First, Remarks::default(), language),
        doc.marks(Mark::First),
        words::POSSIBLE_REPEAT.get(language).to_owned() + " ",
        words::OVER.get(language).to_owned() + " ",
    ];
    let fixed = ["(", "<a href=\"https://", "    ", &alert.key.short_id(), words::RAW.get(language)].map(str::to_owned);
    let emoji = words::emoji(alert.severity, alert.status).to_owned() + " ";
    let id = "#".to_owned() + &alert.key.short_id();
    let advice = euckr::transliterate(alert.advice.get(language));
    let all: Vec<String> =
        labels.chain(others).chain(fixed).chain([emoji, id, advice]).filter(|text| !text.is_empty()).collect();
    let escaped: Vec<String> = all.iter().cloned().map(escaped).collect();
    [all, escaped].concat()
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// As a reader who takes lookalikes and big letters for the same, and sees nothing invisible.
fn looks_like(text: &str) -> String {
    let visible = text.chars().filter(|c| !crate::render::value::is_invisible(*c));
    visible.nfkc().collect::<String>().to_lowercase()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_limit_holds((_, doc, _, mark) in document()) {
        let (sms, lms, email) = (sms(&doc, mark), lms(&doc, mark), email(&doc, mark));
        prop_assert!(euckr::len(&sms).is_some_and(|bytes| bytes <= 90), "{sms}");
        prop_assert!(euckr::len(&lms.title).is_some_and(|bytes| bytes <= 40), "{}", lms.title);
        prop_assert!(euckr::len(&lms.body).is_some_and(|bytes| bytes <= 2000), "{}", lms.body);
        prop_assert!(units(&telegram_html(&doc, mark)) <= 4096);
        prop_assert!(units(&telegram_plain(&doc, mark)) <= 4096);
        prop_assert!(units(&email.subject) < 100);
        prop_assert!(email.subject.len() + email.body.len() <= 262_144);
        let ascii = ascii_subject(&doc, mark);
        prop_assert!(ascii.len() < 100 && ascii.chars().all(|c| c == ' ' || c.is_ascii_graphic()), "{ascii}");
    }

    #[test]
    fn every_text_names_the_alert_and_says_whole_what_happened((alert, doc, language, mark) in document()) {
        let id = format!("#{}", alert.key.short_id());
        for (format, text) in texts(&doc, mark) {
            let subject = format.ends_with("subject") || format == "lms title";
            prop_assert!(subject || text.contains(&id), "{format}: {text}");
        }
        prop_assert!(sms(&doc, mark).contains(&euckr::transliterate(alert.title.get(language))));
        prop_assert!(telegram_plain(&doc, mark).contains(alert.title.get(language)));
        prop_assert!(email(&doc, mark).subject.contains(alert.title.get(language)));
    }

    #[test]
    fn no_line_begins_with_what_others_wrote((alert, doc, language, mark) in document()) {
        let openings = openings(&alert, &doc, language);
        for (format, text) in texts(&doc, mark) {
            let hidden = text.chars().find(|c| *c != '\n' && (c.is_control() || crate::render::value::is_invisible(*c) || matches!(c, '\u{2028}' | '\u{2029}')));
            prop_assert_eq!(hidden, None, "{}: {}", format, text);
            for line in text.lines().filter(|line| !line.is_empty() && format != "ascii subject" && format != "lms title") {
                prop_assert!(openings.iter().any(|opening| line.starts_with(opening.as_str())), "{format}: {line:?}\n{text}");
            }
            prop_assert!(["sms", "lms title", "email subject", "ascii subject"].iter().all(|one| *one != format) || !text.contains('\n'));
        }
    }

    #[test]
    fn a_drill_is_marked_everywhere_and_nothing_else_ever((alert, doc, language, mark) in document()) {
        for (format, text) in texts(&doc, mark) {
            let language = if format == "ascii subject" { Language::En } else { language };
            let looks = looks_like(&text);
            let marks = looks.matches("[drill]").count() + looks.matches("[훈련]").count();
            prop_assert_eq!(marks, usize::from(alert.drill), "{}: {}", format, text);
            prop_assert_eq!(text.starts_with(&(words::DRILL.get(language).to_owned() + " ")), alert.drill);
        }
    }

    #[test]
    fn telegram_can_read_the_markup_and_what_others_wrote_is_in_code((alert, doc, _, mark) in document()) {
        let html = telegram_html(&doc, mark);
        let (text, codes) = markup::read(&html).map_err(|fault| TestCaseError::fail(format!("{fault}: {html}")))?;
        prop_assert!(units(&text) <= 4096);
        let named = alert.account.as_deref() == Some("444455556666");
        let in_code: usize = codes.iter().map(|code| code.matches(SENTINEL).count()).sum();
        prop_assert!(named || text.matches(SENTINEL).count() == in_code, "{html}");
    }

    #[test]
    fn the_event_at_the_end_of_an_email_is_still_the_same_json(strings in vec(hostile(), 0..5)) {
        let event = serde_json::json!({ "strings": strings, "nested": [[strings.clone()], 1.5, -1e-7, null, true, [[]], {}] });
        for text in [event.to_string(), serde_json::to_string_pretty(&event).unwrap()] {
            let shown: String = crate::render::raw::lines(&text).collect::<Vec<_>>().join("\n");
            let read: serde_json::Value = serde_json::from_str(&shown).map_err(|e| TestCaseError::fail(format!("{e}: {shown}")))?;
            prop_assert_eq!(&read, &event);
        }
    }
}
