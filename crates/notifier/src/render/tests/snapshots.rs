use alert::{Language, Text};
use insta::assert_snapshot;

use super::samples;
use crate::render::{Document, Mark, Remarks, ascii_subject, email, lms, sms, telegram_html, telegram_plain};

/// Every format of one document, as a person would see it.
fn sheet(doc: &Document, mark: Mark) -> String {
    let (lms, email) = (lms(doc, mark), email(doc, mark));
    let subject = format!("{}\n{}", email.subject, ascii_subject(doc, mark));
    let formats = [
        ("SMS", sms(doc, mark)),
        ("LMS TITLE", lms.title),
        ("LMS BODY", lms.body),
        ("TELEGRAM HTML", telegram_html(doc, mark)),
        ("TELEGRAM PLAIN", telegram_plain(doc, mark)),
        ("EMAIL SUBJECT, ANY AND ASCII", subject),
        ("EMAIL BODY", email.body),
    ];
    formats.iter().fold(String::new(), |sheet, (format, text)| sheet + "=== " + format + "\n" + text + "\n")
}

#[test]
fn the_texts_of_the_samples_read_as_agreed() {
    for (name, alert) in samples::all() {
        for language in [Language::Ko, Language::En] {
            let doc = Document::new(&alert, &samples::wording(language));
            assert_snapshot!(format!("{name}_{}", language.as_str()), sheet(&doc, Mark::First));
        }
    }
}

#[test]
fn a_possible_repeat_says_so_after_the_mark_of_a_drill() {
    let (_, drill) = samples::all().swap_remove(1);
    for language in [Language::Ko, Language::En] {
        let doc = Document::new(&drill, &samples::wording(language));
        assert_snapshot!(format!("repeated_drill_{}", language.as_str()), sheet(&doc, Mark::PossibleRepeat));
    }
}

#[test]
fn what_comes_late_or_is_over_says_so_first_and_why() {
    let (_, alarm) = samples::all().into_iter().find(|(name, _)| *name == "alarm").unwrap();
    let why = Text::new("앞선 전송이 실패했습니다", "an earlier delivery failed");
    for language in [Language::Ko, Language::En] {
        let doc =
            Document::new(&alarm, &samples::wording(language)).with(Remarks { late: Some((47, why)), over: true });
        assert_snapshot!(format!("late_alarm_{}", language.as_str()), sheet(&doc, Mark::First));
    }
}
