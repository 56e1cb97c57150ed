//! The list of options that people read, and the settings in force written as a file.
//! Knows nothing of where a value comes from. Start at [`OPTIONS`].

use super::Settings;

/// One option as people see it.
#[derive(Debug, Clone, Copy)]
pub struct Described {
    /// The key in the file.
    pub key: &'static str,
    /// The environment variable.
    pub env: &'static str,
    /// The value where nobody sets it.
    pub default: &'static str,
    /// What it does.
    pub help: &'static str,
}

/// Every option.
pub const OPTIONS: &[Described] = &[
    Described {
        key: "data_dir",
        env: "LINKMESH_DATA_DIR",
        default: "./data",
        help: "Folder of the configuration repository, the store and the keys. Back it up.",
    },
    Described {
        key: "listen",
        env: "LINKMESH_LISTEN",
        default: "127.0.0.1:8080",
        help: "Address and port of the one listener. Port 0 picks a free one.",
    },
    Described {
        key: "external_url",
        env: "LINKMESH_EXTERNAL_URL",
        default: "http://<listen>, with TLS https://<listen>",
        help: "The address under which people and hosts reach this server. It goes into bootstrap files and into what collectors are told.",
    },
    Described {
        key: "tls.cert_file",
        env: "LINKMESH_TLS_CERT_FILE",
        default: "none: connections are not encrypted",
        help: "PEM file with the server's certificate and those that lead to its authority. Read again whenever it changes.",
    },
    Described {
        key: "tls.key_file",
        env: "LINKMESH_TLS_KEY_FILE",
        default: "none",
        help: "PEM file with the private key of that certificate, without a password.",
    },
    Described {
        key: "trusted_proxies",
        env: "LINKMESH_TRUSTED_PROXIES",
        default: "none",
        help: "Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, such as [127.0.0.1, 10.0.0.0/8].",
    },
    Described {
        key: "mirror_public",
        env: "LINKMESH_MIRROR_PUBLIC",
        default: "true",
        help: "Whether files of the mirror are handed out without a credential; if not, hosts send their enrollment token.",
    },
    Described {
        key: "setup_token",
        env: "LINKMESH_SETUP_TOKEN",
        default: "drawn and printed once",
        help: "One-time token that makes the first administrator, for unattended set-up.",
    },
    Described {
        key: "log",
        env: "LINKMESH_LOG",
        default: "info",
        help: "What is logged: a level, or a filter such as info,linkmesh_control=debug.",
    },
    Described { key: "log_format", env: "LINKMESH_LOG_FORMAT", default: "text", help: "text or json." },
    Described {
        key: "shutdown_grace_s",
        env: "LINKMESH_SHUTDOWN_GRACE_S",
        default: "10",
        help: "Seconds that open requests may take to finish when the server stops.",
    },
];

impl Settings {
    /// The settings as a file that gives the same, each with its explanation. The set-up token is not shown.
    #[must_use]
    pub fn print(&self) -> String {
        let mut text = String::new();
        let mut inside = "";
        for option in OPTIONS {
            text.push_str(&format!("# {} ({}; default {})\n", option.help, option.env, option.default));
            let (group, name) = option.key.split_once('.').unwrap_or(("", option.key));
            let indent = if group.is_empty() { "" } else { "  " };
            match self.written(option.key) {
                Some(value) => {
                    if !group.is_empty() && group != inside {
                        text.push_str(&format!("{group}:\n"));
                    }
                    text.push_str(&format!("{indent}{name}: {value}\n"));
                    inside = group;
                }
                None => text.push_str(&format!("# {}:\n", option.key)),
            }
        }
        text
    }

    /// One value as YAML; nothing where it is not set, or not shown.
    fn written(&self, key: &str) -> Option<String> {
        let quoted = |text: String| Some(serde_json::Value::String(text).to_string());
        match key {
            "data_dir" => quoted(self.data_dir.display().to_string()),
            "listen" => quoted(self.listen.to_string()),
            "external_url" => quoted(self.external_url.clone()?),
            "tls.cert_file" => quoted(self.tls.as_ref()?.cert.display().to_string()),
            "tls.key_file" => quoted(self.tls.as_ref()?.key.display().to_string()),
            "trusted_proxies" => {
                let all: Vec<_> = self.trusted_proxies.networks().iter().map(ToString::to_string).collect();
                (!all.is_empty()).then(|| serde_json::Value::from(all).to_string())
            }
            "mirror_public" => Some(self.mirror_public.to_string()),
            "log" => quoted(self.log.clone()),
            "log_format" => quoted(self.log_format.word().to_owned()),
            "shutdown_grace_s" => Some(self.shutdown_grace.as_secs().to_string()),
            _ => None,
        }
    }
}
