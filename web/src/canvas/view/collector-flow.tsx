// One collector's part of the picture, on its own page.
import { Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { topologyQuery } from "../../api/topology";
import { Empty, ErrorPanel, Skeleton } from "../../ui/page";
import "../../ui/styles";
import { Ago } from "../../ui/values";
import type { Card } from "../model/drawing";
import { Canvas } from "./canvas";
import { CardLinks } from "./card-links";
import classes from "./collector-flow.module.css";
import { Notes } from "./notes";

/** `id` is the collector's. */
export function CollectorFlow({ id }: { id: string }) {
  const answer = useQuery(topologyQuery({ level: "collector", id }));
  const [selected, setSelected] = useState<string | null>(null);
  const [overlay, setOverlay] = useState(true);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const onToggle = useCallback((card: string) => setOpen((before) => toggled(before, card)), []);
  const actions = useCallback(
    (card: Card) => (card.id === `collector:${id}` ? null : <CardLinks card={card} />),
    [id],
  );
  // The answer before may be another collector's.
  const topology = answer.data?.id === id ? answer.data : undefined;
  if (answer.isError && !topology)
    return <ErrorPanel error={answer.error} retry={() => void answer.refetch()} />;
  if (!topology) return <Skeleton lines={8} height={34} />;
  const runsNothing = topology.nodes.every((node) => node.kind === "collector");
  if (runsNothing)
    return (
      <Empty title="This collector runs nothing of LinkMesh yet.">
        {topology.notes.length > 0
          ? topology.notes.join(". ")
          : "Give it a source, a route and a destination, or put it into a group that has them."}
      </Empty>
    );
  return (
    <div className={classes.flow}>
      <div className={classes.bar}>
        <Switch
          label="Live numbers"
          checked={overlay}
          onChange={(event) => setOverlay(event.currentTarget.checked)}
        />
        <span className="quiet">
          As of <Ago at={topology.as_of} />
        </span>
      </div>
      <Notes notes={topology.notes} />
      <div className={classes.canvas}>
        <Canvas
          topology={topology}
          label="What this collector runs"
          view={`collector/${id}`}
          overlay={overlay}
          selected={selected}
          onSelect={setSelected}
          open={open}
          onToggle={onToggle}
          actions={actions}
        />
      </div>
    </div>
  );
}

/** The set with the element where it was without, and without where it was with. */
export function toggled(before: ReadonlySet<string>, element: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(element)) after.add(element);
  return after;
}
