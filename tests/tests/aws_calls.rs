//! Calls of AWS's services without its SDK: `MiniStack` understands them, and the AWS SDK for Python would have asked the
//! same, there, with the same signature. Those of the ledger are tried with the ledger.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use std::collections::BTreeSet;
use std::time::Duration;

use aws::{CredentialReports, Parameter, Queue};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use notifier::aws::{Endpoint, QueryClient, address, element};
use notifier::http::Http;
use notifier::{Variables, clock};
use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, Tap, objections_of_the_aws_sdk, objections_of_the_aws_sdk_to_endpoints};

const REGION: &str = "ap-northeast-2";
/// One in each partition, or two.
const REGIONS: [&str; 11] = [
    REGION,
    "us-east-1",
    "mx-central-1",
    "cn-north-1",
    "cn-northwest-1",
    "us-gov-east-1",
    "eusc-de-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-east-1",
];

fn variables(values: &[(&str, &str)]) -> Variables {
    Variables::new(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

/// Somebody in an account who may do everything, behind a tap.
struct Somebody {
    account: Account,
    tap: Tap,
    key: String,
    secret: String,
}

impl Somebody {
    async fn new() -> Self {
        let account = Account::open_plain();
        let tap = Tap::start(account.url()).await;
        account.aws(REGION, "iam", "create_user", &json!({ "UserName": "somebody" }));
        let allow = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        let policy = json!({ "Version": "2012-10-17", "Statement": [allow] }).to_string();
        let policy = json!({ "UserName": "somebody", "PolicyName": "all", "PolicyDocument": policy });
        account.aws(REGION, "iam", "put_user_policy", &policy);
        let key = account.aws(REGION, "iam", "create_access_key", &json!({ "UserName": "somebody" }));
        let part = |name: &str| text(&key["AccessKey"][name]).to_owned();
        let (key, secret) = (part("AccessKeyId"), part("SecretAccessKey"));
        Self { account, tap, key, secret }
    }

    fn variables(&self) -> Variables {
        variables(&[("AWS_REGION", REGION), ("AWS_ENDPOINT_URL", self.tap.url())])
    }

    fn credentials(&self) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(Credentials::new(&self.key, &self.secret, None, None, "test"))
    }

    fn queue(&self) -> Queue {
        Queue::new(&self.variables(), self.credentials(), http())
    }

    fn sns(&self) -> QueryClient {
        let endpoint = Endpoint { region: REGION.to_owned(), address: self.tap.url().to_owned() };
        QueryClient::sns(endpoint, self.credentials(), http())
    }

    fn aws(&self, service: &str, call: &str, with: &Value) -> Value {
        self.account.aws(REGION, service, call, with)
    }

    async fn reads_a_parameter(&self) {
        let put = json!({ "Name": "/bongsu/config", "Value": "봉수 = \"beacon\"\n", "Type": "SecureString" });
        self.aws("ssm", "put_parameter", &put);
        let parameter = |name| Parameter::new(name, &self.variables(), self.credentials(), http());
        assert_eq!(parameter("/bongsu/config").read().await.unwrap(), "봉수 = \"beacon\"\n");
        let error = parameter("/nothing").read().await.unwrap_err().to_string();
        assert!(error.contains("/nothing") && error.contains("bongsu config push"), "{error}");
    }

    async fn uses_a_queue(&self) {
        let url = self.aws("sqs", "create_queue", &json!({ "QueueName": "later" }));
        let url = text(&url["QueueUrl"]);
        self.queue().send_later(url, "봉수 & <beacon>", Duration::ZERO).await.unwrap();
        let message = self.aws("sqs", "receive_message", &json!({ "QueueUrl": url, "VisibilityTimeout": 600 }));
        let message = &message["Messages"][0];
        assert_eq!(message["Body"], "봉수 & <beacon>");
        let arn = format!("arn:aws:sqs:{REGION}:{}:later", Account::ID);
        self.queue().change_visibility(&arn, text(&message["ReceiptHandle"]), Duration::ZERO).await.unwrap();
        let again = self.aws("sqs", "receive_message", &json!({ "QueueUrl": url, "WaitTimeSeconds": 5 }));
        assert_eq!(again["Messages"][0]["Body"], "봉수 & <beacon>", "it came again at once");
        let error = self.queue().send_later(&url.replace("later", "never"), "x", Duration::ZERO).await.unwrap_err();
        assert!(
            error.to_string().contains("NonExistentQueue") || error.to_string().contains("QueueDoesNotExist"),
            "{error}"
        );
    }

    async fn publishes(&self) {
        let topic = self.aws("sns", "create_topic", &json!({ "Name": "alerts" }));
        let publish = [
            ("TopicArn", text(&topic["TopicArn"])),
            ("Message", "봉수 a+b=c&d ~-_.*'()\n두 줄"),
            ("Subject", "[긴급] 100%"),
        ];
        let answer = self.sns().call("Publish", &publish).await.unwrap();
        assert!(element(&answer, "MessageId").unwrap().len() > 30, "{answer}");
        let nowhere = format!("{}-2", text(&topic["TopicArn"]));
        let error = self.sns().call("Publish", &[("TopicArn", &nowhere), ("Message", "x")]).await.unwrap_err();
        assert_eq!(error.code(), Some("NotFound"), "{error:?}");
    }

    async fn gets_a_credential_report(&self) {
        let reports = CredentialReports::new(&self.variables(), self.credentials(), http());
        let report = reports.fetch(clock::instant() + Duration::from_secs(20)).await.unwrap();
        assert!(report.csv.starts_with("user,arn,") && report.csv.contains("\nsomebody,"), "{}", report.csv);
        assert!(clock::now().duration_since(report.generated).as_secs() < 600, "{}", report.generated);
    }
}

fn http() -> Http {
    Http::new().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_understands_every_call_and_the_aws_sdk_would_have_asked_the_same() {
    let somebody = Somebody::new().await;
    somebody.reads_a_parameter().await;
    somebody.uses_a_queue().await;
    somebody.publishes().await;
    somebody.gets_a_credential_report().await;
    let heard: BTreeSet<_> = somebody.tap.heard().into_iter().collect();
    let calls = [
        "ChangeMessageVisibility",
        "GenerateCredentialReport",
        "GetCredentialReport",
        "GetParameter",
        "Publish",
        "SendMessage",
    ];
    assert_eq!(Vec::from_iter(heard), calls);
    let objections = objections_of_the_aws_sdk((&somebody.key, &somebody.secret, None), &somebody.tap.requests());
    assert_eq!(objections, [""; 0]);
}

#[tokio::test]
async fn a_session_token_is_sent_and_signed() {
    let tap = Tap::start("http://127.0.0.1:1").await;
    tap.answer("GetParameter", json!({ "Parameter": { "Value": "x" } }));
    let variables = variables(&[("AWS_REGION", REGION), ("AWS_ENDPOINT_URL", tap.url())]);
    let (key, secret, token) = ("AKIDTESTS", "secret", Some("a+token/with=signs"));
    let credentials = Credentials::new(key, secret, token.map(str::to_owned), None, "test");
    let parameter = Parameter::new("/x", &variables, SharedCredentialsProvider::new(credentials), http());
    assert_eq!(parameter.read().await.unwrap(), "x");
    assert_eq!(objections_of_the_aws_sdk((key, secret, token), &tap.requests()), [""; 0]);
}

#[test]
fn every_service_is_asked_where_the_aws_sdk_asks_it() {
    let mut endpoints = Vec::new();
    for region in REGIONS {
        let here = variables(&[("AWS_REGION", region)]);
        let sns = Endpoint { region: region.to_owned(), address: address("sns", region) };
        let in_environment = ["dynamodb", "sqs", "ssm"].map(|name| (name, Endpoint::in_environment(name, &here)));
        for (service, endpoint) in in_environment.into_iter().chain([("iam", Endpoint::of_iam(&here)), ("sns", sns)]) {
            let Endpoint { region: signed_for, address } = endpoint;
            let endpoint =
                json!({ "service": service, "region": region, "address": address, "signed_for": signed_for });
            endpoints.push(endpoint);
        }
    }
    assert_eq!(objections_of_the_aws_sdk_to_endpoints(&endpoints), [""; 0]);
}

#[test]
fn the_oracle_objects_to_what_is_wrong() {
    let wrong = json!({ "service": "sqs", "region": "cn-north-1", "address": "https://sqs.cn-north-1.amazonaws.com", "signed_for": "cn-north-1" });
    assert_eq!(objections_of_the_aws_sdk_to_endpoints(&[wrong]).len(), 1);
    let date = clock::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let scope = format!("AKID/{}/us-east-1/ssm/aws4_request", date.get(..8).unwrap());
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=content-type;host;x-amz-date, Signature=0");
    let headers = json!({
        "authorization": authorization, "content-type": "application/x-amz-json-1.1", "host": "127.0.0.1:1",
        "x-amz-date": date, "x-amz-target": "AmazonSSM.GetParameter",
    });
    let request = |body: Value| json!({ "method": "POST", "path": "/", "headers": headers, "body": body.to_string() });
    let requests = [request(json!({ "Name": "/x" })), request(json!({ "name": "/x" }))];
    let objections = objections_of_the_aws_sdk(("AKID", "secret", None), &requests);
    assert_eq!(objections.len(), 2, "{objections:?}");
    assert!(objections[0].contains("another signature") && objections[1].contains("name"), "{objections:?}");
}
