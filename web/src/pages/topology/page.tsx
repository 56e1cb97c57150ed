// The topology: the canvas or its table, with what is looked at in the address.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo } from "react";
import { type Signal, type Topology, topologyQuery } from "../../api/topology";
import type { Card } from "../../canvas/model/drawing";
import { CardLinks, placeOf } from "../../canvas/view/card-links";
import { Notes } from "../../canvas/view/notes";
import { plural } from "../../lib/numbers";
import { CopyAs } from "../../ui/copy-as";
import { Empty, ErrorPanel, Page, Skeleton } from "../../ui/page";
import "../../ui/styles";
import { Ago } from "../../ui/values";
import { Crumbs } from "./crumbs";
import classes from "./page.module.css";
import { openFrom, openTo, type TopologySearch, viewOf } from "./search";
import { Toolbar } from "./toolbar";

const Canvas = lazy(() => import("../../canvas/view/canvas").then(({ Canvas: it }) => ({ default: it })));
const TopologyTable = lazy(() =>
  import("../../canvas/view/as-table").then(({ TopologyTable: it }) => ({ default: it })),
);

const route = getRouteApi("/shell/topology");
const SIGNALS: readonly string[] = ["logs", "metrics", "traces"];

export default function Screen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const question = useMemo(() => questionOf(search), [search]);
  const answer = useQuery(topologyQuery(question));
  const change = useCallback(
    (part: { [Key in keyof TopologySearch]?: string | undefined }, replace = true) =>
      void navigate({
        search: (before) =>
          Object.fromEntries(
            Object.entries({ ...before, ...part }).filter(([, value]) => value !== undefined),
          ) as TopologySearch,
        replace,
        resetScroll: false,
      }),
    [navigate],
  );
  const topology = answer.data;
  return (
    <Page
      title="Topology"
      about={topology ? <About topology={topology} /> : "What runs where, with its numbers of now."}
      actions={<CopyAs path={pathOf(question)} />}
    >
      <Crumbs search={search} topology={topology} />
      <Toolbar search={search} change={change} />
      {topology ? <Notes notes={notesOf(topology)} /> : null}
      {answer.isError && !topology ? (
        <ErrorPanel error={answer.error} retry={() => void answer.refetch()} />
      ) : !topology ? (
        <Skeleton lines={9} height={38} />
      ) : topology.nodes.length === 0 ? (
        <Nothing isFleet={question.level === "fleet"} />
      ) : (
        <Suspense fallback={<Skeleton lines={9} height={38} />}>
          <Picture topology={topology} search={search} change={change} />
        </Suspense>
      )}
    </Page>
  );
}

type Change = (part: { [Key in keyof TopologySearch]?: string | undefined }, replace?: boolean) => void;

function Picture({
  topology,
  search,
  change,
}: {
  topology: Topology;
  search: TopologySearch;
  change: Change;
}) {
  const open = useMemo(() => openFrom(search.open), [search.open]);
  const onSelect = useCallback((id: string | null) => change({ select: id ?? undefined }), [change]);
  const onToggle = useCallback(
    (id: string) => {
      const next = new Set(open);
      if (!next.delete(id)) next.add(id);
      change({ open: openTo(next) });
    },
    [open, change],
  );
  const actions = useCallback(
    (card: Card) => <CardLinks card={card} at={{ signal: search.signal }} />,
    [search.signal],
  );
  if (viewOf(search) === "table")
    return (
      <TopologyTable
        topology={topology}
        find={search.q ?? ""}
        onSelect={(id) => change({ select: id, view: "canvas" }, false)}
      />
    );
  return (
    <div className={classes.canvas}>
      <Canvas
        topology={topology}
        label="Topology"
        view={[topology.level, topology.id ?? "", search.by ?? ""].join("/")}
        overlay={search.overlay !== "off"}
        selected={search.select ?? null}
        onSelect={onSelect}
        open={open}
        onToggle={onToggle}
        find={search.q ?? ""}
        actions={actions}
        onEnter={(card) => {
          const place = placeOf(card);
          if (!place) return;
          const from =
            place.level === "collector" && search.level === "group" && !search.by ? search.id : undefined;
          change(
            { level: place.level, id: place.id, by: place.by, from, select: undefined, open: undefined },
            false,
          );
        }}
      />
    </div>
  );
}

function About({ topology }: { topology: Topology }) {
  const { total, connected, reporting } = topology.collectors;
  return (
    <>
      {plural(total, "collector")}, {connected.toLocaleString("en-US")} connected,{" "}
      {reporting.toLocaleString("en-US")} with numbers. As of <Ago at={topology.as_of} />.
    </>
  );
}

function Nothing({ isFleet }: { isFleet: boolean }) {
  return isFleet ? (
    <Empty title="No collector runs anything yet" command="linkmesh token create --ttl 15m">
      Add a collector, and give it a source, a route and a destination. They appear here as soon as it takes
      them.
    </Empty>
  ) : (
    <Empty title="Nothing runs here yet">
      Give these collectors a source, a route and a destination; they appear here as soon as a collector takes
      them.
    </Empty>
  );
}

function questionOf({ level, id, signal, by }: TopologySearch) {
  const known = level === "group" || level === "collector" ? level : "fleet";
  return {
    level: known,
    id: known === "fleet" ? undefined : id,
    by: known === "collector" ? undefined : by,
    signal: signal && SIGNALS.includes(signal) ? (signal as Signal) : undefined,
  } as const;
}

function pathOf(question: ReturnType<typeof questionOf>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(question)) if (value) query.set(key, value);
  return `topology?${query}`;
}

function notesOf(topology: Topology): readonly string[] {
  return topology.truncated
    ? [
        ...topology.notes,
        "Not everything is drawn: what fewer collectors run stands together on one card of each kind",
      ]
    : topology.notes;
}
