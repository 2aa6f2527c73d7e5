use serde_json::{Value, json};

use crate::Account;
use crate::json::text;

/// An SQS queue of an account.
pub struct Queue<'a> {
    account: &'a Account,
    region: &'a str,
    url: String,
    /// Its ARN.
    pub arn: String,
}

impl<'a> Queue<'a> {
    pub(crate) fn new(account: &'a Account, region: &'a str, name: &str) -> Self {
        let url = account.aws(region, "sqs", "get_queue_url", &json!({ "QueueName": name }));
        let arn = format!("arn:aws:sqs:{region}:{}:{name}", Account::ID);
        Self { account, region, url: text(&url["QueueUrl"]).to_owned(), arn }
    }

    /// Takes messages out until there are this many, and gives back what is in them.
    pub fn receive(&self, count: usize) -> Vec<Value> {
        let mut bodies = Vec::new();
        for _ in 0..10 {
            let ask = json!({ "QueueUrl": self.url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 3 });
            let answer = self.account.aws(self.region, "sqs", "receive_message", &ask);
            for message in answer["Messages"].as_array().into_iter().flatten() {
                bodies.push(serde_json::from_str(text(&message["Body"])).unwrap());
                let delete = json!({ "QueueUrl": self.url, "ReceiptHandle": message["ReceiptHandle"] });
                self.account.aws(self.region, "sqs", "delete_message", &delete);
            }
            if bodies.len() >= count {
                return bodies;
            }
        }
        panic!("{} of {count} messages came to {}", bodies.len(), self.arn);
    }

    /// What is in the first message that comes, which stays there.
    pub fn look(&self) -> Value {
        let ask = json!({ "QueueUrl": self.url, "WaitTimeSeconds": 20, "VisibilityTimeout": 0 });
        let answer = self.account.aws(self.region, "sqs", "receive_message", &ask);
        assert!(answer["Messages"].is_array(), "no message came to {}", self.arn);
        serde_json::from_str(text(&answer["Messages"][0]["Body"])).unwrap()
    }

    /// Makes whoever takes from it come back sooner to what failed.
    pub fn come_back_after(&self, seconds: u32) {
        let set = json!({ "QueueUrl": self.url, "Attributes": { "VisibilityTimeout": seconds.to_string() } });
        self.account.aws(self.region, "sqs", "set_queue_attributes", &set);
    }

    /// How many messages wait in it.
    pub fn waiting(&self) -> usize {
        self.count("ApproximateNumberOfMessages")
    }

    /// How many messages wait in it for their time.
    pub fn delayed(&self) -> usize {
        self.count("ApproximateNumberOfMessagesDelayed")
    }

    /// How many messages wait in it, or are with whoever takes from it.
    pub fn unsettled(&self) -> usize {
        self.waiting() + self.count("ApproximateNumberOfMessagesNotVisible")
    }

    /// Puts a message in.
    pub fn send(&self, body: &Value) {
        let message = json!({ "QueueUrl": self.url, "MessageBody": body.to_string() });
        self.account.aws(self.region, "sqs", "send_message", &message);
    }

    fn count(&self, attribute: &str) -> usize {
        let ask = json!({ "QueueUrl": self.url, "AttributeNames": [attribute] });
        let answer = self.account.aws(self.region, "sqs", "get_queue_attributes", &ask);
        text(&answer["Attributes"][attribute]).parse().unwrap()
    }
}
