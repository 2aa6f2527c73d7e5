use std::collections::BTreeMap;

/// Names that the stack gives to its functions. A configuration may use them before they have a value anywhere else,
/// so `check` puts a value of the right form in their place.
pub const STACK_VARIABLES: [(&str, &str); 1] =
    [("ALERT_TOPIC_ARN", "arn:aws:sns:us-east-1:111122223333:set-by-the-stack")];

/// What `${NAME}` stands for.
#[derive(Clone, Default)]
pub struct Variables {
    values: BTreeMap<String, String>,
    invented: bool,
}

impl Variables {
    /// The given names and no others.
    pub fn new(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { values: values.into_iter().collect(), invented: false }
    }

    /// The environment of this process. Names or values that are not Unicode are left out.
    #[expect(clippy::disallowed_methods, reason = "this is the room that reads the environment")]
    pub fn from_environment() -> Self {
        let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self::new(std::env::vars_os().filter_map(unicode))
    }

    /// The same and one more, or with another value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.values.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Adds what only the stack knows, where it is not known yet.
    #[must_use]
    pub fn with_stack_placeholders(mut self) -> Self {
        for (name, value) in STACK_VARIABLES {
            if self.get(name).is_none() {
                self.values.insert(name.to_owned(), value.to_owned());
            }
        }
        self
    }

    /// Takes any name as given, for commands that word or route an alert and send nothing. What is invented fits
    /// nowhere but in a free text, so keys that check a form must ask [`Variables::is_invented`].
    #[must_use]
    pub fn with_invented_values(mut self) -> Self {
        self.invented = true;
        self
    }

    /// The value of a variable; an empty one counts as missing, since that is how a forgotten secret looks.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether this name has no value and any will do.
    pub fn is_invented(&self, name: &str) -> bool {
        self.invented && self.get(name).is_none()
    }
}

impl std::fmt::Debug for Variables {
    /// Values can be secrets: only the names are shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

/// Replaces every `${NAME}` in a string that has a value; the others stay. `None` where a `${` has no `}`.
pub fn replace_variables(text: &str, mut value: impl FnMut(&str) -> Option<String>) -> Option<String> {
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) = after.split_once('}')?;
        done.push_str(before);
        done.push_str(&value(name).unwrap_or_else(|| format!("${{{name}}}")));
        rest = behind;
    }
    Some(done + rest)
}

/// Replaces every `${NAME}` in a string value. A missing name is an `Err` that says so.
pub(super) fn substitute(text: &str, variables: &Variables) -> Result<Substituted, Vec<String>> {
    let (mut invented, mut faults) = (false, Vec::new());
    let replaced = replace_variables(text, |name| {
        let found = variables.get(name);
        if found.is_none() && variables.is_invented(name) {
            invented = true;
        } else if found.is_none() {
            faults.push(format!("the variable {name} has no value: set {name} in the environment"));
        }
        found.map(str::to_owned)
    });
    match replaced {
        Some(value) if faults.is_empty() => Ok(Substituted { value, invented }),
        Some(_) => Err(faults),
        None => Err(vec!["has a `${` without its `}`".to_owned()]),
    }
}

/// A string value whose variables are in place.
pub(super) struct Substituted {
    pub(super) value: String,
    /// Part of it was made up: its form means nothing.
    pub(super) invented: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> Result<String, Vec<String>> {
        let variables = Variables::new([("A".to_owned(), "${B}".to_owned()), ("EMPTY".to_owned(), String::new())]);
        substitute(text, &variables).map(|done| done.value)
    }

    #[test]
    fn a_value_that_looks_like_a_variable_is_not_replaced_again() {
        assert_eq!(replaced("x${A}y").unwrap(), "x${B}y");
    }

    #[test]
    fn each_missing_name_is_told_and_an_empty_one_is_missing() {
        let faults = replaced("${ONE}${A}${EMPTY}").unwrap_err();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("ONE") && faults[1].contains("EMPTY"));
    }

    #[test]
    fn an_open_variable_is_a_fault_and_a_lone_dollar_is_not() {
        assert!(replaced("${A").is_err());
        assert_eq!(replaced("$A {A} $").unwrap(), "$A {A} $");
    }

    #[test]
    fn debug_output_has_no_values() {
        let variables = Variables::new([("TOKEN".to_owned(), "s3cret".to_owned())]);
        assert!(!format!("{variables:?}").contains("s3cret"));
    }
}
