// The audit log: who did what to what, and how it ended.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { Schema } from "../../api/client";
import { auditQuery } from "../../api/events";
import { meQuery, whyNot } from "../../api/session";
import { beginning, middle } from "../../lib/text";
import { Chip, StateBadge } from "../../ui/badges";
import { More } from "../../ui/more";
import { Empty, ErrorPanel, Skeleton } from "../../ui/page";
import { Table } from "../../ui/table";
import { Ago } from "../../ui/values";
import classes from "./events.module.css";

type Entry = Schema<"AuditEntry">;

export function AuditLog() {
  const { actor, action, object } = useSearch({ from: "/shell/events" });
  const me = useQuery(meQuery);
  const why = whyNot(me.data, "audit:read");
  const pages = useInfiniteQuery({
    ...auditQuery({ actor, action, object }),
    enabled: me.data !== undefined && !why,
  });
  const navigate = useNavigate({ from: "/events" });
  const entries = pages.data?.pages.flatMap((page) => page.items as Entry[]) ?? [];
  if (me.data && why) return <Empty title="The audit log is not for your role">{why}</Empty>;
  return (
    <>
      {actor || action || object ? (
        <div className={classes.bar}>
          <span>
            Only {[actor, action, object].filter(Boolean).join(", ")}.{" "}
            <Link to="/events" search={{ view: "audit" }}>
              Show all
            </Link>
          </span>
        </div>
      ) : null}
      {pages.isPending ? <Skeleton /> : null}
      {pages.isError ? <ErrorPanel error={pages.error} retry={() => void pages.refetch()} /> : null}
      {pages.data ? (
        <>
          <Table
            label="Audit log"
            rows={entries}
            rowKey={(entry) => String(entry.seq)}
            empty={<Empty title="No entry matches" />}
            columns={[
              { id: "at", head: "When", width: 110, cell: ({ at }) => <Ago at={at} /> },
              {
                id: "actor",
                head: "Who",
                cell: (entry) => (
                  <Chip
                    text={entry.actor.name}
                    title={`Only ${entry.actor.name}`}
                    onClick={() =>
                      void navigate({ search: (before) => ({ ...before, actor: entry.actor.name }) })
                    }
                  />
                ),
              },
              {
                id: "action",
                head: "What",
                cell: (entry) => (
                  <Chip
                    text={entry.action}
                    title={`Only ${entry.action}`}
                    onClick={() =>
                      void navigate({ search: (before) => ({ ...before, action: entry.action }) })
                    }
                  />
                ),
              },
              {
                id: "object",
                head: "On",
                width: 160,
                cell: ({ object: on }) => (
                  <div className={classes.collector} title={on}>
                    <bdi>{beginning(on)}</bdi>
                  </div>
                ),
              },
              {
                id: "outcome",
                head: "Outcome",
                cell: ({ outcome }) => <StateBadge state={outcome} />,
              },
              {
                id: "reason",
                head: "Reason",
                width: 220,
                cell: ({ reason, revision }) => (
                  <div className={classes.message} title={reason ?? ""}>
                    {revision ? (
                      <Link to="/history/$revision" params={{ revision }} className="mono">
                        {middle(revision, 11)}
                      </Link>
                    ) : null}{" "}
                    <bdi>{beginning(reason)}</bdi>
                  </div>
                ),
              },
            ]}
          />
          <More pages={pages} shown={entries.length} total={pages.data.pages[0]?.total} />
        </>
      ) : null}
    </>
  );
}
