//! What an operator can set: a file, then environment variables, then flags, each above the one before.
//! Knows nothing of what the settings do. Start at [`Settings::load`]; [`OPTIONS`] is the list that people read.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use linkmesh_control::clock::Clock;
use serde::Deserialize;

use crate::forwarded::Proxies;
use crate::tls::Files;

mod options;

pub use options::{Described, OPTIONS};

/// The file that is read when none is named; it need not exist.
pub const DEFAULT_FILE: &str = "/etc/linkmesh/config.yaml";
const GRACE_S_MAX: u64 = 600;

/// All settings, checked.
#[derive(Clone)]
pub struct Settings {
    /// Folder of the repository, the store and the keys.
    pub data_dir: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How hosts and people reach it; follows from the port that is bound where nobody says.
    pub external_url: Option<String>,
    /// Certificate and key, where connections are encrypted.
    pub tls: Option<Files>,
    /// The proxies that may say where a request comes from.
    pub trusted_proxies: Proxies,
    /// Whether the mirror hands files out without a credential.
    pub mirror_public: bool,
    /// Makes the first administrator; drawn where nobody says.
    pub setup_token: Option<String>,
    /// What is logged.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// How long a stop waits for open requests.
    pub shutdown_grace: Duration,
    /// Where the time comes from.
    pub clock: Clock,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Values as somebody gave them, not checked yet. Absent stays what it was.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// See [`OPTIONS`], as for all of these.
    pub data_dir: Option<PathBuf>,
    /// Address and port.
    pub listen: Option<String>,
    /// Base address.
    pub external_url: Option<String>,
    /// Certificate and key.
    pub tls: Option<GivenTls>,
    /// Addresses and networks.
    pub trusted_proxies: Option<Vec<String>>,
    /// `true` or `false`.
    pub mirror_public: Option<bool>,
    /// One-time token.
    pub setup_token: Option<String>,
    /// Filter.
    pub log: Option<String>,
    /// `text` or `json`.
    pub log_format: Option<String>,
    /// Seconds.
    pub shutdown_grace_s: Option<u64>,
}

/// Two files that belong together.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenTls {
    /// See [`OPTIONS`], as for both.
    pub cert_file: Option<PathBuf>,
    /// The private key.
    pub key_file: Option<PathBuf>,
}

/// Why the settings cannot be used: a sentence that names the option.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadSettings(String);

impl Settings {
    /// Settings from a file (the named one must exist), the environment and flags.
    ///
    /// # Errors
    /// The first one that cannot be used, and what to do.
    pub fn load(
        file: Option<&Path>,
        environment: &BTreeMap<String, String>,
        flags: Given,
    ) -> Result<Self, BadSettings> {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        let from_file = match std::fs::read_to_string(path) {
            Ok(text) => Given::read(path, &text)?,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && file.is_none() => Given::default(),
            Err(cause) => {
                let message = format!("reading the settings file {}: {cause}", path.display());
                return Err(BadSettings(message));
            }
        };
        from_file.under(Given::from_environment(environment)?).under(flags).check()
    }
}

impl LogFormat {
    fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

impl Given {
    fn read(path: &Path, text: &str) -> Result<Self, BadSettings> {
        // A file with nothing but comments sets nothing.
        let empty = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        if empty {
            return Ok(Self::default());
        }
        linkmesh_fleet::yaml::read(&path.display().to_string(), text)
            .map_err(|problem| BadSettings(problem.to_string()))
    }

    fn from_environment(environment: &BTreeMap<String, String>) -> Result<Self, BadSettings> {
        let get = |name: &str| environment.get(name).filter(|value| !value.is_empty()).cloned();
        let grace = get("LINKMESH_SHUTDOWN_GRACE_S").map(|text| {
            text.parse().map_err(|_| {
                BadSettings(format!("LINKMESH_SHUTDOWN_GRACE_S is `{text}`; give whole seconds"))
            })
        });
        let mirror_public = get("LINKMESH_MIRROR_PUBLIC").map(|text| {
            let wrong = || BadSettings(format!("LINKMESH_MIRROR_PUBLIC is `{text}`; give true or false"));
            text.parse().map_err(|_| wrong())
        });
        Ok(Self {
            data_dir: get("LINKMESH_DATA_DIR").map(PathBuf::from),
            listen: get("LINKMESH_LISTEN"),
            external_url: get("LINKMESH_EXTERNAL_URL"),
            tls: Some(GivenTls {
                cert_file: get("LINKMESH_TLS_CERT_FILE").map(PathBuf::from),
                key_file: get("LINKMESH_TLS_KEY_FILE").map(PathBuf::from),
            }),
            trusted_proxies: get("LINKMESH_TRUSTED_PROXIES").map(|text| {
                text.split([',', ' ']).filter(|one| !one.is_empty()).map(str::to_owned).collect()
            }),
            mirror_public: mirror_public.transpose()?,
            setup_token: get("LINKMESH_SETUP_TOKEN"),
            log: get("LINKMESH_LOG"),
            log_format: get("LINKMESH_LOG_FORMAT"),
            shutdown_grace_s: grace.transpose()?,
        })
    }

    /// What `above` sets wins.
    fn under(self, above: Self) -> Self {
        Self {
            data_dir: above.data_dir.or(self.data_dir),
            listen: above.listen.or(self.listen),
            external_url: above.external_url.or(self.external_url),
            tls: match (self.tls, above.tls) {
                (Some(below), Some(above)) => Some(GivenTls {
                    cert_file: above.cert_file.or(below.cert_file),
                    key_file: above.key_file.or(below.key_file),
                }),
                (below, above) => above.or(below),
            },
            trusted_proxies: above.trusted_proxies.or(self.trusted_proxies),
            mirror_public: above.mirror_public.or(self.mirror_public),
            setup_token: above.setup_token.or(self.setup_token),
            log: above.log.or(self.log),
            log_format: above.log_format.or(self.log_format),
            shutdown_grace_s: above.shutdown_grace_s.or(self.shutdown_grace_s),
        }
    }

    /// Checks every value and fills in the defaults.
    ///
    /// # Errors
    /// The first value that cannot be used.
    pub fn check(self) -> Result<Settings, BadSettings> {
        let listen = self.listen.as_deref().unwrap_or("127.0.0.1:8080");
        let log = self.log.unwrap_or_else(|| "info".to_owned());
        crate::logging::check(&log)
            .map_err(|cause| BadSettings(format!("log is `{log}`, which is no filter: {cause}")))?;
        let log_format = match self.log_format.as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => {
                return Err(BadSettings(format!("log_format is `{other}`; give text or json")));
            }
        };
        let grace_s = self.shutdown_grace_s.unwrap_or(10);
        if grace_s > GRACE_S_MAX {
            return Err(BadSettings(format!(
                "shutdown_grace_s is {grace_s}; at most {GRACE_S_MAX} are waited"
            )));
        }
        if let Some(token) = self.setup_token.as_deref().filter(|token| token.len() < 16 || token.len() > 256)
        {
            let message = format!("setup_token has {} characters; give 16 to 256", token.len());
            return Err(BadSettings(message));
        }
        Ok(Settings {
            data_dir: self.data_dir.unwrap_or_else(|| PathBuf::from("./data")),
            listen: listen_address(listen)?,
            external_url: self.external_url.as_deref().map(base_url).transpose()?,
            tls: pair(self.tls.unwrap_or_default())?,
            trusted_proxies: proxies(&self.trusted_proxies.unwrap_or_default())?,
            mirror_public: self.mirror_public.unwrap_or(true),
            setup_token: self.setup_token,
            log,
            log_format,
            shutdown_grace: Duration::from_secs(grace_s),
            clock: Clock::System,
        })
    }
}

/// `127.0.0.1:8080`, `[::1]:8080`, `:8080` for every address, `localhost:8080`.
fn listen_address(text: &str) -> Result<SocketAddr, BadSettings> {
    let bad = || BadSettings(format!("listen is `{text}`; give an address and a port such as 0.0.0.0:8080"));
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let (host, port) = text.rsplit_once(':').ok_or_else(bad)?;
    let port: u16 = port.parse().map_err(|_| bad())?;
    let host: IpAddr = match host {
        "" => IpAddr::from([0; 4]),
        "localhost" => IpAddr::from([127, 0, 0, 1]),
        _ => return Err(bad()),
    };
    Ok(SocketAddr::new(host, port))
}

fn pair(given: GivenTls) -> Result<Option<Files>, BadSettings> {
    match (given.cert_file, given.key_file) {
        (None, None) => Ok(None),
        (Some(cert), Some(key)) => Ok(Some(Files { cert, key })),
        (Some(_), None) => {
            Err(BadSettings("tls.cert_file is set and tls.key_file is not; set both".to_owned()))
        }
        (None, Some(_)) => {
            Err(BadSettings("tls.key_file is set and tls.cert_file is not; set both".to_owned()))
        }
    }
}

fn proxies(given: &[String]) -> Result<Proxies, BadSettings> {
    let networks: Result<_, _> = given.iter().map(|text| text.parse()).collect();
    networks
        .map(Proxies::new)
        .map_err(|cause: crate::forwarded::BadNetwork| BadSettings(format!("trusted_proxies: {cause}")))
}

fn base_url(text: &str) -> Result<String, BadSettings> {
    let trimmed = text.trim_end_matches('/');
    let parsed = trimmed.parse::<http::Uri>();
    let web = trimmed.starts_with("http://") || trimmed.starts_with("https://");
    // It is pasted into files that collectors read, where these would mean something.
    let plain = !trimmed.contains(['"', '\'', '\\', '$', '?', '#', ' ', '@']);
    match parsed {
        Ok(uri) if web && plain && uri.host().is_some_and(|host| !host.is_empty()) => Ok(trimmed.to_owned()),
        _ => Err(BadSettings(format!(
            "external_url is `{text}`; give an address such as https://linkmesh.example.com"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)], flags: Given) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.yaml");
        std::fs::write(&path, file).unwrap();
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Settings::load(Some(&path), &environment, flags).map_err(|error| error.to_string())
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let file = "listen: 127.0.0.1:1\ndata_dir: /file\nlog: warn\n";
        let environment = [("LINKMESH_LISTEN", "127.0.0.1:2"), ("LINKMESH_DATA_DIR", "/environment")];
        let flags = Given { listen: Some("127.0.0.1:3".into()), ..Given::default() };
        let settings = load(file, &environment, flags).unwrap();
        assert_eq!(settings.listen.port(), 3);
        assert_eq!(settings.data_dir, Path::new("/environment"));
        assert_eq!(settings.log, "warn");
    }

    #[test]
    fn a_wrong_setting_is_named_with_what_to_do() {
        for (file, expected) in [
            ("listn: x\n", "did you mean `listen`?"),
            ("listen: nowhere\n", "0.0.0.0:8080"),
            ("external_url: ftp://a\n", "https://linkmesh.example.com"),
            ("external_url: 'http://a\"b'\n", "https://linkmesh.example.com"),
            ("log_format: xml\n", "text or json"),
            ("setup_token: short\n", "16 to 256"),
            ("shutdown_grace_s: 601\n", "at most 600"),
            ("tls: {cert_file: a}\n", "set both"),
            ("tls: {key_file: a}\n", "set both"),
            ("tls: {cert: a}\n", "expected `cert_file` or `key_file`"),
            ("trusted_proxies: [nginx]\n", "`nginx` is no network"),
        ] {
            let error = load(file, &[], Given::default()).err().unwrap();
            assert!(error.contains(expected), "{file}: {error}");
        }
    }

    #[test]
    fn what_is_printed_reads_back_the_same() {
        let file = "listen: :8081\nexternal_url: https://a.example/x/\nlog: info,linkmesh_control=debug\n\
                    tls:\n  cert_file: /a b.pem\n  key_file: /c.pem\ntrusted_proxies: [10.0.0.0/8, \"::1\"]\n";
        let first = load(file, &[], Given::default()).unwrap();
        let printed = first.print();
        let second = load(&printed, &[], Given::default()).unwrap();
        assert_eq!(second.print(), printed);
        assert_eq!(first.external_url.as_deref(), Some("https://a.example/x"));
        for option in OPTIONS {
            assert!(printed.contains(option.key.rsplit('.').next().unwrap()) && printed.contains(option.env));
        }
    }

    #[test]
    fn certificate_and_key_may_come_from_different_places() {
        let environment =
            [("LINKMESH_TLS_KEY_FILE", "/e.key"), ("LINKMESH_TRUSTED_PROXIES", "10.0.0.1, fd00::/8")];
        let settings =
            load("tls: {cert_file: /f.pem, key_file: /f.key}\n", &environment, Given::default()).unwrap();
        assert_eq!(settings.tls, Some(Files { cert: "/f.pem".into(), key: "/e.key".into() }));
        assert!(settings.print().contains("[\"10.0.0.1/32\",\"fd00::/8\"]"), "{}", settings.print());
    }

    #[test]
    fn an_empty_file_is_fine() {
        assert!(load("# nothing\n\n", &[], Given::default()).is_ok());
    }
}
