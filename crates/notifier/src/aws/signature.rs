//! Signature version 4, by the SDK's own signer: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign as sign_request};
use aws_sigv4::sign::v4::SigningParams;
use http::{HeaderName, HeaderValue, Request};
use jiff::Timestamp;

/// What a signature is good for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) service: &'a str,
    pub(super) region: &'a str,
}

/// Signs a request with all its headers; `None` where the credentials have something in them that no header can hold.
pub(super) fn sign(
    mut request: Request<Vec<u8>>,
    scope: Scope<'_>,
    credentials: Credentials,
    now: Timestamp,
) -> Option<Request<Vec<u8>>> {
    let identity = credentials.into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(now.into())
        .settings(SigningSettings::default());
    let params = params.build().ok()?.into();
    let headers = request.headers().iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let body = SignableBody::Bytes(request.body());
    let signable = SignableRequest::new(request.method().as_str(), request.uri().to_string(), headers, body).ok()?;
    let (instructions, _) = sign_request(signable, &params).ok()?.into_parts();
    let (headers, _) = instructions.into_parts();
    for header in headers {
        let mut value = HeaderValue::from_str(header.value()).ok()?;
        value.set_sensitive(true);
        request.headers_mut().insert(HeaderName::from_bytes(header.name().as_bytes()).ok()?, value);
    }
    Some(request)
}
