//! Files that a host is set up with. Only keys that the oldest supported supervisor knows, because newer ones refuse what
//! they do not know.

/// The name under which the supervisor's file is handed out.
pub(super) const SUPERVISOR_FILE: &str = "supervisor.yaml";
/// Stands where a token belongs.
const PLACEHOLDER: &str = "REPLACE-WITH-AN-ENROLLMENT-TOKEN";

/// The supervisor's configuration for a new host; `token` is an enrollment token, or absent for a placeholder.
pub(super) fn supervisor_yaml(external_url: &str, token: Option<&str>) -> String {
    let endpoint = match external_url.split_once("://") {
        Some(("https", rest)) => format!("wss://{rest}/v1/opamp"),
        Some((_, rest)) => format!("ws://{rest}/v1/opamp"),
        None => format!("ws://{external_url}/v1/opamp"),
    };
    let token_line = match token {
        Some(_) => {
            "  # The token joins this host on its first connection and stays its credential. Keep this file private: chmod 600."
        }
        None => {
            "  # Put an enrollment token here: `linkmesh token create`, or the web page. Keep this file private: chmod 600."
        }
    };
    let token = token.unwrap_or(PLACEHOLDER);
    format!(
        r#"# Configuration of opampsupervisor for LinkMesh. Save as /etc/otelcol-supervisor/supervisor.yaml and start:
#   opampsupervisor --config /etc/otelcol-supervisor/supervisor.yaml
server:
  endpoint: "{endpoint}"
{token_line}
  headers:
    Authorization: "Bearer {token}"
  # For a private certificate authority:
  # tls:
  #   ca_file: /etc/otelcol-supervisor/ca.pem

capabilities:
  accepts_remote_config: true
  accepts_restart_command: true
  reports_effective_config: true
  reports_health: true
  reports_remote_config: true
  reports_own_metrics: true
  reports_available_components: true

agent:
  # The collector on this host.
  executable: /usr/local/bin/otelcol-contrib
  # How long a new configuration may take to prove itself.
  config_apply_timeout: 15s
  bootstrap_timeout: 30s
  env:
    # How often the collector pushes its own metrics, in milliseconds.
    OTEL_METRIC_EXPORT_INTERVAL: "30000"
    # Where the collector remembers how far it has read log files, and keeps queues that must survive a restart.
    LINKMESH_STORAGE: /var/lib/otelcol-supervisor/linkmesh
    # For a private certificate authority: the collector has to trust it as well.
    # SSL_CERT_FILE: /etc/otelcol-supervisor/ca.pem
  # What this host says about itself; groups can select it as reported.linkmesh.environment.
  # description:
  #   non_identifying_attributes:
  #     linkmesh.environment: production

storage:
  # Must be writable, and survive a restart of the host.
  directory: /var/lib/otelcol-supervisor
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_yaml_with_the_endpoint_and_the_token() {
        let text = supervisor_yaml("https://linkmesh.example.com/base", Some("lmenr_x"));
        let value = linkmesh_fleet::yaml::value(&text).unwrap();
        assert_eq!(value["server"]["endpoint"], "wss://linkmesh.example.com/base/v1/opamp");
        assert_eq!(value["server"]["headers"]["Authorization"], "Bearer lmenr_x");
        assert_eq!(value["agent"]["env"]["OTEL_METRIC_EXPORT_INTERVAL"], "30000");
        let plain = supervisor_yaml("http://127.0.0.1:8080", None);
        let value = linkmesh_fleet::yaml::value(&plain).unwrap();
        assert_eq!(value["server"]["endpoint"], "ws://127.0.0.1:8080/v1/opamp");
        assert!(plain.contains(PLACEHOLDER));
    }
}
