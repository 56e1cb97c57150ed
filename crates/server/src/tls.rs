//! TLS with certificate files of one's own: read at the start, and again whenever they change. A pair that cannot be used
//! never replaces one that can. Start at [`Tls::open`].

mod validity;

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use linkmesh_fleet::Timestamp;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use rustls::server::{ClientHello, ResolvesServerCert, ServerConfig};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a handshake may take, with the wait for a place.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// Handshakes under way at the same time; each holds some 20 KB.
const HANDSHAKES_MAX: usize = 8192;
/// Largest certificate or key file.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Where certificate and key are, both PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The server's certificate, then those that lead to its authority.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Why a pair cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("reading {path}: {cause}", path = path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file holds something else.
    #[error("{path} {why}", path = path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong, and what to do.
        why: String,
    },
    /// Both are fine, but not together.
    #[error("the key in {key} does not belong to the first certificate in {cert}; put the server's own certificate first", key = .0.key.display(), cert = .0.cert.display())]
    NotAPair(Files),
    /// The library refuses it.
    #[error("TLS cannot be set up: {0}")]
    Refused(#[from] Error),
}

/// The server's side of TLS.
pub struct Tls {
    files: Files,
    acceptor: TlsAcceptor,
    current: Arc<Current>,
    seen: Mutex<Option<Identity>>,
    trouble: Mutex<Option<String>>,
    handshakes: Semaphore,
}

/// The pair in force; a handshake takes whatever is there at its moment.
struct Current(RwLock<Arc<CertifiedKey>>);

/// What tells one state of the two files from another.
type Identity = [(u64, u64, u64, i64, i64, i64, i64); 2];

impl Tls {
    /// Reads the pair.
    ///
    /// # Errors
    /// See [`TlsError`]; each says what to do.
    pub fn open(files: Files) -> Result<Arc<Self>, TlsError> {
        // Looked at before it is read: what changes in between is read once more.
        let seen = identity(&files);
        let current = Arc::new(Current(RwLock::new(Arc::new(read_pair(&files)?))));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = [&b"h2"[..], b"http/1.1", b"http/1.0"].map(<[u8]>::to_vec).to_vec();
        config.ticketer = ring::Ticketer::new()?;
        Ok(Arc::new(Self {
            files,
            acceptor: TlsAcceptor::from(Arc::new(config)),
            current,
            seen: Mutex::new(seen),
            trouble: Mutex::default(),
            handshakes: Semaphore::new(HANDSHAKES_MAX),
        }))
    }

    /// Shakes hands; nothing where the peer does not, or not in time.
    pub async fn shake_hands(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        let shaking = async {
            let _place = self.handshakes.acquire().await.map_err(io::Error::other)?;
            self.acceptor.accept(stream).await
        };
        match tokio::time::timeout(HANDSHAKE_MAX, shaking).await {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(cause)) => {
                tracing::debug!(%cause, "a TLS handshake failed");
                None
            }
            Err(_) => None,
        }
    }

    /// Why the files that are there now are not in force, if so.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Until when the certificate in force is valid, where it says so.
    #[must_use]
    pub fn valid_until(&self) -> Option<Timestamp> {
        let pair = Arc::clone(&self.current.0.read().unwrap_or_else(PoisonError::into_inner));
        validity::valid_until(pair.cert.first()?)
    }

    /// Reads the files again where they changed, until `closing`.
    pub async fn keep_fresh(self: Arc<Self>, closing: CancellationToken) {
        let mut hangup = match signal(SignalKind::hangup()) {
            Ok(hangup) => hangup,
            Err(cause) => return tracing::error!(%cause, "certificates are not read again until a restart"),
        };
        loop {
            let asked = tokio::select! {
                () = closing.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => false,
                _ = hangup.recv() => true,
            };
            let tls = Arc::clone(&self);
            if let Err(cause) = tokio::task::spawn_blocking(move || tls.look_again(asked)).await {
                tracing::error!(%cause, "looking at the certificate files failed");
            }
        }
    }

    /// Reads the files again where they changed, or where somebody asks.
    fn look_again(&self, asked: bool) {
        let now = identity(&self.files);
        let before = std::mem::replace(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner), now);
        if now == before && !asked {
            return;
        }
        let trouble = match read_pair(&self.files) {
            Ok(pair) => {
                *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
                tracing::info!(file = %self.files.cert.display(), "the certificate was read again and is in force");
                None
            }
            Err(cause) => {
                tracing::warn!(%cause, "the new certificate cannot be used; the one before stays in force");
                Some(cause.to_string())
            }
        };
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl std::fmt::Debug for Current {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Current")
    }
}

fn identity(files: &Files) -> Option<Identity> {
    let of = |path: &Path| {
        let found = std::fs::metadata(path).ok()?;
        let (at, changed) = ((found.mtime(), found.mtime_nsec()), (found.ctime(), found.ctime_nsec()));
        Some((found.dev(), found.ino(), found.len(), at.0, at.1, changed.0, changed.1))
    };
    Some([of(&files.cert)?, of(&files.key)?])
}

fn read_pair(files: &Files) -> Result<CertifiedKey, TlsError> {
    let content = |path: &Path, why: String| TlsError::Content { path: path.to_owned(), why };
    let certs: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&read_file(&files.cert)?)
        .collect::<Result<_, _>>()
        .map_err(|cause| content(&files.cert, format!("is not PEM: {cause}")))?;
    if certs.is_empty() {
        let why = "holds no certificate; give a PEM file with the server's certificate and those that lead to its authority";
        return Err(content(&files.cert, why.to_owned()));
    }
    let key = PrivateKeyDer::from_pem_slice(&read_file(&files.key)?).map_err(|cause| {
        let why = match cause {
            pem::Error::NoItemsFound => {
                "holds no private key that can be used; give one in PEM without a password".to_owned()
            }
            other => format!("is not PEM: {other}"),
        };
        content(&files.key, why)
    })?;
    if std::fs::metadata(&files.key).is_ok_and(|found| found.mode() & 0o004 != 0) {
        tracing::warn!(file = %files.key.display(), "everybody on this machine can read the private key; chmod 600 it, for the user of this server");
    }
    CertifiedKey::from_der(certs, key, &ring::default_provider()).map_err(|cause| match cause {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::NotAPair(files.clone()),
        Error::InvalidCertificate(_) => content(&files.cert, "holds a damaged certificate".to_owned()),
        other => TlsError::Refused(other),
    })
}

fn read_file(path: &Path) -> Result<Vec<u8>, TlsError> {
    let failed = |cause| TlsError::Read { path: path.to_owned(), cause };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let why = format!("is larger than {FILE_BYTES_MAX} bytes, which no certificate or key is");
        return Err(TlsError::Content { path: path.to_owned(), why });
    }
    Ok(bytes)
}
