// What flows through one collector: the canvas of this collector, and the same numbers as a table.

import { useQuery } from "@tanstack/react-query";
import { type Collector, throughputQuery } from "../../api/collectors";
import { CollectorFlow } from "../../canvas/view/collector-flow";
import { percent, short } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { Empty, ErrorPanel, Section, Skeleton } from "../../ui/page";
import { Table } from "../../ui/table";
import { Ago, Rate, Unknown } from "../../ui/values";
import classes from "./page.module.css";

export default function Flow({ collector }: { collector: Collector }) {
  return (
    <div className={classes.parts}>
      <CollectorFlow id={collector.id} />
      <Stages collector={collector} />
    </div>
  );
}

function Stages({ collector }: { collector: Collector }) {
  const { data, error, refetch } = useQuery(throughputQuery(collector.id));
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={8} />;
  const rows = data.components ?? [];
  return (
    <Section title="Through each stage">
      {data.as_of ? (
        <span className="quiet">
          As of <Ago at={data.as_of} />
          {data.interval_s ? `, over ${short(data.interval_s)} s` : ""}. Events are records, data points and
          spans.
        </span>
      ) : null}
      <Table
        label="Throughput"
        rows={rows}
        rowKey={({ entity, stage, signal }) => `${entity} ${stage} ${signal}`}
        empty={
          <Empty title="No numbers yet">
            {collector.status === "connected"
              ? "The collector pushes its own metrics; the first follow within a minute of a configuration."
              : "The collector is not connected, so nothing is known of its flow."}
          </Empty>
        }
        columns={[
          { id: "entity", head: "Entity", cell: ({ entity }) => <bdi>{beginning(entity)}</bdi>, width: 180 },
          { id: "stage", head: "Stage", cell: ({ stage }) => <bdi>{beginning(stage)}</bdi>, width: 140 },
          { id: "signal", head: "Signal", cell: ({ signal }) => signal ?? "" },
          {
            id: "in",
            head: "In",
            numeric: true,
            cell: ({ in_per_s }) => <Rate value={in_per_s} why={WHY} />,
          },
          {
            id: "out",
            head: "Out",
            numeric: true,
            cell: ({ out_per_s }) => <Rate value={out_per_s} why={WHY} />,
          },
          {
            id: "errors",
            head: "Refused, failed",
            numeric: true,
            cell: ({ errors_per_s }) => <Rate value={errors_per_s} why={WHY} />,
          },
          {
            id: "queue",
            head: "Queue",
            numeric: true,
            cell: ({ queue_size, queue_capacity }) =>
              typeof queue_size === "number" && typeof queue_capacity === "number" && queue_capacity > 0 ? (
                <span className="num">
                  {short(queue_size)} of {short(queue_capacity)} (
                  {percent((queue_size / queue_capacity) * 100)})
                </span>
              ) : (
                <Unknown why="Only destinations have a queue, and this stage has reported none." />
              ),
          },
        ]}
      />
    </Section>
  );
}

const WHY = "This stage counts no such number, or has not reported it yet.";
