//! What the operator says of the account: which Regions are used, how old keys may become.

use std::collections::BTreeSet;

use alert::Policy;

use super::reader::Reader;

/// The longest time in days: ten years.
const LONGEST: i64 = 3_660;
/// The variable in which the stack says its name.
const STACK: &str = "BONGSU_STACK";

pub(super) fn read(root: &Reader<'_>) -> Policy {
    let usual = Policy::default();
    let credentials = root.table("credentials");
    let days = |key, usual| credentials.as_ref().map_or(usual, |table| table.whole_number(key, 1..=LONGEST, usual));
    let (key_age_days, unused_days) =
        (days("key_age_days", usual.key_age_days), days("unused_days", usual.unused_days));
    let resources = root.table("resources");
    let new_resources = resources.as_ref().is_some_and(|table| table.boolean("discovered", usual.new_resources));
    let regions = root.table("regions");
    let allowed_regions = regions.as_ref().and_then(allowed_regions);
    [credentials, resources, regions].iter().flatten().for_each(Reader::refuse_unknown_keys);
    let stack = root.variable(STACK).map_or(usual.stack, str::to_owned);
    Policy { allowed_regions, new_resources, key_age_days, unused_days, stack }
}

fn allowed_regions(table: &Reader<'_>) -> Option<BTreeSet<String>> {
    table.value("allowed")?;
    let names = table.strings("allowed");
    if names.is_empty() {
        table.fault("allowed", "names no Region: list those that you use, for example [\"ap-northeast-2\"]");
    }
    let mut regions = BTreeSet::new();
    for name in names {
        if !is_region(&name.text) && !name.invented {
            table.fault_at(&name, format!("{:?} is not a Region: use a code such as \"ap-northeast-2\"", name.shown));
        }
        regions.insert(name.text);
    }
    Some(regions)
}

/// `ap-northeast-2`, `us-gov-west-1`: <https://docs.aws.amazon.com/general/latest/gr/rande.html>
fn is_region(code: &str) -> bool {
    let parts: Vec<_> = code.split('-').collect();
    let [words @ .., number] = parts.as_slice() else { return false };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    words.len() >= 2 && words.iter().all(is_word) && number.len() == 1 && number.bytes().all(|it| it.is_ascii_digit())
}
