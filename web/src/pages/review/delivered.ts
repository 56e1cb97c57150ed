// Counts of a delivery: who runs what a change made, who waits, who failed. Pure.
import type { AffectedClass } from "../../api/changes";
import type { Schema } from "../../api/client";
import { wentBack } from "../../lib/refusal";

/** Most collectors that are looked at one by one. */
export const WATCHED_MAX = 200;

/** Most collectors that are named in one line. */
const NAMED_MAX = 5;

export interface Named {
  id: string;
  name: string;
}

export interface Failure extends Named {
  why: string;
  /** Whether it is known to run the configuration before. */
  back: boolean;
}

export interface Counts {
  applied: number;
  pending: number;
  failed: number;
  /** Not connected now. */
  away: number;
  held: number;
  failures: ReadonlyArray<Failure>;
  /** The first of those that are pending. */
  waiting: ReadonlyArray<Named>;
}

/** The hash that each of the first affected collectors is to run; null where it is to run nothing. */
export function watchedOf(classes: readonly AffectedClass[]): ReadonlyMap<string, string | null> {
  const all = classes.flatMap((one) => one.collectors.map((id) => [id, one.to_hash ?? null] as const));
  return new Map(all.slice(0, WATCHED_MAX));
}

type Seen = Pick<
  Schema<"Collector">,
  "id" | "name" | "sync" | "status" | "health" | "sync_reason" | "desired"
>;

export function countsOf(watched: ReadonlyMap<string, string | null>, collectors: readonly Seen[]): Counts {
  const counts = { applied: 0, pending: 0, failed: 0, away: 0, held: 0 };
  const failures: Failure[] = [];
  const waiting: Named[] = [];
  const wait = (id: string, name = id) => {
    counts.pending += 1;
    if (waiting.length < NAMED_MAX) waiting.push({ id, name });
  };
  const known = new Map(collectors.map((one) => [one.id, one]));
  for (const [id, hash] of watched) {
    const one = known.get(id);
    if (!one) wait(id);
    else if (one.sync === "failed") {
      counts.failed += 1;
      const why = one.sync_reason ?? "it refused the configuration";
      if (failures.length < NAMED_MAX) failures.push({ id, name: one.name, why, back: wentBack(one) });
    } else if (one.sync === "held") counts.held += 1;
    else if (one.status !== "connected") counts.away += 1;
    // In sync with what it ran before is not applied yet.
    else if (one.sync === "in_sync" && (hash === null || one.desired?.hash === hash)) counts.applied += 1;
    else wait(id, one.name);
  }
  return { ...counts, failures, waiting };
}
