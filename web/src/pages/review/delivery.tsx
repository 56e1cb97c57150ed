// How far a saved change is delivered: the collectors that it affects, by what they run now. Kept fresh by live events.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AffectedClass } from "../../api/changes";
import { answer, api, type Schema } from "../../api/client";
import { plural } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { StateBadge } from "../../ui/badges";
import { message } from "../../ui/page";
import { type Counts, countsOf, watchedOf } from "./delivered";
import classes from "./page.module.css";

const POLL_MS = 10_000;

export function Delivery({ classes: affected }: { classes: readonly AffectedClass[] }) {
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
  if (total === 0) return <p>No collector's configuration changes by it.</p>;
  if (found.isError) return <p>How far it is delivered cannot be asked now: {message(found.error)}</p>;
  const counts = countsOf(watched, found.data ?? []);
  const shown =
    ids.length < total ? `the first ${ids.length} of ${plural(total, "affected collector")}` : null;
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
      {counts.failures.map(({ id, why }) => (
        <p key={id} className={classes.warning}>
          <Link to="/collectors/$collector" params={{ collector: id }}>
            <bdi>{beginning(id)}</bdi>
          </Link>
          : {why}
        </p>
      ))}
    </div>
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
