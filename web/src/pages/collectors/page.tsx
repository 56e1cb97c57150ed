// The fleet table: query, quick filters, selection, and as many rows as there are. All that is shown stands in the address.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { Problem } from "../../api/client";
import {
  type Collector,
  type CollectorFilter,
  collectorsKey,
  collectorsPath,
  facetsQuery,
  readCollectors,
} from "../../api/collectors";
import { plural } from "../../lib/numbers";
import { addTerm } from "../../lib/query";
import type { Vocabulary } from "../../lib/query-complete";
import { shellWord } from "../../lib/text";
import { CopyAs } from "../../ui/copy-as";
import { useKeysetRows } from "../../ui/keyset-rows";
import { Empty, ErrorPanel, Page, Skeleton } from "../../ui/page";
import { QueryBar } from "../../ui/query-bar";
import "../../ui/styles";
import { Ago } from "../../ui/values";
import type { Selecting } from "../../ui/virtual-table";
import { BulkBar } from "./bulk-bar";
import { ColumnPicker } from "./column-picker";
import { allColumns, chosenColumns } from "./columns";
import { ExportButton } from "./export-button";
import classes from "./page.module.css";
import { QuickFilters } from "./quick-filters";
import { FleetRows } from "./rows";
import type { CollectorsSearch } from "./search";
import { howMany, isSelected, NOTHING, type Selection, setMany, target, toggle } from "./selection";

export default function Screen() {
  const search: CollectorsSearch = useSearch({ from: "/shell/collectors" });
  const navigate = useNavigate({ from: "/collectors" });
  const change = useCallback(
    (next: Partial<CollectorsSearch> | ((now: CollectorsSearch) => Partial<CollectorsSearch>)) =>
      void navigate({
        search: (now: CollectorsSearch) => {
          const merged = { ...now, ...(typeof next === "function" ? next(now) : next) };
          return Object.fromEntries(Object.entries(merged).filter(([, value]) => value)) as CollectorsSearch;
        },
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const filter = useMemo<CollectorFilter>(
    () => ({
      q: search.q,
      outdated: search.outdated === "true",
      archived: search.archived === "true" || search.archived === "all" ? search.archived : undefined,
    }),
    [search.q, search.outdated, search.archived],
  );
  const facets = useQuery(facetsQuery(search.q));
  const fleet = useQuery(facetsQuery(undefined));
  const known = useMemo<Vocabulary>(() => vocabulary(fleet.data), [fleet.data]);
  return (
    <Page
      title="Collectors"
      about={<Counted total={fleet.data?.total} asOf={facets.data?.as_of} />}
      actions={
        <>
          <ExportButton filter={filter} sort={search.sort} />
          <CopyAs cli={command(search)} path={collectorsPath(filter, search.sort)} />
          <Button component={Link} to="/add" leftSection={<Plus size={14} aria-hidden />}>
            Add collector
          </Button>
        </>
      }
    >
      <Fleet search={search} filter={filter} facets={facets.data} known={known} change={change} />
    </Page>
  );
}

function Counted({ total, asOf }: { total: number | undefined; asOf: string | undefined }) {
  if (total === undefined || !asOf) return <>All hosts that run a collector under LinkMesh</>;
  return (
    <>
      {plural(total, "collector")}, as of <Ago at={asOf} />
    </>
  );
}

function Fleet({
  search,
  filter,
  facets,
  known,
  change,
}: {
  search: CollectorsSearch;
  filter: CollectorFilter;
  facets: Parameters<typeof QuickFilters>[0]["facets"];
  known: Vocabulary;
  change: (next: Partial<CollectorsSearch> | ((now: CollectorsSearch) => Partial<CollectorsSearch>)) => void;
}) {
  const sort = search.sort;
  const key = collectorsKey(filter, sort ?? "");
  const rows = useKeysetRows<Collector>({
    key,
    read: (cursor, limit, signal) => readCollectors(filter, { sort, cursor, limit, signal }),
  });
  const onTerm = useCallback(
    (field: string, value: string) => change((now) => ({ q: addTerm(now.q ?? "", field, value) })),
    [change],
  );
  const open = useNavigate();
  const onOpen = useCallback(
    (collector: string) => void open({ to: "/collectors/$collector", params: { collector } }),
    [open],
  );
  const all = useMemo(() => allColumns(onTerm, onOpen), [onTerm, onOpen]);
  const columns = useMemo(() => chosenColumns(all, search.columns), [all, search.columns]);
  const listName = JSON.stringify(key);
  const { selection, setSelection, selecting } = useSelecting(JSON.stringify(filter), rows.here);
  const total = rows.count ?? 0;
  const selected = howMany(selection, total);
  const fault = faultOf(rows.error);
  return (
    <div className={classes.table}>
      <div className={classes.tools}>
        <QueryBar
          label="Query over collectors"
          value={search.q ?? ""}
          onChange={(q) => change({ q })}
          known={known}
          fault={fault}
        />
        <ColumnPicker all={all} shown={columns} onChange={(columns) => change({ columns: columns ?? "" })} />
      </div>
      <QuickFilters search={search} facets={facets} onChange={change} />
      {selected > 0 ? (
        <BulkBar
          selected={selected}
          total={total}
          all={selection.kind === "all"}
          target={() => target(selection, filter, facets)}
          facets={facets}
          onAll={() => setSelection({ kind: "all", except: new Set() })}
          onClear={() => setSelection(NOTHING)}
        />
      ) : null}
      {rows.error && !fault ? <ErrorPanel error={rows.error} retry={rows.retry} /> : null}
      {rows.count === null ? (
        fault ? (
          <Empty title="This query cannot be read">Mend it above; the mark shows where.</Empty>
        ) : rows.error ? null : (
          <Skeleton lines={12} height={24} />
        )
      ) : total === 0 && !rows.stale ? (
        <Nobody search={search} onClear={() => change({ q: "", outdated: "", archived: "" })} />
      ) : (
        <FleetRows
          rows={rows}
          columns={columns}
          onOpen={onOpen}
          selecting={selecting}
          above={selected > 0 ? 298 : 238}
          sort={sort}
          onSort={(next) => change({ sort: next })}
          faulty={fault !== null}
          list={listName}
        />
      )}
    </div>
  );
}

/** The selection, which ends when another list is looked at, and how the table sees it. */
function useSelecting(list: string, here: () => Collector[]) {
  const [kept, setKept] = useState<{ list: string; selection: Selection }>({ list, selection: NOTHING });
  const selection = kept.list === list ? kept.selection : NOTHING;
  const setSelection = useCallback((selection: Selection) => setKept({ list, selection }), [list]);
  const now = useRef({ selection, here, anchor: -1 });
  now.current.selection = selection;
  now.current.here = here;
  const flip = useCallback(
    ({ id }: Collector, index: number, range: boolean) => {
      const { selection, here, anchor } = now.current;
      now.current.anchor = index;
      if (!range || anchor < 0) return setSelection(toggle(selection, id));
      const ids = here().map((row) => row.id);
      const at = ids.indexOf(id);
      const from = Math.max(0, at - Math.abs(index - anchor));
      const [low, high] = index > anchor ? [from, at] : [at, at + Math.abs(index - anchor)];
      setSelection(setMany(selection, ids.slice(low, high + 1), true));
    },
    [setSelection],
  );
  const selecting = useMemo<Selecting<Collector>>(() => {
    const loaded = here();
    const on = loaded.filter(({ id }) => isSelected(selection, id)).length;
    return {
      has: ({ id }) => isSelected(selection, id),
      toggle: flip,
      all: on > 0 && on === loaded.length ? true : on > 0 || howMany(selection, 1) > 0 ? "some" : false,
      toggleAll: () =>
        setSelection(
          selection.kind === "all" || on === loaded.length
            ? NOTHING
            : setMany(
                selection,
                loaded.map(({ id }) => id),
                true,
              ),
        ),
      name: ({ name }) => name.slice(0, 100),
    };
  }, [selection, here, flip, setSelection]);
  return { selection, setSelection, selecting };
}

function Nobody({ search, onClear }: { search: CollectorsSearch; onClear: () => void }) {
  if (search.archived === "true" && !search.q && !search.outdated)
    return (
      <Empty title="The archive is empty">
        Collectors that stay away can be archived here or by the age that their group sets.
      </Empty>
    );
  if (search.q || search.outdated || search.archived)
    return (
      <Empty title="No collector matches">
        <div>
          Words look in names, hosts and labels; comparisons name a field: label.env=prod, sync=drifted.
        </div>
        <Button mt="xs" variant="default" size="xs" onClick={onClear}>
          Show all collectors
        </Button>
      </Empty>
    );
  return (
    <Empty title="No collectors yet" command="linkmesh token create">
      <div>Make a token and run one line on a host; it appears here within half a minute.</div>
      <Button component={Link} to="/add" size="xs" mt="xs" variant="default">
        Add collector
      </Button>
    </Empty>
  );
}

/** The server's words about the query, if that is what is wrong. */
function faultOf(error: unknown): string | null {
  if (!(error instanceof Problem) || (error.status !== 400 && error.status !== 422)) return null;
  return error.errors.find(({ path }) => path === "q")?.message ?? null;
}

function vocabulary(fleet: Parameters<typeof QuickFilters>[0]["facets"]): Vocabulary {
  const counts = (field: Record<string, number> | undefined, words: readonly string[] = []) => {
    const all = new Set([...words, ...Object.keys(field ?? {})]);
    return [...all].map((value) => ({ value, ...(field ? { count: field[value] ?? 0 } : {}) }));
  };
  return {
    values: {
      status: counts(fleet?.status, ["connected", "disconnected", "awaiting_connection"]),
      sync: counts(fleet?.sync, ["in_sync", "pending", "drifted", "failed", "held", "unknown"]),
      health: counts(fleet?.health, ["healthy", "degraded", "failed", "unknown"]),
      mode: counts(fleet?.mode, ["opamp", "alloy-remotecfg"]),
      runtime: counts(fleet?.runtime, ["otelcol", "alloy"]),
      tier: counts(undefined, ["standards", "managed"]),
      version: (fleet?.version ?? []).flatMap(({ version, count }) =>
        version ? [{ value: version, count }] : [],
      ),
      group: counts(fleet?.groups),
    },
    labels: fleet?.labels ?? [],
  };
}

/** The same list on the command line. */
function command({ q, archived }: CollectorsSearch): string {
  const query = q ? ` -q ${shellWord(q)}` : "";
  return `linkmesh get collectors${query}${archived ? " --archived" : ""}`;
}
