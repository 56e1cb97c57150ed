// What was offered to a collector and what became of it, in the collector's own words.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { attemptsQuery, type Collector } from "../../api/collectors";
import { WENT_BACK, wentBack, whereToLook } from "../../lib/refusal";
import { beginning, middle, sentence } from "../../lib/text";
import { StateBadge, type Tone } from "../../ui/badges";
import { Empty, ErrorPanel, Skeleton } from "../../ui/page";
import { Table } from "../../ui/table";
import { Ago, Copied } from "../../ui/values";
import classes from "./page.module.css";
import { usePages } from "./paged";

const TONES: Readonly<Record<string, readonly [string, Tone]>> = {
  offered: ["pending", "off"],
  applying: ["pending", "warn"],
  applied: ["ok", "good"],
  failed: ["failed", "bad"],
  rolled_back: ["failed", "warn"],
};

export default function Attempts({ collector }: { collector: Collector }) {
  const pages = usePages();
  const { data, error, refetch } = useQuery(attemptsQuery(collector.id, pages.cursor));
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={6} />;
  return (
    <div className={classes.parts}>
      <Table
        label="Attempts"
        rows={data.items}
        rowKey={({ hash, offered_at }) => `${hash} ${offered_at}`}
        empty={
          <Empty title="Nothing was offered yet">
            A configuration is offered when one applies to the collector and it is connected.
          </Empty>
        }
        columns={[
          {
            id: "state",
            head: "State",
            cell: ({ state, late, inferred }) => {
              const [look, tone] = TONES[state] ?? ["unknown", "off"];
              const words = [late ? "late" : "", inferred ? "concluded" : ""].filter(Boolean).join(", ");
              return (
                <StateBadge
                  state={look}
                  tone={tone}
                  label={words ? `${sentence(state)} (${words})` : sentence(state)}
                />
              );
            },
          },
          { id: "offered", head: "Offered", cell: ({ offered_at }) => <Ago at={offered_at} />, width: 110 },
          { id: "changed", head: "Since", cell: ({ changed_at }) => <Ago at={changed_at} />, width: 110 },
          {
            id: "revision",
            head: "Revision",
            cell: ({ revision }) =>
              revision ? (
                <Link to="/history/$revision" params={{ revision }} className="mono">
                  {middle(revision, 11)}
                </Link>
              ) : (
                <span className="quiet">not known</span>
              ),
          },
          { id: "hash", head: "Hash", cell: ({ hash }) => <Copied text={hash} what="hash" /> },
          {
            id: "reason",
            head: "Why",
            width: 280,
            cell: (attempt) => {
              if (!attempt.reason) return null;
              const look = whereToLook(attempt.reason);
              return (
                <div className={classes.message}>
                  <bdi>{beginning(attempt.reason)}</bdi>
                  {look ? ` ${look}` : ""}
                  {isUndone(attempt, collector) ? ` ${WENT_BACK}` : ""}
                </div>
              );
            },
          },
        ]}
      />
      {pages.controls(data.next_cursor)}
    </div>
  );
}

/** Whether it runs the configuration before: the attempt says so, or it is the one that stands and the collector is well. */
const isUndone = ({ state, hash }: { state: string; hash: string }, collector: Collector): boolean =>
  state === "rolled_back" || (state === "failed" && collector.desired?.hash === hash && wentBack(collector));
