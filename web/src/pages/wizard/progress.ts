// How far a host has come, and what to try when it does not. Pure: facts and seconds in, lights and words out.
import type { Schema } from "../../api/client";
import type { Target } from "./targets";

export type Light = "waiting" | "done" | "trouble";

export interface Step {
  id: "connected" | "numbers" | "records";
  title: string;
  light: Light;
  /** One sentence. */
  says: string;
}

export interface Facts {
  target: Target;
  /** Seconds since the wait began. */
  waited: number;
  collector: Pick<
    Schema<"Collector">,
    "status" | "health" | "health_reason" | "desired" | "in_per_s" | "sync"
  > | null;
  throughput: Pick<Schema<"Throughput">, "as_of"> | null;
  tokenState: Schema<"TokenState"> | null;
  /** Why somebody was turned away meanwhile. */
  refused: string | null;
}

/** The lights, in their order: connection, first numbers, first records. */
export function steps({ collector, throughput }: Facts): Step[] {
  const here = collector?.status === "connected";
  const numbers = Boolean(throughput?.as_of);
  const flows = (collector?.in_per_s ?? 0) > 0;
  return [
    {
      id: "connected",
      title: "Connected",
      light: here ? (collector?.health === "failed" ? "trouble" : "done") : "waiting",
      says: !here
        ? "Waiting for the host to call."
        : collector?.health === "failed"
          ? (collector.health_reason ?? "The host is here, but its collector does not run.")
          : "The host is here.",
    },
    {
      id: "numbers",
      title: "First numbers",
      light: numbers ? "done" : "waiting",
      says: numbers
        ? "The collector reports its own numbers."
        : here
          ? "They come within a minute of the connection."
          : "They follow the connection.",
    },
    {
      id: "records",
      title: "First records",
      light: flows ? "done" : "waiting",
      says: flows
        ? "Records flow."
        : collector && !collector.desired
          ? "Nothing applies to this collector yet: give it a source and a route."
          : "Waiting for something to be sent to its sources.",
    },
  ];
}

/** Whether all is done that does not depend on what people send. */
export const arrived = (facts: Facts): boolean =>
  steps(facts).every((step) => step.id === "records" || step.light === "done");

/** One of several hosts that a token is for. */
export interface JoinedHost {
  id: string;
  name: string;
  light: Light;
  says: string;
}

/** The hosts that joined with a token, newest first: each green by itself. `known` is what the fleet says of them. */
export function joinedHosts(
  ids: readonly string[],
  known: ReadonlyArray<
    Pick<Schema<"Collector">, "id" | "name" | "status" | "health" | "health_reason" | "memory_bytes">
  >,
): JoinedHost[] {
  return ids.toReversed().map((id) => {
    const found = known.find((collector) => collector.id === id);
    const name = found?.name ?? id;
    if (!found) return { id, name, light: "waiting", says: "It joined; how it is now is not known yet." };
    if (found.status !== "connected")
      return { id, name, light: "waiting", says: "It joined, but is not connected now." };
    if (found.health === "failed")
      return { id, name, light: "trouble", says: found.health_reason ?? "Its collector does not run." };
    const numbers = typeof found.memory_bytes === "number";
    return {
      id,
      name,
      light: "done",
      says: numbers ? "Connected, and reports its numbers." : "Connected. Its first numbers follow.",
    };
  });
}

export interface Tip {
  id: string;
  text: string;
  command?: string;
}

const LOG = "sudo journalctl -u opamp-supervisor -n 50 --no-pager";
const LOG_ALLOY = "sudo journalctl -u alloy -n 50 --no-pager";

/** What to look at, most likely first; more of it the longer it takes. `origin` is the address of this server. */
export function tips(facts: Facts, origin: string): Tip[] {
  const { collector, waited, refused, tokenState, target } = facts;
  if (arrived(facts)) return [];
  const found: Tip[] = [];
  const alloy = target === "alloy";
  if (refused) found.push({ id: "refused", text: `A host was turned away: ${refused}` });
  if (tokenState === "expired")
    found.push({ id: "expired", text: "The token has expired before its first use. Make another one." });
  if (tokenState === "revoked")
    found.push({ id: "revoked", text: "The token was revoked. Make another one." });
  if (collector?.status === "connected") return [...found, ...tipsWithoutNumbers(facts)];
  if (waited >= 30) {
    found.push({
      id: "log",
      text: alloy ? "See what Alloy says on the host:" : "See what the supervisor says on the host:",
      command: alloy ? LOG_ALLOY : LOG,
    });
    found.push({
      id: "reach",
      text: "Check that the host reaches this server:",
      command: `curl -fsS ${origin}/healthz && echo reachable`,
    });
  }
  if (waited >= 60) {
    found.push({
      id: "401",
      text: "401 in the log: the token is wrong, has expired, or was used by another host. Make another one.",
    });
    if (alloy)
      found.push({
        id: "restart",
        text: "Alloy reads its file when it starts. Restart it after the file was written:",
        command: "sudo systemctl restart alloy",
      });
    else
      found.push({
        id: "handshake",
        text: "websocket: bad handshake in the log: supervisor.yaml says ws:// where this server speaks TLS (wss://), or the proxy in between does not pass WebSockets.",
      });
  }
  if (waited >= 120) {
    found.push({
      id: "certificate",
      text: "A certificate that is not trusted: the server's authority is a private one. Give the host its certificate.",
    });
    found.push({
      id: "firewall",
      text: "No answer at all: a firewall between the host and this server drops silently.",
    });
    if (!alloy)
      found.push({
        id: "executable",
        text: "agent::executable does not exist: agent.executable in supervisor.yaml points at no program.",
        command: "ls -l /usr/local/bin/otelcol-contrib",
      });
  }
  return found;
}

function tipsWithoutNumbers({ collector, waited, target }: Facts): Tip[] {
  if (collector?.health === "failed")
    return [
      {
        id: "unhealthy",
        text: "The supervisor is connected, but its collector does not run. What it says:",
        command: target === "alloy" ? LOG_ALLOY : LOG,
      },
    ];
  if (waited < 90) return [];
  return [
    {
      id: "numbers",
      text: "The host is connected, but sends no numbers of its own. They go to /v1/metrics of this server: a proxy in between has to pass that path as well.",
    },
  ];
}
