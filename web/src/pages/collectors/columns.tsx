// The columns of the table. Cells are light on purpose: a screen full of them is drawn at every step of a scroll, so words
// of explanation are titles and not tooltips.
import type { Collector } from "../../api/collectors";
import { bytes, percent, rate, UNKNOWN } from "../../lib/numbers";
import { sentence } from "../../lib/text";
import { StateBadge } from "../../ui/badges";
import { Ago } from "../../ui/values";
import type { VirtualColumn } from "../../ui/virtual-table";
import classes from "./cells.module.css";

const LABELS_SHOWN = 2;
const TITLE_CHARS = 300;
const USUAL = ["name", "status", "sync", "health", "version", "labels", "in", "out", "cpu", "memory", "seen"];

export type FleetColumn = VirtualColumn<Collector> & {
  /** In the picker. */
  about: string;
};

/** All columns in their order. `onTerm` adds a comparison to the query, `onOpen` shows the collector of an id. */
export function allColumns(
  onTerm: (field: string, value: string) => void,
  onOpen: (collector: string) => void,
): FleetColumn[] {
  return [
    {
      id: "name",
      head: "Name",
      about: "Name",
      width: "minmax(150px, 1.6fr)",
      least: 150,
      sort: "name",
      cell: ({ id, name }, active) => (
        // The router's own link watches the address for each row; this one is as light as a row must be.
        <a
          href={`/collectors/${encodeURIComponent(id)}`}
          className={`clip ${classes.name}`}
          title={cut(name)}
          tabIndex={active ? 0 : -1}
          onClick={(event) => {
            // Another tab or window is the browser's own work.
            if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
            event.preventDefault();
            onOpen(id);
          }}
        >
          <bdi>{cut(name)}</bdi>
        </a>
      ),
    },
    column("status", "Status", 112, "status", ({ status, archived }) =>
      archived ? (
        <StateBadge state="unknown" label="Archived" />
      ) : (
        <StateBadge state={status} label={SHORT[status]} />
      ),
    ),
    column("sync", "Sync", 96, "sync", ({ sync, sync_reason, unsettled_reason }) => (
      <span title={cut(sync_reason ?? unsettled_reason ?? "")}>
        <StateBadge state={sync} />
      </span>
    )),
    column("health", "Health", 102, "health", ({ health, health_reason }) => (
      <span title={cut(health_reason ?? "")}>
        <StateBadge state={health} />
      </span>
    )),
    column("version", "Version", 128, "version", (collector) => <Version of={collector} />),
    column("mode", "Mode", 88, undefined, ({ mode }) => (mode === "opamp" ? "OpAMP" : "Alloy")),
    column("tier", "Tier", 96, undefined, ({ tier }) => sentence(tier)),
    {
      ...column("labels", "Labels", 170, undefined, ({ labels }, active) => (
        <Chips
          items={Object.entries(labels ?? {}).map(([key, value]) => ({
            text: `${key}=${value}`,
            onClick: () => onTerm(`label.${key}`, value),
          }))}
          active={active}
        />
      )),
      width: "minmax(170px, 1.4fr)",
    },
    {
      ...column("groups", "Groups", 150, undefined, ({ groups }, active) => (
        <Chips
          items={(groups ?? []).map((group) => ({ text: group, onClick: () => onTerm("group", group) }))}
          active={active}
        />
      )),
      width: "minmax(150px, 1fr)",
    },
    number("in", "In", 66, ({ in_per_s }) => rate(in_per_s), "rate", "Events received per second"),
    number("out", "Out", 66, ({ out_per_s }) => rate(out_per_s), undefined, "Events sent per second"),
    number(
      "cpu",
      "CPU",
      68,
      ({ cpu_percent }) => percent(cpu_percent),
      undefined,
      "CPU, percent of one core",
    ),
    number("memory", "Memory", 76, ({ memory_bytes }) => bytes(memory_bytes), undefined, "Memory"),
    {
      ...column("seen", "Last seen", 98, "last_seen_at", ({ last_seen_at }) => (
        <Ago at={last_seen_at} none={"never"} />
      )),
      downFirst: true,
    },
    column("host", "Host", 160, undefined, ({ host }) => (
      <span className="clip" title={cut(host ?? "")}>
        <bdi>{host ? cut(host) : UNKNOWN}</bdi>
      </span>
    )),
    column("id", "Id", 170, undefined, ({ id }) => <span className="clip mono">{id}</span>),
  ];
}

/** The columns that the address names, the name always; the usual ones when it names none. */
export function chosenColumns(all: readonly FleetColumn[], named: string | undefined): FleetColumn[] {
  const ids = named ? named.split(",") : USUAL;
  return all.filter(({ id }) => id === "name" || ids.includes(id));
}

/** How the address names a choice; nothing where it is the usual one. */
export function nameColumns(ids: readonly string[]): string | undefined {
  const usual = ids.length === USUAL.length && USUAL.every((id) => ids.includes(id));
  return usual ? undefined : ids.join(",");
}

const SHORT: Record<string, string | undefined> = { awaiting_connection: "Awaiting" };

function column(
  id: string,
  head: string,
  width: number,
  sort: string | undefined,
  cell: FleetColumn["cell"],
): FleetColumn {
  return { id, head, about: head, width: `${width}px`, least: width, cell, ...(sort ? { sort } : {}) };
}

function number(
  id: string,
  head: string,
  width: number,
  text: (row: Collector) => string,
  sort: string | undefined,
  about: string,
): FleetColumn {
  const cell = (row: Collector) => {
    const shown = text(row);
    if (shown !== UNKNOWN) return shown;
    return (
      <span className="quiet" title={whyUnknown(row)}>
        {UNKNOWN}
        <span className="only-read"> unknown</span>
      </span>
    );
  };
  return { ...column(id, head, width, sort, cell), about, numeric: true, downFirst: true };
}

function whyUnknown({ status }: Collector): string {
  if (status === "awaiting_connection") return "The host has not connected yet.";
  if (status === "disconnected") return "The collector is not connected, so its numbers are not known.";
  return "No numbers have come from the collector yet. They follow within a minute of a connection.";
}

function Version({ of: { runtime, version, outdated } }: { of: Collector }) {
  if (!version) return <span className="quiet">{UNKNOWN}</span>;
  const program = runtime === "alloy" ? "Alloy" : "otelcol";
  const title = `${program} ${cut(version)}${outdated ? ", behind the tested version" : ""}`;
  return (
    <>
      <span className="clip" title={title}>
        <span className="quiet">{program}</span> <bdi className="num">{cut(version)}</bdi>
      </span>
      {outdated ? (
        <span className={classes.behind} title={title}>
          <span aria-hidden>▲</span>
          <span className="only-read">behind the tested version</span>
        </span>
      ) : null}
    </>
  );
}

function Chips({
  items,
  active,
}: {
  items: ReadonlyArray<{ text: string; onClick: () => void }>;
  active: boolean;
}) {
  if (items.length === 0) return <span className="quiet">{UNKNOWN}</span>;
  const shown = items.slice(0, LABELS_SHOWN);
  const rest = items.slice(LABELS_SHOWN);
  return (
    <span className={classes.chips}>
      {shown.map(({ text, onClick }) => (
        <button
          key={text}
          type="button"
          className={`clip ${classes.chip}`}
          title={`Only ${cut(text)}`}
          tabIndex={active ? 0 : -1}
          onClick={onClick}
        >
          <bdi>{cut(text)}</bdi>
        </button>
      ))}
      {rest.length > 0 ? (
        <span className={classes.more} title={cut(rest.map(({ text }) => text).join("\n"))}>
          +{rest.length}
        </span>
      ) : null}
    </span>
  );
}

/** Texts of hosts and people may be very long; a cell shows some words of them. */
const cut = (text: string) => (text.length > TITLE_CHARS ? `${text.slice(0, TITLE_CHARS)}…` : text);
