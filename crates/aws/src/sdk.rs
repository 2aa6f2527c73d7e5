//! The AWS SDK, for those who look after an account, through our own HTTP client: there is one TLS and one set of timeouts.

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ssm::config::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::{RetryConfig, StalledStreamProtectionConfig};
use notifier::Variables;
use notifier::error::Failure;
use notifier::http::Http;

/// Settings of all clients in a Region, where `AWS_ENDPOINT_URL` may say that AWS is elsewhere. They ask once more where AWS
/// has too much to do, and no oftener.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
pub(crate) fn settings(
    region: &str,
    variables: &Variables,
    credentials: SharedCredentialsProvider,
    http: Http,
) -> SdkConfig {
    let mut settings = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(credentials)
        .http_client(AwsHttp(http))
        .retry_config(RetryConfig::standard().with_max_attempts(2))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    settings.set_endpoint_url(variables.get("AWS_ENDPOINT_URL").map(str::to_owned));
    settings.build()
}

/// [`Http`] as the AWS SDK wants it.
#[derive(Debug, Clone)]
pub(crate) struct AwsHttp(pub(crate) Http);

impl HttpClient for AwsHttp {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for AwsHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let http = self.0.clone();
        HttpConnectorFuture::new(async move { exchange(&http, request).await })
    }
}

async fn exchange(http: &Http, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    // All our calls send bodies that are in memory; a stream would be a defect of ours.
    let request = request.map(|body| body.bytes().map(<[u8]>::to_vec).unwrap_or_default());
    let response =
        http.exchange(request).await.map_err(|failure: Failure| ConnectorError::other(failure.into(), None))?;
    let response = response.map(SdkBody::from);
    HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
}
