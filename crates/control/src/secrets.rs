//! The only place that draws randomness, and the only one that knows the keys: tokens, digests, sealing.
//! Knows nothing of who may do what. Start at [`Keys`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aes_gcm_siv::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Key, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use linkmesh_fleet::Place;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// Prefix of enrollment tokens.
pub const ENROLLMENT_PREFIX: &str = "lmenr_";
/// Prefix of collector tokens.
pub const COLLECTOR_PREFIX: &str = "lmcol_";
/// Prefix of service account tokens.
pub const SERVICE_PREFIX: &str = "lmsat_";

/// The two keys of an installation: one signs collector tokens, one seals credentials in the repository.
pub struct Keys {
    server: Zeroizing<[u8; KEY_BYTES]>,
    repository: Zeroizing<[u8; KEY_BYTES]>,
}

/// Why the keys could not be loaded or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The disk said no.
    #[error("{action} {path}", path = path.display())]
    Io {
        /// What we were doing.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// Somebody else could read the key.
    #[error("{path} can be read by others (mode {mode:o}); run: chmod 600 {path}", path = path.display())]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is no key.
    #[error("{path} is not a key of {KEY_BYTES} bytes; restore it from a backup, for what it sealed cannot be opened without it", path = path.display())]
    Malformed {
        /// The key file.
        path: PathBuf,
    },
}

impl Keys {
    /// Reads the keys under `folder`, making those that do not exist yet (mode 0600, synced).
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn load(folder: &Path) -> Result<Self, KeyError> {
        fs::create_dir_all(folder)
            .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o700)))
            .map_err(|cause| KeyError::Io { action: "creating", path: folder.to_owned(), cause })?;
        Ok(Self {
            server: load_key(&folder.join("server.key"))?,
            repository: load_key(&folder.join("repository.key"))?,
        })
    }

    /// The keys as their files hold them, for a backup: that of the server, then that of the repository.
    pub(crate) fn to_files(&self) -> [&[u8; KEY_BYTES]; 2] {
        [&*self.server, &*self.repository]
    }

    /// The bearer with which one generation of a collector pushes its own metrics. Derived, so that it can be offered again
    /// after a restart without being stored.
    #[must_use]
    pub fn collector_token(&self, key: &str, generation: u32) -> String {
        let mac = self.sign(&format!("collector\0{key}\0{generation}"));
        format!("{COLLECTOR_PREFIX}{key}_{generation}_{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// The internal key and generation that a collector token proves; `None` for anything forged.
    #[must_use]
    pub fn check_collector_token<'t>(&self, token: &'t str) -> Option<(&'t str, u32)> {
        if token.len() > 256 {
            return None;
        }
        let (key, rest) = token.strip_prefix(COLLECTOR_PREFIX)?.split_once('_')?;
        let (generation, _) = rest.split_once('_')?;
        let generation: u32 = generation.parse().ok()?;
        let expected = self.collector_token(key, generation);
        bool::from(expected.as_bytes().ct_eq(token.as_bytes())).then_some((key, generation))
    }

    /// A digest for browser-side tokens that must not be guessable from what they protect.
    #[must_use]
    pub fn csrf_token(&self, session: &[u8; 32]) -> String {
        let shown: String = session.iter().map(|byte| format!("{byte:02x}")).collect();
        URL_SAFE_NO_PAD.encode(self.sign(&format!("csrf\0{shown}")))
    }

    fn sign(&self, message: &str) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.server[..]).expect("any key length");
        mac.update(message.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Seals a credential for one field of one file; it cannot be opened anywhere else.
    #[must_use]
    pub fn seal(&self, place: &Place, field: &str, clear: &str) -> String {
        self.seal_bytes(&format!("{place}\0{field}"), clear.as_bytes())
    }

    /// Opens what [`Keys::seal`] made for the same place and field.
    ///
    /// # Errors
    /// The text was sealed for another place, with another key, or damaged.
    pub fn open(&self, place: &Place, field: &str, sealed: &str) -> Result<String, CannotOpen> {
        let clear = self.open_bytes(&format!("{place}\0{field}"), sealed)?;
        String::from_utf8(clear).map_err(|_| CannotOpen)
    }

    /// Seals any bytes for one purpose.
    #[must_use]
    pub fn seal_bytes(&self, purpose: &str, clear: &[u8]) -> String {
        let nonce: [u8; NONCE_BYTES] = draw();
        let payload = Payload { msg: clear, aad: purpose.as_bytes() };
        #[expect(clippy::expect_used, reason = "AES-GCM-SIV refuses only messages beyond 64 GiB")]
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), payload).expect("a short message");
        let mut whole = nonce.to_vec();
        whole.extend(sealed);
        format!("v1:{}", URL_SAFE_NO_PAD.encode(whole))
    }

    /// Opens what [`Keys::seal_bytes`] made for the same purpose.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub fn open_bytes(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, CannotOpen> {
        let encoded = sealed.strip_prefix("v1:").ok_or(CannotOpen)?;
        let whole = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| CannotOpen)?;
        let (nonce, message) = whole.split_first_chunk::<NONCE_BYTES>().ok_or(CannotOpen)?;
        let payload = Payload { msg: message, aad: purpose.as_bytes() };
        self.cipher().decrypt(&Nonce::from(*nonce), payload).map_err(|_| CannotOpen)
    }

    fn cipher(&self) -> Aes256GcmSiv {
        Aes256GcmSiv::new(&Key::<Aes256GcmSiv>::from(*self.repository))
    }
}

/// The sealed text belongs to another place or key, or is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the sealed value cannot be opened: it was sealed for another file or field, or with another key; give the credential again"
)]
pub struct CannotOpen;

/// A new secret of 256 random bits behind its prefix, in characters that survive every configuration format.
#[must_use]
pub fn draw_token(prefix: &str) -> String {
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(draw::<32>()))
}

/// A short random name, such as that of a token or a record.
#[must_use]
pub fn draw_key() -> String {
    draw::<8>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A new UUIDv7 (RFC 9562 §5.7) for this moment.
#[must_use]
pub fn draw_uid(now: linkmesh_fleet::Timestamp) -> linkmesh_fleet::Uid {
    let seconds = u64::try_from(now.seconds()).unwrap_or(0);
    let nanos = u32::try_from(now.0.rem_euclid(1000)).unwrap_or(0) * 1_000_000;
    let millis = seconds * 1000 + u64::from(nanos / 1_000_000);
    linkmesh_fleet::Uid(uuid::Builder::from_unix_timestamp_millis(millis, &draw()).into_uuid().into_bytes())
}

/// What is stored of a token: enough to recognize it, not to use it.
#[must_use]
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// `N` random bytes from the operating system.
#[must_use]
pub fn draw<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "without randomness nothing here may go on")]
    getrandom::fill(&mut bytes).expect("the operating system's random source");
    bytes
}

fn load_key(path: &Path) -> Result<Zeroizing<[u8; KEY_BYTES]>, KeyError> {
    let io = |action| move |cause| KeyError::Io { action, path: path.to_owned(), cause };
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let key = Zeroizing::new(draw::<KEY_BYTES>());
            file.write_all(&key[..]).and_then(|()| file.sync_all()).map_err(io("writing"))?;
            let folder = path.parent().unwrap_or(path);
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(io("syncing the folder of"))?;
            return Ok(key);
        }
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
        Err(cause) => return Err(io("creating")(cause)),
    }
    let mut file = File::open(path).map_err(io("opening"))?;
    let mode = file.metadata().map_err(io("reading"))?.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Exposed { path: path.to_owned(), mode });
    }
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    let mut rest = Vec::new();
    let read = file.read_exact(&mut key[..]).and_then(|()| file.take(1).read_to_end(&mut rest));
    match read {
        Ok(0) => Ok(key),
        Ok(_) => Err(KeyError::Malformed { path: path.to_owned() }),
        Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => {
            Err(KeyError::Malformed { path: path.to_owned() })
        }
        Err(cause) => Err(io("reading")(cause)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> (tempfile::TempDir, Keys) {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::load(folder.path()).unwrap();
        (folder, keys)
    }

    #[test]
    fn a_sealed_credential_opens_only_where_it_was_sealed() {
        let (folder, keys) = keys();
        let place: Place = "fleet/destinations/loki.yaml".parse().unwrap();
        let other: Place = "fleet/destinations/evil.yaml".parse().unwrap();
        let sealed = keys.seal(&place, "credentials.password", "hunter2");
        assert!(!sealed.contains("hunter2"));
        let again = Keys::load(folder.path()).unwrap();
        assert_eq!(again.open(&place, "credentials.password", &sealed).unwrap(), "hunter2");
        assert!(keys.open(&other, "credentials.password", &sealed).is_err());
        assert!(keys.open(&place, "credentials.username", &sealed).is_err());
        let (_folder, stranger) = self::keys();
        assert!(stranger.open(&place, "credentials.password", &sealed).is_err());
    }

    #[test]
    fn a_collector_token_proves_its_key_and_generation_and_cannot_be_forged() {
        let (_folder, keys) = keys();
        let token = keys.collector_token("0123456789abcdef", 3);
        assert_eq!(keys.check_collector_token(&token), Some(("0123456789abcdef", 3)));
        assert_eq!(keys.check_collector_token(&token.replace("_3_", "_4_")), None);
        for forged in ["", "lmcol_", "lmcol_a_1_", "lmenr_x", &format!("{token}x"), &token[..token.len() - 1]]
        {
            assert_eq!(keys.check_collector_token(forged), None, "{forged}");
        }
    }

    #[test]
    fn a_key_that_others_can_read_stops_the_start() {
        let (folder, _keys) = keys();
        let path = folder.path().join("server.key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Keys::load(folder.path()), Err(KeyError::Exposed { mode: 0o644, .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, b"short").unwrap();
        assert!(matches!(Keys::load(folder.path()), Err(KeyError::Malformed { .. })));
    }
}
