// The events of the pages together with those that arrived since, each once, newest first.
import type { FleetEvent } from "../../api/live";

export interface Wanted {
  collector?: string | undefined;
  kind?: string | undefined;
  severity?: string | undefined;
}

/** Ids are numbers as text; a later event has the greater one. */
export function later(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}

export function merge(
  live: readonly FleetEvent[],
  paged: readonly FleetEvent[],
  wanted: Wanted,
): FleetEvent[] {
  const byId = new Map<string, FleetEvent>();
  for (const event of [...live, ...paged]) if (fits(event, wanted)) byId.set(event.id, event);
  return [...byId.values()].sort((one, other) => later(other.id, one.id));
}

function fits(event: FleetEvent, { collector, kind, severity }: Wanted): boolean {
  return (
    (!collector || event.collector === collector) &&
    (!kind || event.kind === kind) &&
    (!severity || event.severity === severity)
  );
}
