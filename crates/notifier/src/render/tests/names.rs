//! Several things by their names.

use alert::{Alert, Fact, Language, Names, Text};

use super::samples;
use crate::render::{Document, Mark, email, lms, sms, telegram_html};

fn document(names: &[&str], language: Language) -> Document {
    let names = Names {
        what: Text::new("MFA 없음", "no MFA"),
        unit: Text::new("명", "user"),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    let fact = Fact::names(Text::new("MFA 없는 사용자", "Users without MFA"), names).brief();
    let alert = samples::all().remove(0).1;
    Document::new(&Alert { facts: vec![fact], ..alert }, &samples::wording(language))
}

#[test]
fn all_names_stand_where_they_have_room_and_the_first_one_where_it_is_dear() {
    let doc = document(&["kim", "lee", "park"], Language::Ko);
    assert!(telegram_html(&doc, Mark::First).contains("MFA 없는 사용자: <code>kim, lee, park</code>"));
    assert!(email(&doc, Mark::First).body.contains("MFA 없는 사용자: kim, lee, park\n"));
    assert!(sms(&doc, Mark::First).contains("MFA 없음 kim 외 2명"), "{}", sms(&doc, Mark::First));
    let english = document(&["kim", "lee", "park"], Language::En);
    assert!(sms(&english, Mark::First).contains("no MFA kim and 2 more"), "{}", sms(&english, Mark::First));
}

#[test]
fn those_who_have_no_room_are_counted() {
    let names: Vec<_> = (0..500).map(|number| format!("user-{number:03}")).collect();
    let doc = document(&names.iter().map(String::as_str).collect::<Vec<_>>(), Language::Ko);
    for text in [telegram_html(&doc, Mark::First), email(&doc, Mark::First).body, lms(&doc, Mark::First).body] {
        let line = text.lines().find(|line| line.contains("user-000")).unwrap();
        let shown = line.matches("user-").count();
        assert!(shown > 10 && line.contains(&format!(" 외 {}명", 500 - shown)), "{line}");
    }
}

#[test]
fn a_text_message_counts_where_it_cannot_name_and_cuts_no_name() {
    let long = "a-user-with-a-very-long-name-in-the-directory-of-the-company";
    let ko = document(&[long, "kim"], Language::Ko);
    assert!(sms(&ko, Mark::First).contains(", MFA 없음 2명, "), "{}", sms(&ko, Mark::First));
    let english = document(&[long], Language::En);
    assert!(sms(&english, Mark::First).contains(", no MFA (1), "), "{}", sms(&english, Mark::First));
}

#[test]
fn names_that_nobody_can_see_are_counted_too() {
    let doc = document(&["\u{200b}", "kim", "\u{202e}"], Language::Ko);
    assert!(telegram_html(&doc, Mark::First).contains("<code>kim 외 2명</code>"));
    let doc = document(&["\u{200b}", "\n"], Language::Ko);
    assert!(telegram_html(&doc, Mark::First).contains("<code>2명</code>"));
    let english = document(&["\u{200b}", "\n"], Language::En);
    assert!(telegram_html(&english, Mark::First).contains("<code>2 users</code>"));
    assert!(!telegram_html(&document(&[], Language::Ko), Mark::First).contains("MFA 없는"));
}
