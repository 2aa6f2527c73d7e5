//! IAM's credential report: CSV, one user a row.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>

use csv::{ReaderBuilder, StringRecord};
use jiff::Timestamp;

/// What the row of the root user says in place of a name.
pub(super) const ROOT: &str = "<root_account>";
/// The columns that we judge by. AWS may add others, and has.
const COLUMNS: [&str; 11] = [
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "mfa_active",
    "user_creation_time",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
];

/// A report.
pub(super) struct Report {
    pub(super) users: Vec<User>,
    /// Columns and rows that are missing or that we cannot read, by their names.
    pub(super) unread: Vec<String>,
}

/// A row.
pub(super) struct User {
    pub(super) name: String,
    pub(super) arn: String,
    /// The time in one spelling, else the text: it tells a user from an earlier one of the same name.
    pub(super) created: String,
    pub(super) password: Flag,
    pub(super) password_used: Used,
    /// When the password was last set; else when the user was made.
    pub(super) password_since: Option<Timestamp>,
    pub(super) mfa: Flag,
    pub(super) keys: [Key; 2],
}

/// An access key. The report does not name it.
pub(super) struct Key {
    pub(super) active: Flag,
    /// The same: it tells a key from its successor.
    pub(super) rotated: String,
    pub(super) used: Used,
}

/// `TRUE` or `FALSE`; small letters in reports that AWS really makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    Yes,
    No,
    /// The report does not know, and says so, or it has no such column.
    Unknown,
    /// Something that we cannot read.
    Odd,
}

/// When something was last used; the latest is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Used {
    Unknown,
    /// Not since AWS remembers, which is since 2015.
    Never,
    At(Timestamp),
}

impl Report {
    /// `None` where the text is no report: it names no users.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().ok()?.iter().map(|name| name.trim().to_ascii_lowercase());
        let header: StringRecord = header.collect();
        let place = place(&header, "user")?;
        let missing = COLUMNS.iter().filter(|name| self::place(&header, name).is_none());
        let mut report = Self { users: Vec::new(), unread: missing.map(|name| (*name).to_owned()).collect() };
        for row in reader.records() {
            let Ok(row) = row else {
                report.unread.push("?".to_owned());
                continue;
            };
            let name = row.get(place).unwrap_or_default().trim();
            // A quote that never ends takes the rows behind it along.
            if row.len() != header.len() || name.is_empty() || row.iter().any(|field| field.contains(['\n', '\r'])) {
                report.unread.push(shortened(row.get(0).unwrap_or("?")));
                continue;
            }
            report.users.push(User::new(&header, &row, name));
        }
        if !report.users.iter().any(User::is_root) {
            report.unread.push(ROOT.to_owned());
        }
        let odd = report.users.iter().filter(|user| user.is_odd()).map(|user| user.name.clone());
        report.unread.extend(odd.collect::<Vec<_>>());
        Some(report)
    }
}

impl User {
    fn new(header: &StringRecord, row: &StringRecord, name: &str) -> Self {
        let field = |name: &str| place(header, name).and_then(|place| row.get(place)).map(str::trim);
        let text = |name: &str| field(name).unwrap_or_default().to_owned();
        let time = |name: &str| field(name).and_then(|text| text.parse::<Timestamp>().ok());
        // AWS has written `+00:00` and writes `Z`.
        let mark = |name: &str| time(name).map_or_else(|| text(name), |time| time.to_string());
        let key = |number: usize| Key {
            active: flag(field(&format!("access_key_{number}_active"))),
            rotated: mark(&format!("access_key_{number}_last_rotated")),
            used: used(field(&format!("access_key_{number}_last_used_date"))),
        };
        Self {
            name: name.to_owned(),
            arn: text("arn"),
            created: mark("user_creation_time"),
            password: flag(field("password_enabled")),
            password_used: used(field("password_last_used")),
            password_since: time("password_last_changed").or_else(|| time("user_creation_time")),
            mfa: flag(field("mfa_active")),
            keys: [key(1), key(2)],
        }
    }

    pub(super) fn is_root(&self) -> bool {
        self.name == ROOT
    }

    /// Keys that somebody can use.
    pub(super) fn active_keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(|key| key.active == Flag::Yes)
    }

    fn is_odd(&self) -> bool {
        let keys = self.keys.iter().map(|key| key.active);
        [self.password, self.mfa].into_iter().chain(keys).any(|flag| flag == Flag::Odd)
    }
}

fn place(header: &StringRecord, name: &str) -> Option<usize> {
    header.iter().position(|column| column == name)
}

fn flag(text: Option<&str>) -> Flag {
    match text.map(str::to_ascii_lowercase).as_deref() {
        Some("true") => Flag::Yes,
        Some("false") => Flag::No,
        // What older reports say of the root user's password.
        None | Some("not_supported" | "n/a") => Flag::Unknown,
        Some(_) => Flag::Odd,
    }
}

fn used(text: Option<&str>) -> Used {
    match text {
        Some(text) if ["n/a", "no_information"].contains(&text.to_ascii_lowercase().as_str()) => Used::Never,
        text => text.and_then(|text| text.parse().ok()).map_or(Used::Unknown, Used::At),
    }
}

/// A name that may be a whole file.
fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}
