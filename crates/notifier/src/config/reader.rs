//! Reads a TOML table key by key and keeps every fault with its line, where serde would stop at the first.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use secrecy::SecretString;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;
use super::variables::{Substituted, Variables, substitute};

/// What all readers of one document share.
pub(crate) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) variables: &'a Variables,
    pub(super) faults: RefCell<Vec<(usize, Fault)>>,
}

impl Source<'_> {
    pub(super) fn fault(&self, offset: usize, key: impl Into<String>, message: impl Into<String>) {
        let before = self.text.as_bytes().iter().take(offset);
        let line = Some(before.filter(|byte| **byte == b'\n').count() + 1);
        let fault = Fault { line, key: key.into(), message: message.into() };
        let mut faults = self.faults.borrow_mut();
        if !faults.iter().any(|(_, other)| *other == fault) {
            faults.push((offset, fault));
        }
    }
}

/// A string with its variables in place, and where it stood.
pub(crate) struct Value {
    pub(crate) text: String,
    /// As the document has it: what a variable stands for may be a secret, so only this is shown.
    pub(crate) shown: String,
    /// Part of it was made up, so that its form must not be judged.
    pub(crate) invented: bool,
    key: String,
    offset: usize,
}

/// One table of the document.
pub(crate) struct Reader<'a> {
    source: &'a Source<'a>,
    table: &'a DeTable<'a>,
    path: String,
    offset: usize,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source<'a>, table: &'a DeTable<'a>, path: String, offset: usize) -> Self {
        Self { source, table, path, offset, asked: RefCell::default() }
    }

    /// The whole path of a key in this table.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The raw value of a key, which is known from now on.
    pub(crate) fn value(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key)
    }

    /// Says that the value of `key` is wrong.
    pub(crate) fn fault(&self, key: &str, message: impl Into<String>) {
        let offset = self.table.get(key).map_or(self.offset, |value| value.span().start);
        self.source.fault(offset, self.path_of(key), message);
    }

    /// Says that a value is wrong.
    pub(crate) fn fault_at(&self, value: &Value, message: impl Into<String>) {
        self.source.fault(value.offset, value.key.clone(), message);
    }

    /// A string that must be there, and say something.
    pub(crate) fn required(&self, key: &'static str) -> Option<Value> {
        if self.value(key).is_none() {
            self.source.fault(self.offset, self.path_of(key), format!("is missing: add `{key} = \"…\"`"));
        }
        let value = self.optional(key)?;
        if value.text.trim().is_empty() && !value.invented {
            self.fault_at(&value, "is empty");
            return None;
        }
        Some(value)
    }

    /// A string that may be there.
    pub(crate) fn optional(&self, key: &'static str) -> Option<Value> {
        self.string(self.value(key)?, self.path_of(key))
    }

    /// A variable of the environment, where it says something.
    pub(crate) fn variable(&self, name: &str) -> Option<&'a str> {
        self.source.variables.get(name)
    }

    /// A string that must be there and is never shown.
    pub(crate) fn secret(&self, key: &'static str) -> Option<SecretString> {
        self.required(key).map(|value| SecretString::from(value.text))
    }

    /// `true` or `false`, with a default.
    pub(crate) fn boolean(&self, key: &'static str, default: bool) -> bool {
        match self.value(key).map(Spanned::get_ref) {
            None => default,
            Some(DeValue::Boolean(value)) => *value,
            Some(_) => {
                self.fault(key, "must be true or false, without quotes");
                default
            }
        }
    }

    /// A whole number within a range, with a default.
    pub(crate) fn whole_number(&self, key: &'static str, range: RangeInclusive<i64>, default: i64) -> i64 {
        let number = match self.value(key).map(Spanned::get_ref) {
            None => return default,
            Some(DeValue::Integer(number)) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            Some(_) => None,
        };
        number.filter(|number| range.contains(number)).unwrap_or_else(|| {
            let (least, most) = range.into_inner();
            self.fault(key, format!("must be a whole number from {least} to {most}, without quotes"));
            default
        })
    }

    /// One of a few words, with a default.
    pub(crate) fn one_of<T: Copy>(&self, key: &'static str, words: &[(&str, T)], default: T) -> T {
        let Some(value) = self.optional(key) else { return default };
        if let Some((_, word)) = words.iter().find(|(name, _)| *name == value.text) {
            return *word;
        }
        if value.invented {
            return default;
        }
        let names: Vec<_> = words.iter().map(|(name, _)| *name).collect();
        self.fault_at(&value, format!("{:?} is not known: use one of {}", value.shown, names.join(", ")));
        default
    }

    /// One string or a list of strings.
    pub(crate) fn strings(&self, key: &'static str) -> Vec<Value> {
        let Some(value) = self.value(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| self.string(item, format!("{}[{index}]", self.path_of(key))))
                .collect(),
            _ => self.string(value, self.path_of(key)).into_iter().collect(),
        }
    }

    /// Reads `value` as a string; anything else is a fault of `key`.
    pub(crate) fn string(&self, value: &Spanned<DeValue<'_>>, key: String) -> Option<Value> {
        let offset = value.span().start;
        let DeValue::String(text) = value.get_ref() else {
            self.source.fault(offset, key, format!("must be a string in quotes, not {}", kind(value.get_ref())));
            return None;
        };
        match substitute(text, self.source.variables) {
            Ok(Substituted { value, invented }) => {
                Some(Value { text: value, shown: text.to_string(), invented, key, offset })
            }
            Err(messages) => {
                for message in messages {
                    self.source.fault(offset, key.clone(), message);
                }
                None
            }
        }
    }

    /// The tables in a table: `[channels.NAME]`, in the order of the text.
    pub(crate) fn named_tables(&self, key: &'static str) -> Vec<(String, Reader<'a>)> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.fault(key, format!("must be tables such as `[{key}.NAME]`, not {}", kind(value.get_ref())));
            return Vec::new();
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let named = |(name, value): (&'a Spanned<Cow<'a, str>>, _)| {
            let name = name.get_ref();
            Some((name.to_string(), self.inner(value, format!("{key}.{name}"))?))
        };
        entries.into_iter().filter_map(named).collect()
    }

    /// The tables in a list: `[[routes]]`.
    pub(crate) fn listed_tables(&self, key: &'static str) -> Vec<Reader<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.fault(key, format!("must be tables such as `[[{key}]]`, not {}", kind(value.get_ref())));
            return Vec::new();
        };
        let numbered = |(index, value)| self.inner(value, format!("{key}[{index}]"));
        items.iter().enumerate().filter_map(numbered).collect()
    }

    fn inner(&self, value: &'a Spanned<DeValue<'a>>, path: String) -> Option<Reader<'a>> {
        if let DeValue::Table(table) = value.get_ref() {
            return Some(Reader::new(self.source, table, path, value.span().start));
        }
        self.source.fault(value.span().start, path, format!("must be a table, not {}", kind(value.get_ref())));
        None
    }

    /// A table that may be there.
    pub(crate) fn table(&self, key: &'static str) -> Option<Reader<'a>> {
        self.inner(self.value(key)?, self.path_of(key))
    }

    /// Every entry of a table whose keys the operator chooses.
    pub(crate) fn entries(&self) -> Vec<(String, Option<Value>)> {
        let entry = |(name, value): (&Spanned<Cow<'_, str>>, &Spanned<DeValue<'_>>)| {
            let name = name.get_ref().to_string();
            let value = self.string(value, self.path_of(&name));
            (name, value)
        };
        self.table.iter().map(entry).collect()
    }

    /// Refuses the keys that nobody asked for. Call it when the table is read.
    pub(crate) fn refuse_unknown_keys(&self) {
        let asked = self.asked.borrow();
        for (name, _) in self.table.iter().filter(|(name, _)| !asked.contains(name.get_ref().as_ref())) {
            let known: Vec<_> = asked.iter().copied().collect();
            let message = format!("is not a key here: use {}", known.join(", "));
            self.source.fault(name.span().start, self.path_of(name.get_ref()), message);
        }
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number (put it in quotes)",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
