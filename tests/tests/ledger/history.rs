//! `bongsu history`, with a ledger that has been at work.

use std::process::Output;
use std::time::Duration;

use alert::Status;
use notifier::delivery::{Claim, Ledger, Outcome, State};
use serde_json::Value;
use system_tests::secrets::{MASKED_PHONE, PHONE};
use system_tests::{Account, Table, both};

use super::fires::track;
use super::{REGION, begin_new, claim, finish, later, now, slot};

#[tokio::test(flavor = "multi_thread")]
async fn history_shows_the_newest_first_and_what_somebody_has_not_got() {
    let account = Account::open_plain();
    // The table that a deleted stack of this name has left behind, and one of another stack.
    for name in ["bongsu-Ledger-A", "bongsu-other-Ledger-1"] {
        Table::make(&account, REGION, name);
    }
    // MiniStack knows the age of a table in whole seconds.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let ledger = Table::make(&account, REGION, "bongsu-Ledger-B").ledger(account.url());
    fill(&ledger).await;

    let output = history(&account, &[]);
    let said = both(&output);
    assert!(output.status.success(), "{said}");
    for told in
        ["디스크 newest", "디스크 refused", "rejected", "suppressed", "claimed", "high", "111122223333", MASKED_PHONE]
    {
        assert!(said.contains(told), "no {told}:\n{said}");
    }
    assert!(!said.contains("디스크 old") && !said.contains(PHONE), "{said}");
    assert!(said.contains("bongsu has left older tables in us-east-1 (bongsu-Ledger-A)"), "{said}");

    assert_eq!(subjects(&account, &["--since", "1h"])[..2], ["newest", "refused"]);
    // More than a page of the table.
    assert_eq!(subjects(&account, &[]).len(), 124);
    assert_eq!(subjects(&account, &["--since", "30d"]).last().unwrap(), "old");
    assert_eq!(subjects(&account, &["--undelivered"]), ["refused", "held-back", "killed"]);
    assert_eq!(subjects(&account, &["--table", "bongsu-Ledger-A"]), Vec::<String>::new());

    let none = history(&account, &["--undelivered", "--table", "bongsu-Ledger-A"]);
    assert!(both(&none).contains("Everybody has got every alert since"), "{}", both(&none));
    for (arguments, why) in [
        (&["--stack", "nothing"][..], "nothing has no ledger in us-east-1: name its table with --table"),
        (&["--table", "nothing"], "cannot read the ledger in us-east-1: AWS says ResourceNotFoundException"),
        (&["--since", "yesterday"], "use a length such as 24h"),
    ] {
        let output = history(&account, arguments);
        let said = both(&output);
        assert!(output.status.code() == Some(1) && said.contains(why), "{said}");
    }
}

/// The newest last.
async fn fill(ledger: &dyn Ledger) {
    let ago = |name: &str, seconds: i64| Claim { now: later(now(), -seconds), ..claim(name, "me") };
    let everybody = [(slot("telegram", ""), State::Accepted), (slot("sms-nhn", PHONE), State::Delivered)];
    finish(ledger, &ago("old", 10 * 86_400), everybody.clone()).await;
    for count in 0..120 {
        finish(ledger, &ago(&format!("many-{count}"), 7_200 + count), everybody.clone()).await;
    }
    begin_new(ledger, &ago("killed", 30)).await;
    finish(ledger, &ago("held-back", 20), [(slot("telegram", ""), State::Suppressed), everybody[1].clone()]).await;
    let refused = (slot("sms-nhn", PHONE), State::NotSent(Outcome::Rejected));
    finish(ledger, &ago("refused", 10), [everybody[0].clone(), refused]).await;
    // Its thing has an item of its own, which is no alert.
    let newest = Claim { track: Some(track("newest", Status::Firing, now())), ..claim("newest", "me") };
    begin_new(ledger, &newest).await;
    finish(ledger, &newest, everybody).await;
}

fn history(account: &Account, arguments: &[&str]) -> Output {
    account.bongsu(&[&["history"], arguments].concat(), &[])
}

/// What the alerts are about, in the order of `--json`.
fn subjects(account: &Account, arguments: &[&str]) -> Vec<String> {
    let output = history(account, &[arguments, &["--json"]].concat());
    let alerts: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", both(&output)));
    assert!(!both(&output).contains(PHONE));
    let subject = |alert: &Value| alert["subject"].as_str().unwrap().replace("디스크 ", "");
    alerts.as_array().unwrap().iter().map(subject).collect()
}
