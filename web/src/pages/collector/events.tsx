// What happened to a collector, newest first; new ones come by themselves.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Collector, collectorEventsQuery } from "../../api/collectors";
import { sentence } from "../../lib/text";
import { Chip, StateBadge } from "../../ui/badges";
import { Empty, ErrorPanel, Skeleton } from "../../ui/page";
import { Said } from "../../ui/said";
import { Table } from "../../ui/table";
import { Ago } from "../../ui/values";
import classes from "./page.module.css";
import { usePages } from "./paged";

export default function Events({ collector }: { collector: Collector }) {
  const pages = usePages();
  const { data, error, refetch } = useQuery(collectorEventsQuery(collector.id, pages.cursor));
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={8} />;
  return (
    <div className={classes.parts}>
      <Table
        label="Events"
        rows={data.items}
        rowKey={({ id }) => id}
        empty={<Empty title="Nothing has happened yet" />}
        columns={[
          { id: "at", head: "When", cell: ({ at }) => <Ago at={at} />, width: 110 },
          { id: "severity", head: "Severity", cell: ({ severity }) => <StateBadge state={severity} /> },
          {
            id: "message",
            head: "What happened",
            width: 320,
            cell: ({ message }) => (
              <div className={classes.message}>
                <Said text={message} />
              </div>
            ),
          },
          { id: "kind", head: "Kind", cell: ({ kind }) => <Chip text={sentence(kind)} />, width: 160 },
        ]}
      />
      <div className={classes.configHead}>
        {pages.controls(data.next_cursor)}
        <Link to="/events">Events of the whole fleet</Link>
      </div>
    </div>
  );
}
