//! All that a function talks to, on this machine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use hyper::body::Bytes;
use sandbox::{Accounts, Sandbox, demo};

use crate::certificates::Certificates;
use crate::contender::configuration;
use crate::service::{Kind, Service};

/// How long services take for an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delays {
    /// Telegram, NHN, SOLAPI, SNS: the slowest of them is what nobody can be faster than.
    pub(crate) providers: [Duration; 4],
    /// SSM, DynamoDB, SQS.
    pub(crate) aws: Duration,
}

/// Services that listen.
pub(crate) struct Stage {
    /// Files of certificates that a function trusts.
    pub(crate) root: PathBuf,
    pub(crate) bundle: PathBuf,
    pub(crate) sandbox: Sandbox,
    /// Telegram, NHN, SOLAPI, SNS.
    providers: [Service; 4],
    ssm: Service,
    dynamodb: Service,
    sqs: Service,
}

impl Stage {
    /// Opens all. A provider that is silent takes connections and says nothing.
    pub(crate) async fn open(folder: &Path, delays: Delays, silent: Option<usize>) -> Result<Self> {
        let Certificates { root, bundle, acceptor } = Certificates::make(folder)?;
        let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), Accounts::default()).await?;
        let provider = |index: usize| {
            let kind = if silent == Some(index) { Kind::Silent } else { Kind::Provider(sandbox.url()) };
            let delay = delays.providers.get(index).copied().unwrap_or_default();
            Service::open(kind, delay, acceptor.clone())
        };
        let providers = [provider(0).await?, provider(1).await?, provider(2).await?, provider(3).await?];
        let text = configuration(providers.each_ref().map(|it| it.url.as_str()));
        let aws = |kind| Service::open(kind, delays.aws, acceptor.clone());
        let (ssm, dynamodb, sqs) = (aws(Kind::Ssm(text)).await?, aws(Kind::DynamoDb).await?, aws(Kind::Sqs).await?);
        Ok(Self { root, bundle, sandbox, providers, ssm, dynamodb, sqs })
    }

    /// Closes every connection.
    pub(crate) fn hang_up(&self) {
        self.providers.iter().chain([&self.ssm, &self.dynamodb, &self.sqs]).for_each(Service::hang_up);
    }

    /// What the stack gives a function.
    pub(crate) fn of_bongsu(&self) -> Vec<(&'static str, String)> {
        vec![
            ("BONGSU_CONFIG_PARAMETER", "/bongsu/config".to_owned()),
            ("BONGSU_LEDGER_TABLE", "bongsu-ledger".to_owned()),
            ("BONGSU_FOLLOW_UPS", format!("{}/111122223333/bongsu-undelivered-events", self.sqs.url)),
            ("BONGSU_STACK", "bongsu".to_owned()),
            ("ALERT_TOPIC_ARN", demo::TOPIC_ARN.to_owned()),
            ("AWS_ENDPOINT_URL_SSM", self.ssm.url.clone()),
            ("AWS_ENDPOINT_URL_DYNAMODB", self.dynamodb.url.clone()),
            ("AWS_ENDPOINT_URL_SQS", self.sqs.url.clone()),
        ]
    }

    /// What recipes have in their environment, secrets among it.
    pub(crate) fn of_recipes(&self) -> Vec<(&'static str, String)> {
        let [telegram, nhn, solapi, _] = &self.providers;
        vec![
            ("TELEGRAM_URL", telegram.url.clone()),
            ("TELEGRAM_TOKEN", demo::TELEGRAM_TOKEN.to_owned()),
            ("TELEGRAM_CHAT", demo::TELEGRAM_CHAT.to_owned()),
            ("NHN_URL", nhn.url.clone()),
            ("NHN_APP_KEY", demo::NHN_APP_KEY.to_owned()),
            ("NHN_SECRET_KEY", demo::NHN_SECRET_KEY.to_owned()),
            ("SOLAPI_URL", solapi.url.clone()),
            ("SOLAPI_API_KEY", demo::SOLAPI_API_KEY.to_owned()),
            ("SOLAPI_API_SECRET", demo::SOLAPI_API_SECRET.to_owned()),
            ("SENDER", demo::NHN_SENDER.to_owned()),
            ("PHONE", "01087654321".to_owned()),
        ]
    }
}

/// A root sign-in that nobody has heard of.
pub(crate) fn event(repository: &Path, number: usize) -> Result<Bytes> {
    let text = std::fs::read_to_string(repository.join("events/root-login/success-without-mfa.json"))?;
    Ok(text.replace("d73960ac", &format!("{number:08x}")).into())
}
