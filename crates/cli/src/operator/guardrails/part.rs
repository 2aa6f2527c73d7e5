//! A part of the guardrails: what there is of it, what is wanted, and so what becomes of it.

use std::collections::BTreeMap;
use std::fmt;

use aws::survey::Stack;

/// A part that can be switched off.
#[derive(Debug)]
pub(super) struct Part {
    /// The parameter of the template that switches it.
    pub(super) name: &'static str,
    /// Its value that switches it on, as an example.
    pub(super) on: &'static str,
    /// Its value that switches it off.
    pub(super) off: &'static str,
    /// Why the template has it off, where it has.
    pub(super) off_because: Option<&'static str>,
    /// What becomes of one beside somebody else's.
    pub(super) second: Second,
}

/// What becomes of a part beside somebody else's of the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Second {
    /// Both do their work.
    Works,
    /// AWS refuses it.
    Refused,
    /// It uses the other one.
    Joins,
}

/// What AWS has of a part.
#[derive(Debug)]
pub(super) enum There {
    /// Nothing that would do. Says what there is all the same, if anything.
    Nothing(String),
    /// What our own stack has made.
    Ours(String),
    /// What somebody else has made, and what a deployment is to be given for it.
    Others(String, Vec<String>),
    /// It cannot be made, whatever there is. Says why.
    Never(String),
    /// It is not known. Says why.
    Unasked(String),
}

/// What a deployment will be given anyway, and what the stack has now.
pub(super) struct Wishes<'a> {
    pub(super) given: &'a BTreeMap<String, String>,
    /// An empty one where there is none.
    pub(super) stack: &'a Stack,
    /// Why the stack is not known.
    pub(super) unknown: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Found,
    WillBeCreated,
    Ours,
    SwitchedOff,
    NotAsked,
}

/// What becomes of a part.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) part: &'static str,
    pub(super) state: State,
    /// What there is, and what to do.
    pub(super) says: String,
    /// `Recorder=none`: what a deployment is to be given.
    pub(super) overrides: Vec<String>,
    /// Whether a deployment would fail, or might.
    pub(super) blocks: bool,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::WillBeCreated => "will be created",
            Self::Ours => "ours already",
            Self::SwitchedOff => "switched off",
            Self::NotAsked => "could not be asked",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = format!("  {:<20} {:<18} {}", self.part, self.state.as_str(), self.says);
        f.write_str(line.trim_end())
    }
}

impl Wishes<'_> {
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }

    /// What becomes of a part; `there` is asked only where the stack is known.
    pub(super) fn decide(&self, part: &Part, there: impl FnOnce(&Stack) -> There) -> Finding {
        let there = match &self.unknown {
            Some(unknown) => There::Unasked(unknown.clone()),
            None => there(self.stack),
        };
        match self.given(part.name) {
            Some(value) if is_off(value) => switched_off_by(part, value, &there),
            Some(value) => wanted(part, value, there),
            None => self.unspoken(part, there),
        }
    }

    /// Nobody has said anything about it.
    fn unspoken(&self, part: &Part, there: There) -> Finding {
        let Part { name, on, off, .. } = part;
        let why_off = match self.stack.parameters.get(*name) {
            Some(value) => is_off(value).then(|| format!("the stack has {name}={value}")),
            None => part.off_because.map(str::to_owned),
        };
        let why_off = why_off.map(|why| format!("{why}; to have it, give {name}={on}"));
        match (there, why_off) {
            (There::Unasked(why), _) => {
                let says = format!("{why}; or say yourself what to do: {name}={on} or {name}={off}");
                part.finding(State::NotAsked, says).blocking()
            }
            (There::Ours(what), _) => part.finding(State::Ours, what),
            (There::Others(what, _), Some(why)) if part.second == Second::Joins => {
                part.finding(State::SwitchedOff, format!("{why}; there is {what}"))
            }
            (There::Others(what, overrides), _) => Finding { overrides, ..part.finding(State::Found, what) },
            (There::Never(why), _) => {
                Finding { overrides: vec![format!("{name}={off}")], ..part.finding(State::SwitchedOff, why) }
            }
            (There::Nothing(beside), Some(why)) => part.finding(State::SwitchedOff, with(why, &beside)),
            (There::Nothing(beside), None) => part.finding(State::WillBeCreated, beside),
        }
    }
}

impl Part {
    pub(super) fn finding(&self, state: State, says: String) -> Finding {
        Finding { part: self.name, state, says, overrides: Vec::new(), blocks: false }
    }
}

impl Finding {
    fn blocking(self) -> Self {
        Self { blocks: true, ..self }
    }
}

/// Whoever deploys does not want it.
fn switched_off_by(part: &Part, value: &str, there: &There) -> Finding {
    let says = format!("you give {}={value}", part.name);
    let says = match there {
        There::Ours(what) => format!("{says}: a deployment deletes {what}"),
        There::Others(what, _) => with(says, what),
        There::Nothing(beside) => with(says, beside),
        There::Never(_) | There::Unasked(_) => says,
    };
    part.finding(State::SwitchedOff, says)
}

/// Whoever deploys wants it, whatever there is.
fn wanted(part: &Part, value: &str, there: There) -> Finding {
    let Part { name, .. } = part;
    match there {
        There::Ours(what) => part.finding(State::Ours, what),
        There::Others(what, overrides) if part.second == Second::Joins => {
            Finding { overrides, ..part.finding(State::Found, what) }
        }
        There::Others(what, _) if part.second == Second::Refused => {
            let says = format!("{what}; AWS allows no second one: delete it, or do not give {name}={value}");
            part.finding(State::Found, says).blocking()
        }
        There::Never(why) => part.finding(State::SwitchedOff, format!("{why}: do not give {name}={value}")).blocking(),
        There::Others(what, _) => part.finding(State::WillBeCreated, format!("beside {what}")),
        There::Nothing(beside) => part.finding(State::WillBeCreated, beside),
        There::Unasked(why) => part.finding(
            State::WillBeCreated,
            format!("you give {name}={value}; whether there is one is not known: {why}"),
        ),
    }
}

/// `none`, or no dollars.
fn is_off(value: &str) -> bool {
    value == "none" || (!value.is_empty() && value.chars().all(|it| matches!(it, '0' | '.')))
}

fn with(says: String, beside: &str) -> String {
    if beside.is_empty() { says } else { format!("{says}; there is {beside}") }
}
