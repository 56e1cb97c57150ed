// The fleet's events: new ones appear on top by themselves; older ones page by page.
import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Pause, Play } from "lucide-react";
import { useEffect, useState } from "react";
import { eventsQuery } from "../../api/events";
import { type FleetEvent, onFleetEvent, recentEvents } from "../../api/live";
import { plural } from "../../lib/numbers";
import { beginning, sentence } from "../../lib/text";
import { Chip, StateBadge } from "../../ui/badges";
import { FilterLinks } from "../../ui/filter-links";
import { More } from "../../ui/more";
import { Empty, ErrorPanel, Skeleton } from "../../ui/page";
import { Said } from "../../ui/said";
import { Table } from "../../ui/table";
import { Ago } from "../../ui/values";
import classes from "./events.module.css";
import { merge } from "./merge";

/** Events that arrived since the page was opened and are kept for the list. */
const LIVE_MAX = 500;

export function EventLog() {
  const { collector, kind, severity } = useSearch({ from: "/shell/events" });
  const navigate = useNavigate({ from: "/events" });
  const pages = useInfiniteQuery(eventsQuery({ collector, kind, severity }));
  const live = useLive();
  const paged = pages.data?.pages.flatMap((page) => page.items as FleetEvent[]) ?? [];
  const shown = merge(live.events, paged, { collector, kind, severity });
  const filtered = Boolean(collector || kind || severity);

  return (
    <>
      <div className={classes.bar}>
        <FilterLinks
          label="Severity"
          field="severity"
          now={severity ?? ""}
          choices={[
            { value: "", label: "All" },
            { value: "error", label: "Errors" },
            { value: "warning", label: "Warnings" },
            { value: "info", label: "Information" },
          ]}
        />
        <Field
          name="Collector"
          value={collector}
          set={(value) => void navigate({ search: keep("collector", value) })}
        />
        <Field name="Kind" value={kind} set={(value) => void navigate({ search: keep("kind", value) })} />
        <Button
          variant="default"
          size="xs"
          leftSection={live.paused ? <Play size={13} aria-hidden /> : <Pause size={13} aria-hidden />}
          onClick={live.toggle}
        >
          {live.paused
            ? `Go on${live.waiting > 0 ? ` (${plural(live.waiting, "new event")})` : ""}`
            : "Pause"}
        </Button>
      </div>
      {pages.isPending ? <Skeleton /> : null}
      {pages.isError ? <ErrorPanel error={pages.error} retry={() => void pages.refetch()} /> : null}
      {pages.data ? (
        <>
          <Table
            label="Events"
            rows={shown}
            rowKey={(event) => event.id}
            empty={
              <Empty title={filtered ? "No event matches" : "Nothing has happened yet"}>
                {filtered ? (
                  <Link to="/events">Show all</Link>
                ) : (
                  "Events appear as soon as a collector joins or a change is saved."
                )}
              </Empty>
            }
            columns={[
              { id: "at", head: "When", width: 110, cell: ({ at }) => <Ago at={at} /> },
              {
                id: "severity",
                head: "Severity",
                cell: (event) => <StateBadge state={event.severity} />,
              },
              {
                id: "collector",
                head: "Collector",
                width: 100,
                cell: (event) =>
                  event.collector ? (
                    <Link
                      to="/collectors/$collector"
                      params={{ collector: event.collector }}
                      className={classes.collector}
                      title={event.collector}
                    >
                      <bdi>{beginning(event.collector)}</bdi>
                    </Link>
                  ) : (
                    <span className="quiet">the fleet</span>
                  ),
              },
              {
                id: "message",
                head: "What happened",
                width: 240,
                cell: ({ message }) => (
                  <div className={classes.message} title={message}>
                    <Said text={message} />
                  </div>
                ),
              },
              {
                id: "kind",
                head: "Kind",
                cell: (event) => (
                  <Chip
                    text={sentence(event.kind)}
                    title={`Only ${event.kind}`}
                    onClick={() => void navigate({ search: keep("kind", event.kind) })}
                  />
                ),
              },
            ]}
          />
          <More pages={pages} shown={shown.length} total={filtered ? null : pages.data.pages[0]?.total} />
        </>
      ) : null}
    </>
  );
}

const keep =
  (field: string, value: string) =>
  <Search extends object>(before: Search): Search => ({ ...before, [field]: value || undefined });

/** A filter that is taken with Enter or on leaving it. */
function Field({
  name,
  value,
  set,
}: {
  name: string;
  value: string | undefined;
  set: (value: string) => void;
}) {
  const [text, setText] = useState(value ?? "");
  useEffect(() => setText(value ?? ""), [value]);
  const take = () => {
    if (text.trim() !== (value ?? "")) set(text.trim());
  };
  return (
    <TextInput
      size="xs"
      className={classes.field ?? ""}
      aria-label={name}
      placeholder={name}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === "Enter") take();
      }}
    />
  );
}

function useLive() {
  const [events, setEvents] = useState<readonly FleetEvent[]>(() => [...recentEvents()]);
  const [held, setHeld] = useState<readonly FleetEvent[] | null>(null);
  const paused = held !== null;
  useEffect(() => {
    const add = (before: readonly FleetEvent[], event: FleetEvent) => [event, ...before].slice(0, LIVE_MAX);
    return onFleetEvent((event) => {
      if (paused) setHeld((before) => add(before ?? [], event));
      else setEvents((before) => add(before, event));
    });
  }, [paused]);
  const toggle = () => {
    if (held) setEvents((before) => [...held, ...before].slice(0, LIVE_MAX));
    setHeld(held ? null : []);
  };
  return { events, paused, waiting: held?.length ?? 0, toggle };
}
