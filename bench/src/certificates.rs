//! A certificate authority of our own, with an intermediate and RSA keys as providers' authorities have them. The services'
//! keys are of P-256: a signature by RSA would cost each a millisecond at every connection, and here all share one CPU.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::{fs, str};

use anyhow::{Context, Result, bail};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Where most Linux systems, and Lambda's own, keep the certificates that they trust.
const SYSTEM: [&str; 2] = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

/// The certificates of the services.
pub(crate) struct Certificates {
    /// Ours alone, for who has the authorities of the world built in.
    pub(crate) root: PathBuf,
    /// All that the system trusts, which others have to read, and ours.
    pub(crate) bundle: PathBuf,
    /// What the services show.
    pub(crate) acceptor: TlsAcceptor,
}

impl Certificates {
    /// Makes them in this folder, with the program `openssl`.
    pub(crate) fn make(folder: &Path) -> Result<Self> {
        let rsa = ["-newkey", "rsa:2048", "-nodes"];
        let p256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let authority = "basicConstraints=critical,CA:TRUE";
        openssl(folder, &["req", "-x509", "-days", "2", "-subj", "/CN=root", "-addext", authority], &rsa, "root")?;
        openssl(folder, &["req", "-subj", "/CN=intermediate"], &rsa, "intermediate")?;
        sign(folder, "intermediate", "root", authority)?;
        openssl(folder, &["req", "-subj", "/CN=service"], &p256, "service")?;
        let names = "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth";
        sign(folder, "service", "intermediate", names)?;

        let (root, bundle) = (folder.join("root.pem"), folder.join("bundle.pem"));
        let system = SYSTEM.iter().find_map(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        fs::write(&bundle, system + &fs::read_to_string(&root)?)?;
        Ok(Self { root, bundle, acceptor: acceptor(folder)? })
    }
}

fn acceptor(folder: &Path) -> Result<TlsAcceptor> {
    let chain = ["service", "intermediate"];
    let chain = chain.map(|name| CertificateDer::from_pem_file(folder.join(name).with_extension("pem")));
    let chain = chain.into_iter().collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(folder.join("service.key"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13])?;
    Ok(TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_single_cert(chain, key)?)))
}

/// Makes NAME.key, and NAME.pem: a certificate, or what is still to be signed.
fn openssl(folder: &Path, what: &[&str], key: &[&str], name: &str) -> Result<()> {
    run(folder, &[what, key, &["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")]].concat())
}

fn sign(folder: &Path, name: &str, by: &str, extensions: &str) -> Result<()> {
    fs::write(folder.join("extensions"), extensions)?;
    let (certificate, authority, key) = (format!("{name}.pem"), format!("{by}.pem"), format!("{by}.key"));
    let signed = ["x509", "-req", "-days", "2", "-extfile", "extensions", "-CAcreateserial"];
    let files = ["-in", &certificate, "-CA", &authority, "-CAkey", &key, "-out", "signed"];
    run(folder, &[&signed[..], &files].concat())?;
    fs::rename(folder.join("signed"), folder.join(certificate))?;
    Ok(())
}

fn run(folder: &Path, arguments: &[&str]) -> Result<()> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output();
    let output = output.context("openssl is missing: apt-get install openssl")?;
    if !output.status.success() {
        bail!("openssl {}: {}", arguments.join(" "), str::from_utf8(&output.stderr).unwrap_or_default());
    }
    Ok(())
}
