use alert::{Severity, Status};

use super::*;

fn variables() -> Variables {
    Variables::new([
        ("TOKEN".to_owned(), "123:s3cret".to_owned()),
        ("EVIL".to_owned(), "x\"\nlanguage = \"en".to_owned()),
    ])
}

fn parse(text: &str) -> Result<Config, Faults> {
    Config::parse(text, &variables())
}

/// The faults of a text, one a line.
fn faults(text: &str) -> Vec<String> {
    parse(text).expect_err("the text has faults").0.iter().map(ToString::to_string).collect()
}

const TELEGRAM: &str = "[channels.ops]\ntype = \"telegram\"\ntoken = \"${TOKEN}\"\nchat_id = \"-100\"\n";

#[test]
fn the_example_is_a_configuration_without_faults() {
    let example = include_str!("../../../../bongsu.example.toml");
    let names = [
        "TELEGRAM_BOT_TOKEN",
        "TELEGRAM_CHAT_ID",
        "SMS_APP_KEY",
        "SMS_SECRET_KEY",
        "SMS_SEND_NO",
        "SOLAPI_API_KEY",
        "SOLAPI_API_SECRET",
    ];
    let values = names.map(|name| (name.to_owned(), "1234567890".to_owned()));
    let config = Config::parse(example, &Variables::new(values).with_stack_placeholders()).unwrap();
    assert_eq!(config.channels.len(), 4);
    assert_eq!(config.routes.len(), 2);
    assert_eq!(config.routes[0].when.severity, [Severity::Critical, Severity::High]);
    assert_eq!(config.routes[0].notify[1], ["sms-nhn", "sms-solapi"]);
    assert_eq!(config.wording.accounts["111122223333"], "prod");
}

#[test]
fn a_configuration_of_one_channel_is_enough() {
    let config = parse(TELEGRAM).unwrap();
    assert_eq!(config.wording.language, Language::Ko);
    assert_eq!(config.wording.zone.iana_name(), Some("Asia/Seoul"));
    assert!(config.routes.is_empty());
}

#[test]
fn all_faults_are_told_at_once_with_their_lines() {
    let text = r#"language = "jp"
timezone = "Mars/Olympus"
colour = "red"

[accounts]
"1111" = "prod"

[channels.ops]
type = "telegram"
chat_id = "nowhere"
tokken = "x"

[channels.sms]
type = "nhn-sms"
app_key = "${APP_KEY}"
secret_key = "k"
from = "02-123-4567"
to = ["01012345678", "12345", "01012345678"]

[channels.text]
type = "pigeon"

[[routes]]
when = { severity = ["critical", "terrible"], planet = "earth" }
notify = ["ops", "opps", ["sms", "smms"]]

[[routes]]
notify = []
"#;
    insta::assert_snapshot!(faults(text).join("\n"));
}

#[test]
fn a_text_that_is_not_toml_is_told_with_its_line_and_nothing_else() {
    let faults = faults("language = \"ko\"\n[channels.ops\ntype = telegram\n");
    assert!(faults.iter().all(|fault| fault.contains("is not TOML")), "{faults:?}");
    assert!(faults[0].starts_with("line 2: "), "{faults:?}");
}

#[test]
fn a_variable_is_replaced_after_parsing_and_cannot_change_the_document() {
    let config = parse(&format!("{TELEGRAM}\n[accounts]\n\"111122223333\" = \"${{EVIL}}\"")).unwrap();
    assert_eq!(config.wording.accounts["111122223333"], "x\"\nlanguage = \"en");
    assert_eq!(config.wording.language, Language::Ko);
}

#[test]
fn a_missing_variable_is_a_fault_that_names_it() {
    let faults = faults("[channels.ops]\ntype = \"telegram\"\ntoken = \"${NO_SUCH}\"\nchat_id = \"1\"");
    assert_eq!(
        faults,
        ["line 3: channels.ops.token: the variable NO_SUCH has no value: set NO_SUCH in the environment"]
    );
}

#[test]
fn no_fault_shows_the_value_of_a_secret() {
    let text = "[channels.ops]\ntype = \"telegram\"\ntoken = \"${TOKEN}/../x\"\nchat_id = \"1\"\n[channels.sms]\ntype = \"solapi\"\napi_key = [\"${TOKEN}\"]\napi_secret = \"s3cret\"\nfrom = \"1\"\nto = []";
    let text = &format!("{text}\n[channels.${{TOKEN}}]\ntype = \"${{TOKEN}}\"\n[channels.n]\ntype = \"nhn-sms\"\napp_key = \"a\"\nsecret_key = \"b\"\nbase_url = \"${{TOKEN}}\"\nfrom = \"${{TOKEN}}\"\nto = \"${{TOKEN}}\"").replace("[channels.${TOKEN}]", "[channels.m]");
    let shown = format!("{:?} {}", parse(text), faults(text).join("\n"));
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[test]
fn debug_output_of_a_configuration_has_no_secret() {
    assert!(!format!("{:?}", parse(TELEGRAM).unwrap()).contains("s3cret"));
}

#[test]
fn without_a_channel_there_is_nobody_to_tell() {
    for text in ["", "language = \"ko\"", "[channels]"] {
        let faults = faults(text);
        assert!(faults.iter().any(|fault| fault.contains("there is no channel")), "{text}: {faults:?}");
    }
}

#[test]
fn values_of_the_wrong_kind_are_told_by_their_key() {
    let faults = faults(&format!(
        "language = 1\n{TELEGRAM}thread_id = true\n[channels.x]\ntype = 3\n[[routes]]\nwhen = \"always\"\nnotify = \"ops\"\ncontinue = \"yes\"\n[routess]"
    ));
    for key in [
        "language",
        "channels.ops.thread_id",
        "channels.x.type",
        "routes[0].when",
        "routes[0].notify",
        "routes[0].continue",
        "routess",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(&format!("{key}: "))), "{key}: {faults:#?}");
    }
}

#[test]
fn a_route_may_name_an_account_and_give_one_value_without_a_list() {
    let config = parse(&format!("{TELEGRAM}[accounts]\n\"111122223333\" = \"prod\"\n[[routes]]\nwhen = {{ account = \"prod\", status = \"firing\", region = \"us-east-1\", source = \"budget\", drill = false }}\nnotify = [\"ops\"]")).unwrap();
    let when = &config.routes[0].when;
    assert_eq!(when.account, ["111122223333"]);
    assert_eq!(when.status, [Status::Firing]);
    assert_eq!(when.drill, Some(false));
    assert_eq!(when.source, ["budget"]);
}

#[test]
fn an_unknown_account_region_or_source_in_a_route_is_refused() {
    let faults = faults(&format!(
        "{TELEGRAM}[[routes]]\nwhen = {{ account = \"prd\", region = \"Seoul\", source = \"root_login\", status = [] }}\nnotify = [\"ops\"]"
    ));
    assert_eq!(faults.len(), 4, "{faults:#?}");
}

#[test]
fn what_only_the_stack_knows_is_no_fault_of_check() {
    let text = "[channels.mail]\ntype = \"sns-email\"\ntopic_arn = \"${ALERT_TOPIC_ARN}\"";
    assert!(Config::parse(text, &Variables::default()).is_err());
    assert!(Config::parse(text, &Variables::default().with_stack_placeholders()).is_ok());
}

#[test]
fn invented_values_stand_for_any_missing_variable_whatever_its_form() {
    let text = "[channels.a]\ntype = \"nhn-sms\"\napp_key = \"${A}\"\nsecret_key = \"${B}\"\nfrom = \"${C}\"\nto = [\"${D}\"]\n[channels.b]\ntype = \"sns-email\"\ntopic_arn = \"${E}\"";
    assert!(Config::parse(text, &Variables::default().with_invented_values()).is_ok());
}

#[test]
fn an_empty_secret_is_no_secret() {
    let faults = faults(
        "[channels.n]\ntype = \"nhn-sms\"\napp_key = \"\"\nsecret_key = \"  \"\nfrom = \"0212345678\"\nto = [\"01012345678\"]",
    );
    assert_eq!(faults, ["line 3: channels.n.app_key: is empty", "line 4: channels.n.secret_key: is empty"]);
}

#[test]
fn one_fault_makes_no_other() {
    let number = faults(
        "[channels.n]\ntype = \"nhn-sms\"\napp_key = \"a\"\nsecret_key = \"b\"\nfrom = \"0212345678\"\nto = [\"${NOBODY}\"]",
    );
    assert_eq!(number.len(), 1, "{number:?}");
    let topic =
        faults("[channels.m]\ntype = \"sns-email\"\nbase_url = \"https://sns.test\"\ntopic_arn = \"${NOBODY}\"");
    assert_eq!(topic.len(), 1, "{topic:?}");
    let brackets = faults(&"[".repeat(20_000));
    assert!(brackets.len() < 5, "{}", brackets.len());
    let list = faults("[[channels]]\ntype = \"telegram\"");
    assert_eq!(list.len(), 1, "{list:?}");
}

#[test]
fn routes_are_a_list() {
    let faults = faults(&format!("{TELEGRAM}[routes.a]\nnotify = [\"ops\"]"));
    assert_eq!(faults, ["line 5: routes: must be tables such as `[[routes]]`, not a table"]);
}

#[test]
fn a_name_that_two_accounts_have_means_both() {
    let config = parse(&format!("{TELEGRAM}[accounts]\n\"111122223333\" = \"prod\"\n\"444455556666\" = \"prod\"\n[[routes]]\nwhen = {{ account = \"prod\" }}\nnotify = [\"ops\"]")).unwrap();
    assert_eq!(config.routes[0].when.account, ["111122223333", "444455556666"]);
}

#[test]
fn invented_values_stand_for_words_as_well() {
    let text = format!(
        "language = \"${{L}}\"\ntimezone = \"${{Z}}\"\n{TELEGRAM}[[routes]]\nwhen = {{ severity = \"${{S}}\" }}\nnotify = [\"ops\"]"
    );
    assert!(Config::parse(&text, &variables().with_invented_values()).is_ok());
}

#[test]
fn a_variable_of_the_stack_that_is_empty_counts_as_not_there_yet() {
    let variables = Variables::new([("ALERT_TOPIC_ARN".to_owned(), String::new())]).with_stack_placeholders();
    let text = "[channels.mail]\ntype = \"sns-email\"\ntopic_arn = \"${ALERT_TOPIC_ARN}\"";
    assert!(Config::parse(text, &variables).is_ok());
}

#[test]
fn the_operator_says_which_regions_are_used_and_how_old_keys_may_become() {
    let text = format!(
        "{TELEGRAM}[regions]\nallowed = [\"ap-northeast-2\"]\n[resources]\ndiscovered = true\n[credentials]\nkey_age_days = 30\n"
    );
    let policy = parse(&text).unwrap().policy;
    assert!(policy.forbids_region("us-west-2") && !policy.forbids_region("ap-northeast-2"));
    assert_eq!((policy.new_resources, policy.key_age_days, policy.unused_days), (true, 30, 90));
    let silent = parse(TELEGRAM).unwrap().policy;
    assert_eq!(silent, alert::Policy::default());
    assert!(!silent.forbids_region("us-west-2"), "nobody said which Regions are used");
}

#[test]
fn faults_of_the_policy_are_named() {
    let text = format!(
        "{TELEGRAM}[regions]\nallowed = [\"Seoul\", \"ap-northeast-2\"]\ndenied = \"x\"\n[credentials]\nunused_days = 0\n"
    );
    insta::assert_snapshot!(faults(&text).join("\n"));
    insta::assert_snapshot!(faults(&format!("{TELEGRAM}[regions]\nallowed = []\n")).join("\n"));
}

#[test]
fn a_heartbeat_has_usual_values_and_can_leave_out_what_the_account_does_without() {
    let usual = parse(TELEGRAM).unwrap().heartbeat;
    assert_eq!((usual.balance_below, usual.ignore.len()), (100, 0));
    let own = parse(&format!("{TELEGRAM}\n[heartbeat]\nbalance_below = 7\nignore = [\"recorder\"]")).unwrap().heartbeat;
    assert_eq!((own.balance_below, own.ignore), (7, vec!["recorder".to_owned()]));
    let faults = faults(&format!("{TELEGRAM}\n[heartbeat]\nbalance_below = 0\nignore = [\"telegram\"]\nx = 1"));
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults.iter().any(|it| it.contains("use some of trail, recorder")), "{faults:?}");
}
