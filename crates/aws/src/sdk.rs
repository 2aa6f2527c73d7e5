//! What all clients of the functions have in common.

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ssm::config::BehaviorVersion;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::{RetryConfig, StalledStreamProtectionConfig};
use notifier::Variables;
use notifier::http::{AwsHttp, Http};

/// Settings of a client in the Region of this environment, for the service that `AWS_ENDPOINT_URL_…` calls so: `SQS`. It
/// asks once more at once where AWS does not answer, and no oftener.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
pub(crate) fn settings(
    service: &str,
    variables: &Variables,
    credentials: SharedCredentialsProvider,
    http: Http,
) -> SdkConfig {
    let region = variables.get("AWS_REGION").or_else(|| variables.get("AWS_DEFAULT_REGION"));
    let endpoint = variables.get(&format!("AWS_ENDPOINT_URL_{service}")).or_else(|| variables.get("AWS_ENDPOINT_URL"));
    let mut settings = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region.map(|region| Region::new(region.to_owned())))
        .credentials_provider(credentials)
        .http_client(AwsHttp(http))
        .retry_config(RetryConfig::standard().with_max_attempts(2))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    settings.set_endpoint_url(endpoint.map(str::to_owned));
    settings.build()
}
