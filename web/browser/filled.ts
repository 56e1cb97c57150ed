// A small fleet with everything that screens show: a real host with a flow through it, entities of every kind, history.
import { type Answer, Playground, until } from "./playground";
import { type Sight, sightsOf } from "./sights";

const ROUTE = "fleet/routes/errors.yaml";
const ROUTE_TEXT = `# Looked at first: errors go to the alerts and nowhere else.
name: Errors
sources: [app-otlp]
pipeline: clean-logs
parameters: {min_severity: ERROR}
destinations: [alerts]
signals: [logs]
filter: {logs: log.severity_number >= SEVERITY_NUMBER_ERROR}
priority: 10
`;

export interface Filled {
  playground: Playground;
  /** Ends all that was started. */
  close: () => Promise<void>;
  url: string;
  username: string;
  password: string;
  token: string;
  /** The one real collector. */
  collector: string;
  /** Where its source listens. */
  source: string;
  /** All screens, those of single things included. */
  sights: readonly Sight[];
  /** A server with an administrator and nothing else. */
  fresh: string;
}

/** Starts a server, joins a host and lets records flow through it. */
export async function filled(): Promise<Filled> {
  const [playground, second] = [Playground.open(), Playground.open()];
  const close = async () => {
    await Promise.all([playground.close(), second.close()]);
  };
  try {
    const { url: fresh = "" } = await second.ask({ do: "server" });
    await second.ask({ do: "set_up" });
    return { ...(await fill(playground)), fresh, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill(playground: Playground): Promise<Omit<Filled, "fresh" | "close">> {
  const { url = "" } = await playground.ask({ do: "server" });
  const { token = "", username = "", password = "" } = await playground.ask({ do: "set_up" });
  const call = caller(url, token);
  const sink = await playground.ask({ do: "sink" });
  const { port } = await playground.ask({ do: "port" });
  const source = `http://127.0.0.1:${port}`;
  const { revision: earlier } = await call("POST", "changes", {
    message: "Logs of the shop",
    put: entities(port ?? 0, sink),
  });
  const made = await call("POST", "enrollment-tokens", {
    name: "Web servers",
    labels: { env: "prod", role: "web" },
  });
  const { id: spare } = await call("POST", "enrollment-tokens", {
    name: "Spare",
    max_uses: 10,
    expires_in_s: 86_400,
  });
  await call("POST", "collectors", { name: "edge-7", mode: "alloy-remotecfg", labels: { env: "prod" } });
  const route = (name: string) => ({ [ROUTE]: ROUTE_TEXT.replace("name: Errors", `name: ${name}`) });
  const { revision } = await call("POST", "changes", {
    message: "Look at errors first",
    put: { [ROUTE]: ROUTE_TEXT },
  });
  await playground.ask({ do: "host", name: "web-01", file: made.files["supervisor.yaml"] });
  const collector = await until("the host is connected and runs its configuration", 60_000, async () => {
    const { items } = await call("GET", "collectors?status=connected&sync=in_sync&health=healthy");
    return items[0]?.id as string | undefined;
  });
  for (let round = 0; round < 4; round++) {
    await playground.ask({ do: "send", endpoint: source, severity: "ERROR", count: 40 });
    await playground.ask({ do: "send", endpoint: source, severity: "INFO", count: 200 });
    await playground.ask({ do: "send", endpoint: source, severity: "DEBUG", count: 100 });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  await until("numbers of the flow are known", 30_000, async () => {
    const { in_per_s } = await call("GET", `collectors/${collector}`);
    return in_per_s > 0;
  });
  let meddled = 0;
  const meddle = async () => {
    meddled += 1;
    await call("POST", "changes", { message: "Another name", put: route(`Errors ${meddled}`) });
  };
  const sights = sightsOf({ collector, token: spare, revision, earlier, meddle });
  return { playground, url, username, password, token, collector, source, sights };
}

/** Calls the API as the service account; throws what it refuses. */
export function caller(url: string, token: string) {
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by whoever asks
  return async (method: string, path: string, body?: unknown): Promise<any> => {
    const response = await fetch(`${url}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
}

function entities(port: number, sink: Answer) {
  const clean = `# A recipe that knows neither hosts nor backends.
name: Clean logs
signals: [logs]
parameters:
  min_severity: {type: severity, default: INFO, help: Logs below this are dropped.}
steps:
  # Drops what is too unimportant.
  - id: drop-unimportant
    type: filter
    settings:
      drop:
        logs: ["log.severity_number < {{min_severity}}"]
  - id: mask-mail   # nobody needs them
    type: mask
    settings: {fields: [log.body], patterns: [email]}
`;
  return {
    "fleet/sources/app-otlp.yaml": `# Applications send here.\ntype: otlp\nname: Applications\nsettings: {http: "127.0.0.1:${port}"}\n`,
    "pipelines/clean-logs.yaml": clean,
    [ROUTE]: ROUTE_TEXT.replace("priority: 10\n", ""),
    "fleet/routes/everything.yaml": {
      name: "Everything else",
      sources: ["*"],
      pipeline: "clean-logs",
      destinations: ["archive"],
      signals: ["logs"],
    },
    "fleet/destinations/alerts.yaml": { type: "otlp-http", name: "Alerts", endpoint: sink.endpoint },
    "fleet/destinations/archive.yaml": `type: otlp-http\nname: Archive\nendpoint: ${sink.endpoint}\ncredentials:\n  token: "not a real one"   # sealed when it is saved\n`,
    "groups/edge/group.yaml": { name: "Edge", selector: "env = prod" },
  };
}
