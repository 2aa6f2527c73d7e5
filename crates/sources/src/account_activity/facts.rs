//! Who did it, from where, and what else is known.

use alert::{Fact, FactValue, Text};

use super::call::{Call, Kind};
use super::rules::{Events, Rule};
use crate::arn::Arn;
use crate::fields::{Fields, is_account};

const WHO: Text = Text::new("누가", "Who");
/// What AWS says in place of a name that it does not know: a password typed into the wrong field, say.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
/// What the roles of IAM Identity Center begin with; the session is called by the person.
const IDENTITY_CENTER: &str = "AWSReservedSSO_";

/// The facts of an alert: who, from where, and then what else.
pub(super) fn facts(call: &Call<'_>, rule: &Rule) -> Vec<Fact> {
    let foreign = |label, pointer| call.detail.text(pointer).map(|value| Fact::foreign(label, value));
    let mut more = more(call, rule);
    let title_says_who = call.user_type() == Some("Root") && rule.name.starts_with("root-");
    // Where a rule is for any call, the title cannot say which.
    let any_call = matches!(rule.events, Events::AllOfRoot | Events::AllWrites);
    let done = (call.kind == Kind::Call)
        .then(|| Fact::foreign(Text::new("호출", "Call"), format!("{} {}", call.service, call.name)));
    let brief_call = done.clone().filter(|_| any_call).map(Fact::brief);
    let is_brief = brief_call.is_none() && more.first().is_some_and(speaks_alone);
    let brief = is_brief.then(|| more.remove(0).brief());
    [
        who(call).map(|who| if title_says_who { who } else { who.brief() }),
        foreign(Text::same("IP"), "/sourceIPAddress").map(Fact::brief),
        brief_call,
        brief,
    ]
    .into_iter()
    .flatten()
    .chain(more)
    .chain(
        [
            done.filter(|_| !any_call),
            call.by_service()
                .map(|service| Fact::foreign(Text::new("대신 호출한 서비스", "Called by service"), service)),
            foreign(Text::new("오류", "Error"), "/errorCode"),
            foreign(Text::new("오류 내용", "Error message"), "/errorMessage"),
            mfa(call),
            identity_center(call).map(|(set, _)| Fact::foreign(Text::new("권한 세트", "Permission set"), set)),
            foreign(Text::new("액세스 키", "Access key"), "/userIdentity/accessKeyId"),
            foreign(Text::new("사용한 프로그램", "User agent"), "/userAgent"),
        ]
        .into_iter()
        .flatten(),
    )
    .collect()
}

/// Whether a value says something without its label: a number does not.
fn speaks_alone(fact: &Fact) -> bool {
    matches!(&fact.value, FactValue::Foreign(value) if value.len() > 2 && value.chars().any(char::is_alphabetic))
}

/// What else of the request is worth telling, each thing once.
fn more(call: &Call<'_>, rule: &Rule) -> Vec<Fact> {
    let told = subject(call, rule).map(|subject| short(&subject));
    let values = rule.more.iter().filter_map(|(label, pointer)| Some((*label, short(&call.detail.text(pointer)?))));
    let mut more: Vec<_> = values
        .filter(|(_, value)| Some(value) != told.as_ref())
        .map(|(label, value)| Fact::foreign(label, value))
        .collect();
    more.dedup_by(|one, another| one.label == another.label);
    more
}

/// What it was done to, as the request names it.
pub(super) fn subject(call: &Call<'_>, rule: &Rule) -> Option<String> {
    rule.subject.iter().find_map(|pointer| call.detail.text(pointer))
}

/// The name in an ARN, in the address of a queue, or of a kind of resource: what people call it.
pub(super) fn short(name: &str) -> String {
    let Some(arn) = Arn::parse(name) else {
        let last = name.rsplit('/').next().filter(|_| name.starts_with("https://"));
        return last.map_or_else(|| name.replacen("AWS::", "", 1).replace("::", " "), str::to_owned);
    };
    // Most resources are called `kind/name` or `kind:name`. Topics have no kind, and stacks an id behind the name.
    let parts = arn.resource.split_once(['/', ':']);
    let short = match (arn.service, parts) {
        (_, None) => arn.resource,
        ("sns", Some((topic, _))) => topic,
        ("cloudformation", Some((_, rest))) => rest.split('/').next().unwrap_or(rest),
        (_, Some((_, rest))) => rest,
    };
    if short.is_empty() { name.to_owned() } else { short.to_owned() }
}

/// A name that people know: that of the user, the role and its session, or the root user.
fn who(call: &Call<'_>) -> Option<Fact> {
    let user = call.word("/userIdentity/userName");
    Some(match call.user_type() {
        _ if call.kind == Kind::ConfigItem => return None,
        Some("Root") => Fact::words(WHO, Text::new("루트 사용자", "root user")),
        Some("IAMUser") if user == Some(HIDDEN) => Fact::words(WHO, Text::new("없는 사용자", "unknown user")),
        Some("AWSService") => Fact::foreign(WHO, call.by_service().unwrap_or("AWS")),
        _ => match user.map(str::to_owned).or_else(|| named(call)) {
            Some(name) if is_account(&name) => Fact::account(WHO, name),
            Some(name) => Fact::foreign(WHO, name),
            None => Fact::words(WHO, Text::new("누구인지 모름", "somebody unknown")),
        },
    })
}

/// By the ARN: `assumed-role/ROLE/SESSION` is a role and its session, `user/NAME` a user, and who came by IAM Identity
/// Center is a person.
fn named(call: &Call<'_>) -> Option<String> {
    let Some(arn) = call.word("/userIdentity/arn") else {
        return call.detail.first(&["/userIdentity/principalId", "/userIdentity/accountId"], |_| true);
    };
    let resource = Arn::parse(arn).map_or(arn, |arn| arn.resource);
    let name = resource.split_once('/').map_or(resource, |(_, name)| name);
    Some(identity_center(call).map_or(name, |(_, person)| person).to_owned())
}

/// The permission set and the person, where somebody came by IAM Identity Center:
/// `assumed-role/AWSReservedSSO_SET_0123456789abcdef/PERSON`.
fn identity_center<'a>(call: &Call<'a>) -> Option<(&'a str, &'a str)> {
    let role = Arn::parse(call.word("/userIdentity/arn")?)?.resource.strip_prefix("assumed-role/")?;
    let (role, person) = role.strip_prefix(IDENTITY_CENTER)?.split_once('/')?;
    Some((role.rsplit_once('_').map_or(role, |(set, _)| set), person))
}

/// What names the person, user or role for a fingerprint: the session of a role is another one every hour.
pub(super) fn principal(call: &Call<'_>) -> String {
    let issuer = "/userIdentity/sessionContext/sessionIssuer/arn";
    let person = identity_center(call).map(|(_, person)| person.to_owned());
    let role = || call.detail.first(&[issuer, "/userIdentity/arn", "/userIdentity/principalId"], |_| true);
    person.or_else(role).unwrap_or_default()
}

fn mfa(call: &Call<'_>) -> Option<Fact> {
    let used = call.word("/additionalEventData/MFAUsed")?;
    let used = used.trim().eq_ignore_ascii_case("yes");
    let words = if used { Text::new("MFA 사용", "with MFA") } else { Text::new("MFA 없음", "no MFA") };
    (call.word("/responseElements/ConsoleLogin") == Some("Success")).then(|| Fact::words(Text::same("MFA"), words))
}
