// What a host can be, and what is honestly different between the ways.

export type Target = "opamp" | "opamp-by-hand" | "alloy";

export interface Way {
  target: Target;
  title: string;
  about: string;
  needs: string;
}

export const WAYS: readonly Way[] = [
  {
    target: "opamp",
    title: "Linux, one line",
    about: "OpenTelemetry Collector, installed with its supervisor as a service by one command.",
    needs: "Root, systemd, and curl or wget. amd64 or arm64.",
  },
  {
    target: "opamp-by-hand",
    title: "Linux, by hand",
    about: "The same two upstream programs, each step in your own hands; for images and other init systems.",
    needs: "opampsupervisor and otelcol-contrib on the host.",
  },
  {
    target: "alloy",
    title: "Grafana Alloy",
    about: "An Alloy from Grafana's packages that fetches its configuration from here.",
    needs: "Alloy 1.11 or newer. Debian, Ubuntu, Fedora, RHEL and their like.",
  },
];

/** What each way does, row by row: OpenTelemetry Collector, Alloy, and the tier with an agent. */
export const DIFFERENCES: ReadonlyArray<
  readonly [what: string, otelcol: string, alloy: string, agent: string]
> = [
  ["On the host", "opampsupervisor and otelcol-contrib", "alloy", "also linkmesh-agent"],
  ["Gets a new configuration", "pushed, within seconds", "polled, within a minute", "pushed, within seconds"],
  ["A change", "restarts the collector", "loads without a restart", "as its collector does"],
  ["Rates, queues, errors", "yes", "yes", "yes"],
  ["CPU and memory of the collector", "yes", "yes", "yes"],
  ["CPU and memory of the host", "no", "no", "yes"],
  ["Upgrades of the program", "by you", "by you", "from here"],
  ["Commands and shell on the host", "no", "no", "if the host allows it"],
];

export const isTarget = (text: string | undefined): text is Target =>
  WAYS.some(({ target }) => target === text);
