// How final configurations change: one difference for all collectors that run the same bytes.

import { Link } from "@tanstack/react-router";
import type { Schema } from "../../api/client";
import { plural } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { StateBadge } from "../../ui/badges";
import { Patch } from "../../ui/diff";
import { Empty } from "../../ui/page";
import classes from "./history.module.css";

const NAMED = 5;

export function Classes({ classes: all }: { classes: ReadonlyArray<Schema<"AffectedClass">> }) {
  if (all.length === 0)
    return (
      <Empty title="No final configuration differs">
        None of the collectors of today runs anything that this changes.
      </Empty>
    );
  return all.map((one) => (
    <Patch
      key={`${one.from_hash} ${one.to_hash} ${one.version}`}
      path={
        <span className={classes.who}>
          {plural(one.collector_count, "collector")}
          {one.runtime ? ` · ${one.runtime} ${one.version ?? ""}` : ""}
          {one.restarts ? <StateBadge state="warning" label="Restarts the process" /> : null}
          {one.to_hash ? null : <StateBadge state="warning" label="Runs nothing afterwards" />}
        </span>
      }
      reason={
        <span className={classes.who}>
          {one.collectors.slice(0, NAMED).map((collector) => (
            <Link
              key={collector}
              to="/collectors/$collector"
              params={{ collector }}
              className={classes.collector}
            >
              <bdi>{beginning(collector)}</bdi>
            </Link>
          ))}
          {one.collector_count > NAMED ? `and ${plural(one.collector_count - NAMED, "other")}` : null}
        </span>
      }
      text={one.diff}
    />
  ));
}
