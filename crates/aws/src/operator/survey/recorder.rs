//! Recorders and delivery channels of AWS Config. A Region has one of each for its customer; those that AWS services have for
//! themselves do not count, and are not told.
//! <https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigurationRecorders.html>

use aws_sdk_config::Client;
use aws_sdk_config::types::ConfigurationRecorder;

use super::{Asked, unasked};
use crate::operator::Operator;

/// A recorder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorder {
    /// What it is called.
    pub name: String,
    /// Whether it is recording, and not stopped.
    pub records: Asked<bool>,
    /// Whether it records every type of resource that it can, and not a choice of them.
    pub everything: bool,
}

impl Operator {
    /// The recorder of this Region, if it has one.
    ///
    /// # Errors
    /// Config did not say.
    pub async fn recorders(&self) -> Asked<Vec<Recorder>> {
        let client = Client::new(&self.config);
        let answer = client.describe_configuration_recorders().send().await;
        let answer = answer.map_err(|error| unasked("config:DescribeConfigurationRecorders", &error))?;
        let recorders = answer.configuration_recorders.unwrap_or_default();
        if recorders.is_empty() {
            return Ok(Vec::new());
        }
        let states = client.describe_configuration_recorder_status().send().await;
        let states = states.map_err(|error| unasked("config:DescribeConfigurationRecorderStatus", &error));
        let records = |name: &str| {
            let states = states.as_ref().map_err(Clone::clone)?.configuration_recorders_status();
            Ok(states.iter().any(|state| state.name() == Some(name) && state.recording))
        };
        let customers = recorders.into_iter().filter(|recorder| recorder.service_principal.is_none());
        let recorders = customers.map(|recorder| {
            let everything = records_everything(&recorder);
            let name = recorder.name.unwrap_or_default();
            Recorder { records: records(&name), everything, name }
        });
        Ok(recorders.collect())
    }

    /// The names of the delivery channels of this Region: one, or none.
    /// <https://docs.aws.amazon.com/config/latest/APIReference/API_PutDeliveryChannel.html>
    ///
    /// # Errors
    /// Config did not say.
    pub async fn delivery_channels(&self) -> Asked<Vec<String>> {
        let answer = Client::new(&self.config).describe_delivery_channels().send().await;
        let answer = answer.map_err(|error| unasked("config:DescribeDeliveryChannels", &error))?;
        Ok(answer.delivery_channels.unwrap_or_default().into_iter().filter_map(|channel| channel.name).collect())
    }
}

/// <https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html>
fn records_everything(recorder: &ConfigurationRecorder) -> bool {
    recorder.recording_group.as_ref().is_none_or(|group| group.all_supported)
}
