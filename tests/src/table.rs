use aws::DynamoLedger;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use notifier::Variables;
use notifier::http::Http;
use serde_json::json;

use crate::Account;
use crate::json::text;

/// A ledger's table as the template makes it, and somebody who may do with it what a function may, and no more.
pub struct Table {
    /// Its name.
    pub name: String,
    region: String,
    key: String,
    secret: String,
}

impl Table {
    /// Makes it in an account.
    pub fn make(account: &Account, region: &str, name: &str) -> Self {
        let attribute = |name: &str, of: &str| json!({ "AttributeName": name, "AttributeType": of });
        let key = |name: &str, of: &str| json!({ "AttributeName": name, "KeyType": of });
        let index = json!({
            "IndexName": "suppressed",
            "KeySchema": [key("suppressed", "HASH"), key("suppressed_at", "RANGE")],
            "Projection": { "ProjectionType": "ALL" },
        });
        let table = json!({
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [attribute("pk", "S"), attribute("suppressed", "S"), attribute("suppressed_at", "N")],
            "KeySchema": [key("pk", "HASH")],
            "GlobalSecondaryIndexes": [index],
        });
        account.aws(region, "dynamodb", "create_table", &table);
        let (key, secret) = Self::user(account, region, name);
        Self { name: name.to_owned(), region: region.to_owned(), key, secret }
    }

    fn user(account: &Account, region: &str, table: &str) -> (String, String) {
        let arn = format!("arn:aws:dynamodb:{region}:{}:table/{table}", Account::ID);
        let one_item = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
        let policy = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": one_item, "Resource": arn },
            { "Effect": "Allow", "Action": "dynamodb:Query", "Resource": format!("{arn}/index/suppressed") },
        ] });
        let user = format!("function-of-{table}");
        account.aws(region, "iam", "create_user", &json!({ "UserName": user }));
        let policy = json!({ "UserName": user, "PolicyName": "ledger", "PolicyDocument": policy.to_string() });
        account.aws(region, "iam", "put_user_policy", &policy);
        let key = account.aws(region, "iam", "create_access_key", &json!({ "UserName": user }));
        let part = |name: &str| text(&key["AccessKey"][name]).to_owned();
        (part("AccessKeyId"), part("SecretAccessKey"))
    }

    /// What a function needs in its environment to keep its ledger in it, at this address.
    pub fn environment(&self, url: &str) -> Vec<(String, String)> {
        let known = [
            ("BONGSU_LEDGER_TABLE", self.name.as_str()),
            ("AWS_REGION", &self.region),
            ("AWS_ENDPOINT_URL_DYNAMODB", url),
            ("AWS_ACCESS_KEY_ID", &self.key),
            ("AWS_SECRET_ACCESS_KEY", &self.secret),
        ];
        known.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    /// The id and the secret of somebody who may use it.
    pub fn credentials(&self) -> (&str, &str, Option<&str>) {
        (&self.key, &self.secret, None)
    }

    /// The ledger in it, as a function has it, at this address.
    pub fn ledger(&self, url: &str) -> DynamoLedger {
        let variables = [("AWS_REGION", self.region.as_str()), ("AWS_ENDPOINT_URL_DYNAMODB", url)];
        let variables = Variables::new(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let credentials = Credentials::new(&self.key, &self.secret, None, None, "test");
        let http = Http::new().unwrap();
        DynamoLedger::new(&self.name, &variables, SharedCredentialsProvider::new(credentials), http)
    }
}
