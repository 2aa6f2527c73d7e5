//! How connections are encrypted, and whose certificates are trusted.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, CipherSuite, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use rustls_platform_verifier::Verifier;

use crate::error::Failure;

/// # Errors
/// This program was built without what it needs.
pub(super) fn configuration() -> Result<ClientConfig, Failure> {
    let provider = Arc::new(provider());
    let built = Authorities::new(provider.clone()).and_then(|authorities| {
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        Ok(versions.dangerous().with_custom_certificate_verifier(Arc::new(authorities)).with_no_client_auth())
    });
    let mut configuration = built.map_err(|error| Failure::unavailable(format!("no encryption: {error}")))?;
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(configuration)
}

/// ring, which is quick at its first connection. The first choice is the suite whose hashes processors have instructions
/// for; servers that follow their own order still do.
fn provider() -> CryptoProvider {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.cipher_suites.sort_by_key(|it| it.suite() != CipherSuite::TLS13_AES_128_GCM_SHA256);
    provider
}

/// Who vouches for a server. Mozilla's authorities are built in, so that no cold start waits for a file to be read. Where
/// none of them has signed, the system is asked: an employer's proxy, tests, an authority younger than this program.
#[derive(Debug)]
struct Authorities {
    built_in: Arc<WebPkiServerVerifier>,
    /// Read when it is first needed.
    system: OnceLock<Result<Verifier, Error>>,
    provider: Arc<CryptoProvider>,
}

impl Authorities {
    fn new(provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let built_in = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build();
        let built_in = built_in.map_err(|error| Error::General(error.to_string()))?;
        Ok(Self { built_in, system: OnceLock::new(), provider })
    }

    fn system(&self) -> Result<&Verifier, Error> {
        self.system.get_or_init(|| Verifier::new(self.provider.clone())).as_ref().map_err(Clone::clone)
    }
}

impl ServerCertVerifier for Authorities {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.built_in.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
                self.system()?.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.built_in.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.built_in.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.built_in.supported_verify_schemes()
    }
}
