//! The files of the page. The one of HTML is written in the language of the reader; scripts and styles have no words.

use std::fmt::Write as _;

use alert::{Language, SOURCES, Severity, Text};
use sandbox::{Channel, FaultKind};

use super::Samples;
use super::words::{CHANNELS, FAULTS, PAGE, SEVERITIES, SPOKEN};

/// What is chosen at first.
const FIRST_SAMPLE: &str = "root-login/success-without-mfa.json";
const FIRST_FAULT: FaultKind = FaultKind::Status500;

const HTML: &str = include_str!("page/page.html");

/// A file beside the page, with its media type.
pub(super) fn file(name: &str) -> Option<(&'static str, &'static str)> {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    Some(match name {
        "icon.svg" => ("image/svg+xml", include_str!("page/icon.svg")),
        "page.css" => ("text/css; charset=utf-8", include_str!("page/page.css")),
        "page.js" => (SCRIPT, include_str!("page/page.js")),
        "draw.js" => (SCRIPT, include_str!("page/draw.js")),
        "detail.js" => (SCRIPT, include_str!("page/detail.js")),
        "telegram.js" => (SCRIPT, include_str!("page/telegram.js")),
        _ => return None,
    })
}

/// The page itself: `{{name}}` in its file stands for words, or for a list that is made here.
pub(super) fn html(language: Language, samples: &Samples) -> String {
    let made = |name: &str| match name {
        "lang" => Some(language.as_str().to_owned()),
        "samples" => Some(sample_options(samples)),
        "sources" => Some(SOURCES.iter().map(|source| option(source, source, false)).collect()),
        "severities" => Some(severity_options(language)),
        "channels" => Some(Channel::ALL.map(|channel| switch(channel, language)).concat()),
        "spoken" => Some(spoken(language)),
        _ => None,
    };
    let word = |name: &str| PAGE.iter().find(|(word, _)| *word == name).map(|(_, text)| escape(text.get(language)));
    fill(HTML, |name| made(name).or_else(|| word(name)))
}

/// Replaces each `{{name}}`. One that nobody knows stays, which a test notices.
fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut pieces = template.split("{{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once("}}").and_then(|(name, rest)| Some((value(name)?, rest))) {
            Some((value, rest)) => filled.extend([value.as_str(), rest]),
            None => filled.extend(["{{", piece]),
        }
    }
    filled
}

/// The samples, grouped by their folders.
fn sample_options(samples: &Samples) -> String {
    let mut html = String::new();
    let mut group = None;
    for sample in samples.iter() {
        let folder = sample.name.split_once('/').map_or("", |(folder, _)| folder);
        if group != Some(folder) {
            html += if group.is_some() { "</optgroup>" } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(html, "<optgroup label=\"{}\">", escape(folder));
            group = Some(folder);
        }
        html += &option(&sample.name, sample.name.trim_end_matches(".json"), sample.name == FIRST_SAMPLE);
    }
    html + if group.is_some() { "</optgroup>" } else { "" }
}

fn severity_options(language: Language) -> String {
    let named = |severity: Severity| option(severity.as_str(), word(&SEVERITIES, severity.as_str(), language), false);
    Severity::ALL.map(named).concat()
}

/// A channel with what can break it.
fn switch(channel: Channel, language: Language) -> String {
    let kinds = FaultKind::ALL.iter().filter(|kind| **kind != FaultKind::Carrier || channel.is_texting());
    let kinds: String =
        kinds.map(|kind| option(kind.as_str(), word(&FAULTS, kind.as_str(), language), *kind == FIRST_FAULT)).collect();
    let name = word(&CHANNELS, channel.as_str(), language);
    fill(include_str!("page/channel.html"), |part| match part {
        "channel" => Some(channel.to_string()),
        "name" => Some(escape(name)),
        "kinds" => Some(kinds.clone()),
        other => PAGE.iter().find(|(word, _)| *word == other).map(|(_, text)| escape(text.get(language))),
    })
}

/// The words that scripts use.
fn spoken(language: Language) -> String {
    let all = SPOKEN.iter().chain(&SEVERITIES).chain(&FAULTS).chain(&CHANNELS);
    let item = |(name, text): &(&str, Text)| format!("<li data-word=\"{name}\">{}</li>", escape(text.get(language)));
    all.map(item).collect::<Vec<_>>().concat()
}

fn option(value: &str, shown: &str, chosen: bool) -> String {
    let chosen = if chosen { " selected" } else { "" };
    format!("<option value=\"{}\"{chosen}>{}</option>", escape(value), escape(shown))
}

/// A word of a table; its name where there is none, which a test notices.
fn word<'a>(words: &[(&'a str, Text)], name: &'a str, language: Language) -> &'a str {
    words.iter().find(|(word, _)| *word == name).map_or(name, |(_, text)| text.get(language))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::*;

    const LANGUAGES: [Language; 2] = [Language::Ko, Language::En];

    #[test]
    fn every_word_of_the_page_is_there_in_both_languages() {
        for language in LANGUAGES {
            let page = html(language, &Samples::read(None).unwrap());
            assert!(
                !page.contains("{{"),
                "{:?}",
                page.split("{{").nth(1).map(|rest| rest.chars().take(40).collect::<String>())
            );
            assert!(page.contains(&format!("<html lang=\"{}\">", language.as_str())));
        }
        for (name, _) in PAGE {
            let used =
                [HTML, include_str!("page/channel.html")].iter().any(|file| file.contains(&format!("{{{{{name}}}}}")));
            assert!(used, "nothing uses {name}");
        }
    }

    #[test]
    fn every_channel_fault_and_severity_has_a_name() {
        for channel in Channel::ALL {
            assert!(CHANNELS.iter().any(|(name, _)| *name == channel.as_str()), "{channel}");
        }
        for kind in FaultKind::ALL {
            assert!(FAULTS.iter().any(|(name, _)| *name == kind.as_str()), "{kind}");
        }
        for severity in Severity::ALL {
            assert!(SEVERITIES.iter().any(|(name, _)| *name == severity.as_str()), "{severity:?}");
        }
    }

    #[test]
    fn nothing_in_the_page_runs_or_loads_from_elsewhere() {
        let page = html(Language::En, &Samples::default());
        for forbidden in ["http:", "https:", "//", " style=", " onclick=", "<style", "javascript:"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert_eq!(page.matches("<script").count(), 1);
        for name in ["page.css", "page.js", "draw.js", "detail.js", "telegram.js"] {
            let (_, text) = file(name).unwrap();
            assert!(!text.contains("innerHTML") && !text.contains("url("), "{name}");
        }
        assert!(file("page.html").is_none());
    }

    #[test]
    fn what_a_file_is_called_is_no_markup() {
        let samples = Samples::of(vec![Sample { name: "<b>/\"x\".json".to_owned(), bytes: Vec::new() }]);
        let options = sample_options(&samples);
        assert_eq!(
            options,
            "<optgroup label=\"&lt;b&gt;\"><option value=\"&lt;b&gt;/&quot;x&quot;.json\">&lt;b&gt;/&quot;x&quot;</option></optgroup>"
        );
    }
}
