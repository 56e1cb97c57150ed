// The health tree as the collector reports it. What is not well is open and stands with the collector's own words.
import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Schema } from "../../api/client";
import { type Collector, componentsQuery, intentQuery } from "../../api/collectors";
import { beginning } from "../../lib/text";
import { StateBadge } from "../../ui/badges";
import { Empty, ErrorPanel, Section, Skeleton } from "../../ui/page";
import { Ago } from "../../ui/values";
import classes from "./page.module.css";

type Health = Schema<"ComponentHealth">;

/** Deeper than any collector reports; a tree that is deeper is cut, and says so. */
const DEPTH_MAX = 12;
/** Parts of one node that are drawn. */
const PARTS_MAX = 500;

export default function Components({ collector }: { collector: Collector }) {
  const { data, error, refetch } = useQuery(componentsQuery(collector.id));
  const intent = useQuery(intentQuery(collector.id));
  const [only, setOnly] = useState(false);
  const paths = useMemo(
    () => new Map((intent.data?.items ?? []).map(({ kind, id, path }) => [`${kind}/${id}`, path])),
    [intent.data],
  );
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={8} />;
  if (!data.root)
    return (
      <Empty title="No health reported yet">
        {collector.mode === "alloy-remotecfg"
          ? "Alloy reports no health of its components over remotecfg; its numbers show on the Flow tab."
          : "The supervisor reports it once the collector runs."}
      </Empty>
    );
  return (
    <Section
      title="Components"
      actions={
        <Checkbox
          size="xs"
          label="Only what is not well"
          checked={only}
          onChange={({ currentTarget }) => setOnly(currentTarget.checked)}
        />
      }
    >
      <span className="quiet">
        As of <Ago at={data.as_of} />
      </span>
      {only && well(data.root) ? (
        <span>All components are well.</span>
      ) : (
        <ul className={classes.tree}>
          <Node name="Collector" node={data.root} depth={0} only={only} paths={paths} />
        </ul>
      )}
    </Section>
  );
}

/** Whether a node and all below it are well. */
function well(node: Health, depth = 0): boolean {
  if (!node.healthy || node.last_error) return false;
  return depth >= DEPTH_MAX || Object.values(node.components ?? {}).every((part) => well(part, depth + 1));
}

function Node({
  name,
  node,
  depth,
  only,
  paths,
}: {
  name: string;
  node: Health;
  depth: number;
  only: boolean;
  paths: ReadonlyMap<string, string>;
}) {
  const parts = Object.entries(node.components ?? {});
  const shown = parts.filter(([, part]) => !only || !well(part, depth + 1)).slice(0, PARTS_MAX);
  const sick = !well(node, depth);
  const [open, setOpen] = useState<boolean | null>(null);
  const line = <Line name={name} node={node} path={node.entity ? paths.get(node.entity) : undefined} />;
  const words = node.last_error ? <div className={classes.nodeError}>{node.last_error}</div> : null;
  if (parts.length === 0)
    return (
      <li className={classes.node}>
        {line}
        {words}
      </li>
    );
  return (
    <li className={classes.node}>
      <details
        open={open ?? (sick || depth < 1)}
        onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      >
        <summary>{line}</summary>
        {words}
        {depth >= DEPTH_MAX ? (
          <span className="quiet">Deeper parts are not shown; the API has them.</span>
        ) : (
          <ul>
            {shown.map(([below, part]) => (
              <Node key={below} name={below} node={part} depth={depth + 1} only={only} paths={paths} />
            ))}
            {parts.length > PARTS_MAX ? (
              <li className="quiet">…and {parts.length - PARTS_MAX} more; the API has them.</li>
            ) : null}
          </ul>
        )}
      </details>
    </li>
  );
}

function Line({ name, node, path }: { name: string; node: Health; path: string | undefined }) {
  return (
    <span className={classes.nodeLine}>
      <bdi className={`mono ${classes.nodeName}`}>{beginning(name)}</bdi>
      <StateBadge
        state={node.healthy ? "healthy" : "failed"}
        label={node.status ? words(node.status) : undefined}
      />
      {node.entity ? (
        path ? (
          <Link to="/edit/$" params={{ _splat: path.replace(/\.yaml$/, "") }}>
            {node.entity}
          </Link>
        ) : (
          <span className="quiet">{node.entity}</span>
        )
      ) : null}
      {node.status_at ? (
        <span className="quiet">
          since <Ago at={node.status_at} />
        </span>
      ) : null}
    </span>
  );
}

/** `StatusRecoverableError` → `Recoverable error`. */
function words(status: string): string {
  const text = status
    .replace(/^Status/, "")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return text === "ok" ? "OK" : text.charAt(0).toUpperCase() + text.slice(1);
}
