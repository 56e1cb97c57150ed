// What people paste on a host, beside what the server hands out ready.

/** The two upstream programs that are tested together. */
export const COLLECTOR_VERSION = "0.158.0";
export const SUPERVISOR_VERSION = "0.158.0";

const RELEASES = "https://github.com/open-telemetry/opentelemetry-collector-releases/releases/download";

/** Fetches both programs; what is not what upstream published is not put into place. */
export const PROGRAMS = `VERSION=${COLLECTOR_VERSION} SUPERVISOR=${SUPERVISOR_VERSION} ARCH=amd64    # or arm64
RELEASES=${RELEASES}
COLLECTOR=otelcol-contrib_\${VERSION}_linux_$ARCH.tar.gz PROGRAM=opampsupervisor_\${SUPERVISOR}_linux_$ARCH
fetch() {
  curl -fsSLO "$1" && curl -fsSL "$1.sha256" | awk -v f="\${1##*/}" '{ print $1 "  " f }' | sha256sum --check
}
fetch "$RELEASES/v$VERSION/$COLLECTOR" &&
  fetch "$RELEASES/cmd%2Fopampsupervisor%2Fv$SUPERVISOR/$PROGRAM" &&
  sudo tar -xzo -f "$COLLECTOR" -C /usr/local/bin otelcol-contrib &&
  sudo install -m 755 "$PROGRAM" /usr/local/bin/opampsupervisor &&
  sudo mkdir -p /etc/otelcol-supervisor /var/lib/otelcol-supervisor`;

/** A unit for the supervisor, which runs the collector itself. */
export const UNIT = `sudo tee /etc/systemd/system/opamp-supervisor.service >/dev/null <<'END'
[Unit]
Description=OpAMP supervisor with otelcol-contrib
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/local/bin/opampsupervisor --config /etc/otelcol-supervisor/supervisor.yaml
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
END
sudo systemctl daemon-reload
sudo systemctl enable --now opamp-supervisor`;

/** The one line, where the server did not send it. */
export const oneLine = (origin: string, token: string): string =>
  `curl -fsSL ${origin}/api/v1/downloads/install-opamp.sh | sudo sh -s -- --token ${token}`;

export const RESTART_ALLOY = "sudo systemctl enable alloy && sudo systemctl restart alloy";
