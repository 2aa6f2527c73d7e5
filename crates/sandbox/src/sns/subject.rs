/// Whether SNS takes a subject: "UTF-8 text with no line breaks or control characters, and less than 100 characters
/// long" (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>). An empty one is an error, not an omission.
pub(super) fn check(subject: &str) -> Result<(), &'static str> {
    if subject.is_empty() || subject.chars().count() >= 100 || subject.chars().any(breaks) {
        return Err("Subject");
    }
    Ok(())
}

/// Control characters, and what Unicode calls a line or paragraph separator.
fn breaks(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_subject_has_1_to_99_characters_of_any_script() {
        assert!(check(&"가".repeat(99)).is_ok());
        for bad in [String::new(), "가".repeat(100)] {
            assert!(check(&bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_subject_stays_on_one_line() {
        for bad in ["a\nb", "a\rb", "a\tb", "a\u{7f}", "a\u{85}b", "a\u{2028}b", "\u{1b}[31m"] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }
}
