//! What other Regions and accounts forward. `MiniStack` drops events for a bus of another Region, and as AWS does takes none
//! of `aws.*` from anybody: the tests put what the bus would get into the queue where its rule puts it. It knows no policies
//! of buses (`AWS::Events::EventBusPolicy`), so no organisation is named: `template/` has the tests of that policy.

use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, Stage, both, corpus};

use super::lifecycle::leftovers;
use super::{GLOBAL, MAIL, push, soon, starts};

const ELSEWHERE: &str = "eu-north-1";
const BUS: &str = "arn:aws:events:us-east-1:111122223333:event-bus/bongsu";

#[tokio::test(flavor = "multi_thread")]
async fn what_another_account_forwards_is_told_once_and_names_where_it_was() {
    let (account, stage) = (Account::open(), Stage::open().await);
    let refused = account.try_to_deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL, "OrganizationId=o-a1b2c3d4e5"]);
    assert!(both(&refused).contains("Unrecognized resource types: [AWS::Events::EventBusPolicy]"), "it knows them now");
    account.deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL]);
    push(&account, &stage, "/bongsu/config");
    let rules = account.aws(GLOBAL.region, "events", "list_rules", &json!({ "EventBusName": "bongsu" }));
    assert_eq!(rules["Rules"][0]["Name"], "bongsu-forwarded", "{rules}");
    let bus = account.aws(GLOBAL.region, "events", "describe_event_bus", &json!({ "Name": "bongsu" }));
    assert_eq!(bus["Arn"], BUS);

    let queue = account.queue(GLOBAL.region, "bongsu-forwarded-events");
    let event = String::from_utf8(corpus::event("account-activity/trail-stopped").bytes).unwrap();
    let event: Value = serde_json::from_str(&event.replace("111122223333", "444455556666")).unwrap();
    let mut again = event.clone();
    again["id"] = "d0c1b2a3-0000-4000-8000-000000000001".into();
    again["time"] = "2026-03-10T02:22:09Z".into();
    for event in [&event, &again] {
        queue.send(event);
        assert!(soon(30, || queue.unsettled() == 0), "{:#?}", account.log_of(GLOBAL.region, "bongsu-forwarded"));
    }
    assert!((1..=2).contains(&starts(&account, GLOBAL.region, "forwarded")));
    let [told] = stage.texts(Channel::Telegram).try_into().unwrap_or_else(|all| panic!("not one: {all:#?}"));
    assert!(told.contains("444455556666") && told.contains("ap-northeast-2"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarder_is_created_updated_and_deleted_without_a_rest() {
    let account = Account::open_without_functions();
    account.forward(ELSEWHERE, BUS);
    let buses = || {
        let rules = account.aws(ELSEWHERE, "events", "list_rules", &json!({ "NamePrefix": "bongsu-forward-" }));
        let rules = rules["Rules"].as_array().unwrap().clone();
        assert!(rules.len() > 10 && rules.iter().all(|rule| rule["EventBusName"] == "default"), "{rules:?}");
        let target = |rule: &Value| {
            let of_it = json!({ "Rule": rule["Name"] });
            account.aws(ELSEWHERE, "events", "list_targets_by_rule", &of_it)["Targets"][0].clone()
        };
        let targets: Vec<_> = rules.iter().map(target).collect();
        assert!(targets.iter().all(|target| text(&target["RoleArn"]).contains("role/")), "{targets:?}");
        let mut buses: Vec<_> = targets.iter().map(|target| text(&target["Arn"]).to_owned()).collect();
        buses.dedup();
        buses
    };
    assert_eq!(buses(), [BUS]);
    let other = BUS.replace("111122223333", "444455556666");
    account.forward(ELSEWHERE, &other);
    assert_eq!(buses(), [other]);
    account.delete_stack("bongsu-forwarder", ELSEWHERE);
    assert_eq!(leftovers(&account, ELSEWHERE), Vec::<String>::new());
}
