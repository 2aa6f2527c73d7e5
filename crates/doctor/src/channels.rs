//! The channels of the configuration, each asked by its own provider, and the topics that stacks mail to.

use futures::future::join_all;
use notifier::config::Channel;
use notifier::health::Health;
use notifier::provider::{Settings, sns_email};

use crate::{Chain, Check, Finding};

/// How many texts an account should pay for where no configuration says it.
const FEWEST: u64 = 100;

pub(crate) async fn find(chain: &Chain<'_>) -> Vec<Finding> {
    let channels = chain.config.map(|config| config.channels.as_slice()).unwrap_or_default();
    let fewest = chain.config.map_or(FEWEST, |config| config.heartbeat.balance_below);
    let channels = channels.iter().map(async |Channel { name, settings, .. }| {
        let found = settings.check(chain.clients, fewest).await;
        let check = Check::Channel(settings.type_name());
        found.into_iter().map(|health| Finding::new(check, name.clone(), health)).collect::<Vec<_>>()
    });
    let topics = topics(chain);
    let topics = topics.iter().map(async |(region, arn)| {
        let found = match sns_email::Settings::of_topic(arn, chain.sns) {
            Ok(settings) => Settings::SnsEmail(settings).check(chain.clients, fewest).await,
            Err(why) => vec![Health::unasked(format!("{arn} {why}"))],
        };
        found.into_iter().map(|health| Finding::new(Check::Topic, region.clone(), health)).collect::<Vec<_>>()
    });
    let (channels, topics) = futures::join!(join_all(channels), join_all(topics));
    channels.into_iter().chain(topics).flatten().collect()
}

/// The topics that no channel names: alarms are mailed there, past our functions.
fn topics(chain: &Chain<'_>) -> Vec<(String, String)> {
    let channels = chain.config.map(|config| config.channels.as_slice()).unwrap_or_default();
    let is_channel = |arn: &str| {
        let of = |channel: &Channel| matches!(&channel.settings, Settings::SnsEmail(mail) if mail.topic_arn == arn);
        channels.iter().any(of)
    };
    let topics = chain.deployed.iter().filter_map(|it| Some((it.region.clone(), it.output("AlertTopic")?.to_owned())));
    topics.filter(|(_, arn)| !is_channel(arn)).collect()
}
