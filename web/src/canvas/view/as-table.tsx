// The same data as the picture, as tables: for those who do not see it, and for those who want to read it row by row.
import { useMemo } from "react";
import type { Match, Topology } from "../../api/topology";
import { plural } from "../../lib/numbers";
import { scopeWords } from "../../lib/text";
import { Empty, Section } from "../../ui/page";
import { type Column, Table } from "../../ui/table";
import { Rate } from "../../ui/values";
import { type Card, draw, type Wire } from "../model/drawing";
import { type CardLive, LiveStore, type WireLive } from "../model/live";
import { cardOverlay, rejectedPercent, wireOverlay } from "../model/overlay";
import { KIND_WORDS, stateLine } from "../model/say";
import classes from "./as-table.module.css";

interface CardRow {
  card: Card;
  live: CardLive;
}
interface WireRow {
  wire: Wire;
  live: WireLive;
  from: string;
  to: string;
}

const NOTHING: ReadonlySet<string> = new Set();
/** Where a column says nothing about what stands in the row. */
const NOT_HERE = (
  <span className="quiet">
    <span aria-hidden>–</span>
    <span className="only-read">does not apply</span>
  </span>
);
const MATCHES: Record<Match, string> = { in: "Takes all", out: "Takes nothing", "?": "By its filter" };
const UNCOUNTED = "The collectors that run this do not count it.";

/** `onSelect` is told the id of a card. */
export function TopologyTable({
  topology,
  find,
  onSelect,
}: {
  topology: Topology;
  find: string;
  onSelect: (id: string) => void;
}) {
  const { cards, wires } = useMemo(() => rowsOf(topology, find), [topology, find]);
  const columns = useMemo(() => cardColumns(onSelect), [onSelect]);
  return (
    <>
      <Section title={plural(cards.length, "element")}>
        <Table
          label="Elements with their numbers"
          columns={columns}
          rows={cards}
          rowKey={({ card }) => card.id}
          empty={<Empty title="Nothing here matches.">Take words out of the search to see more.</Empty>}
        />
      </Section>
      <Section title={plural(wires.length, "connection")}>
        <Table
          label="Connections with their numbers"
          columns={WIRE_COLUMNS}
          rows={wires}
          rowKey={({ wire }) => wire.id}
          empty={<Empty title="No connection here." />}
        />
      </Section>
    </>
  );
}

function rowsOf(topology: Topology, find: string): { cards: CardRow[]; wires: WireRow[] } {
  const drawing = draw(topology, NOTHING);
  const store = new LiveStore();
  store.update(drawing, topology);
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  const isMatch = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const names = new Map(drawing.cards.map((card) => [card.id, card.name]));
  return {
    cards: drawing.cards.flatMap((card) => {
      const live = store.card(card.id);
      return live && isMatch([card.name, card.type, card.scope, card.kind].join(" ")) ? [{ card, live }] : [];
    }),
    wires: drawing.wires.flatMap((wire) => {
      const live = store.wire(wire.id);
      const [from, to] = [names.get(wire.from) ?? "", names.get(wire.to) ?? ""];
      return live && wire.kind !== "runs" && isMatch(`${from} ${to}`) ? [{ wire, live, from, to }] : [];
    }),
  };
}

function cardColumns(onSelect: (id: string) => void): ReadonlyArray<Column<CardRow>> {
  const line = (direction: "in" | "out") => (row: CardRow) => {
    const { in_per_s, out_per_s } = row.live.numbers;
    const value = direction === "in" ? in_per_s : out_per_s;
    // What is not counted on this kind of element is not unknown.
    if (!cardOverlay(row.card, row.live).lines.some((each) => each.direction === direction)) return NOT_HERE;
    return <Rate value={value} why={cardOverlay(row.card, row.live).why ?? UNCOUNTED} />;
  };
  return [
    {
      id: "name",
      head: "Name",
      width: 180,
      cell: ({ card }) => (
        <button type="button" className={classes.name} onClick={() => onSelect(card.id)} title={card.name}>
          <bdi className="clip">{card.name}</bdi>
        </button>
      ),
    },
    { id: "kind", head: "Kind", cell: ({ card }) => KIND_WORDS[card.kind] },
    {
      id: "scope",
      head: "Scope",
      cell: ({ card }) => (card.scope ? <bdi>{scopeWords(card.scope)}</bdi> : NOT_HERE),
    },
    { id: "state", head: "State", width: 190, cell: ({ card, live }) => stateLine(card, live) },
    { id: "in", head: "In", numeric: true, cell: line("in") },
    { id: "out", head: "Out", numeric: true, cell: line("out") },
    {
      id: "errors",
      head: "Errors",
      numeric: true,
      cell: ({ card, live }) =>
        card.kind === "route" ? (
          NOT_HERE
        ) : (
          <Rate value={live.numbers.errors_per_s} why={cardOverlay(card, live).why ?? UNCOUNTED} />
        ),
    },
    {
      id: "queue",
      head: "Queue",
      numeric: true,
      cell: ({ card, live }) => {
        const queue = cardOverlay(card, live).queue;
        return queue && queue.fill !== null ? `${Math.round(queue.fill * 100)}%` : NOT_HERE;
      },
    },
    {
      id: "wrong",
      head: "What is wrong",
      cell: ({ card, live }) => <span className={classes.wrong}>{cardOverlay(card, live).flag ?? ""}</span>,
    },
  ];
}

const end = (id: "from" | "to", head: string): Column<WireRow> => ({
  id,
  head,
  width: 160,
  cell: (row) => (
    <bdi className={`clip ${classes.end}`} title={row[id]}>
      {row[id]}
    </bdi>
  ),
});

const flow = (id: string, head: string, of: (row: WireRow) => number | null): Column<WireRow> => ({
  id,
  head,
  numeric: true,
  cell: (row) => <Rate value={of(row)} why={wireOverlay(row.wire, row.live).why ?? "Not counted here."} />,
});

const WIRE_COLUMNS: ReadonlyArray<Column<WireRow>> = [
  end("from", "From"),
  end("to", "To"),
  { id: "badge", head: "Match", cell: ({ wire }) => (wire.badge ? MATCHES[wire.badge] : NOT_HERE) },
  flow("before", "Offered or sent", ({ wire, live: { numbers } }) =>
    wire.kind === "route" ? numbers.offered_per_s : (numbers.sent_per_s ?? numbers.offered_per_s),
  ),
  {
    id: "after",
    head: "Matched or received",
    numeric: true,
    cell: ({ wire, live }) =>
      wire.kind === "send" ? (
        NOT_HERE
      ) : (
        <Rate
          value={wire.kind === "route" ? live.numbers.matched_per_s : live.numbers.received_per_s}
          why={wireOverlay(wire, live).why ?? "Not counted here."}
        />
      ),
  },
  {
    id: "gap",
    head: "Rejected or lost",
    numeric: true,
    cell: ({ wire, live: { numbers } }) => {
      if (wire.kind === "link")
        return <Rate value={numbers.lost_per_s} why="Known when both ends report in full." />;
      const rejected = rejectedPercent(numbers.offered_per_s, numbers.matched_per_s);
      return rejected === null ? NOT_HERE : `${Math.round(rejected)}%`;
    },
  },
];
