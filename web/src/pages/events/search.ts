// What this screen keeps in its address.
import type { Schema } from "../../api/client";

type Severity = Schema<"Severity">;
const SEVERITIES: ReadonlySet<unknown> = new Set<Severity>(["info", "warning", "error"]);

export interface EventsSearch {
  /** `audit` shows who did what instead of what happened. */
  view?: string;
  collector?: string;
  kind?: string;
  severity?: Severity;
  actor?: string;
  action?: string;
  object?: string;
}

export function eventsSearch(raw: Record<string, unknown>): EventsSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return {
    ...text("view"),
    ...text("collector"),
    ...text("kind"),
    // Another word would be refused by the server.
    ...(SEVERITIES.has(raw.severity) ? { severity: raw.severity as Severity } : {}),
    ...text("actor"),
    ...text("action"),
    ...text("object"),
  };
}
