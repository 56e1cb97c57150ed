// How far a saved change is delivered: the collectors that it affects, by what they run now. Kept fresh by live events.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AffectedClass } from "../../api/changes";
import { answer, api, type Schema } from "../../api/client";
import { plural } from "../../lib/numbers";
import { WENT_BACK, whereToLook } from "../../lib/refusal";
import { beginning } from "../../lib/text";
import { StateBadge } from "../../ui/badges";
import { message } from "../../ui/page";
import { type Counts, countsOf, type Named, watchedOf } from "./delivered";
import classes from "./page.module.css";

const POLL_MS = 10_000;

export interface Delivered {
  /** Collectors that are affected, and how many of them are looked at. */
  total: number;
  watched: number;
  counts: Counts;
  /** Why it cannot be told now. */
  error: unknown;
}

/** How far it is, kept fresh. */
export function useDelivered(affected: readonly AffectedClass[]): Delivered {
  const total = affected.reduce((sum, one) => sum + one.collector_count, 0);
  const watched = watchedOf(affected);
  const ids = [...watched.keys()];
  const found = useQuery({
    queryKey: ["collectors", "delivery", ids],
    queryFn: ({ signal }) => readSome(ids, signal),
    enabled: ids.length > 0,
    refetchInterval: POLL_MS,
    placeholderData: (before) => before,
  });
  return { total, watched: ids.length, counts: countsOf(watched, found.data ?? []), error: found.error };
}

export function Delivery({ delivered }: { delivered: Delivered }) {
  const { total, watched, counts, error } = delivered;
  if (total === 0) return <p>No collector's configuration changes by it.</p>;
  if (error) return <p>How far it is delivered cannot be asked now: {message(error)}</p>;
  const shown = watched < total ? `the first ${watched} of ${plural(total, "affected collector")}` : null;
  return (
    <div className={classes.delivery} aria-live="polite">
      <Bar counts={counts} />
      <div className={classes.counts}>
        <StateBadge state="in_sync" label={`${counts.applied} applied`} />
        <StateBadge state="pending" label={`${counts.pending} pending`} />
        {counts.failed > 0 ? <StateBadge state="failed" label={`${counts.failed} failed`} /> : null}
        {counts.away > 0 ? (
          <StateBadge
            state="disconnected"
            label={`${counts.away} not connected`}
            reason="They get it when they return."
          />
        ) : null}
        {counts.held > 0 ? <StateBadge state="held" label={`${counts.held} held`} /> : null}
        <span className="quiet">of {shown ?? plural(total, "affected collector")}</span>
      </div>
      {counts.pending > 0 ? (
        <p>
          Pending:{" "}
          {counts.waiting.map((one, index) => (
            <span key={one.id}>
              {index > 0 ? ", " : ""}
              <Name one={one} />
            </span>
          ))}
          {counts.pending > counts.waiting.length
            ? ` and ${plural(counts.pending - counts.waiting.length, "other")}`
            : ""}
          . It waits some 15 seconds to see whether the collector stays up.
        </p>
      ) : null}
      {counts.failures.map((one) => (
        <p key={one.id} className={classes.warning}>
          <span>
            <Name one={one} />: {beginning(one.why)} {whereToLook(one.why)} {one.back ? WENT_BACK : ""}
          </span>
        </p>
      ))}
    </div>
  );
}

function Name({ one }: { one: Named }) {
  return (
    <Link to="/collectors/$collector" params={{ collector: one.id }}>
      <bdi>{beginning(one.name)}</bdi>
    </Link>
  );
}

function Bar({ counts }: { counts: Counts }) {
  const all = counts.applied + counts.pending + counts.failed + counts.away + counts.held || 1;
  return (
    <div className={classes.bar} aria-hidden>
      <span data-tone="good" style={{ width: `${(counts.applied / all) * 100}%` }} />
      <span data-tone="bad" style={{ width: `${(counts.failed / all) * 100}%` }} />
    </div>
  );
}

const AT_ONCE = 50;

/** Collectors by their ids, some at a time. */
async function readSome(ids: readonly string[], signal: AbortSignal): Promise<Schema<"Collector">[]> {
  const found: Schema<"Collector">[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const q = some.map((id) => `id=${id}`).join(" or ");
    const query = { q, limit: AT_ONCE };
    const page = await answer(api.GET("/api/v1/collectors", { params: { query }, signal }));
    found.push(...page.items);
  }
  return found;
}
