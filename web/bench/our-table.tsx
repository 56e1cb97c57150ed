// The product's table with as many rows as asked for, each row made when it is shown.
import { useCallback, useMemo, useState } from "react";
import { rate } from "../src/lib/numbers";
import { StateBadge } from "../src/ui/badges";
import { type VirtualColumn, VirtualTable } from "../src/ui/virtual-table";

interface Row {
  id: string;
  name: string;
  sync: string;
  health: string;
  labels: string;
  value: number;
}

const SYNCS = ["in_sync", "pending", "drifted", "failed"];
const HEALTHS = ["healthy", "degraded", "failed", "unknown"];

const COLUMNS: ReadonlyArray<VirtualColumn<Row>> = [
  {
    id: "name",
    head: "Name",
    width: "minmax(200px, 2fr)",
    least: 200,
    cell: (row) => <span className="clip">{row.name}</span>,
  },
  { id: "sync", head: "Sync", width: "120px", least: 120, cell: (row) => <StateBadge state={row.sync} /> },
  {
    id: "health",
    head: "Health",
    width: "120px",
    least: 120,
    cell: (row) => <StateBadge state={row.health} />,
  },
  {
    id: "labels",
    head: "Labels",
    width: "minmax(160px, 1fr)",
    least: 160,
    cell: (row) => <span className="clip">{row.labels}</span>,
  },
  { id: "rate", head: "Rate", width: "120px", least: 120, numeric: true, cell: (row) => rate(row.value) },
];

function rowAt(index: number): Row {
  return {
    id: String(index),
    name: `host-${String(index).padStart(6, "0")}.example`,
    sync: SYNCS[index % 7] ?? "in_sync",
    health: HEALTHS[index % 11] ?? "healthy",
    labels: `env=${index % 3 === 0 ? "prod" : "test"} zone=${index % 9}`,
    value: (index * 7919) % 5_000,
  };
}

export function OurTable({ size }: { size: number }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const made = useMemo(() => new Map<number, Row>(), []);
  const row = useCallback(
    (index: number) => {
      const known = made.get(index) ?? rowAt(index);
      if (made.size > 2_000) made.clear();
      made.set(index, known);
      return known;
    },
    [made],
  );
  return (
    <main style={{ padding: 16 }}>
      <VirtualTable
        label="Collectors"
        columns={COLUMNS}
        count={size}
        row={row}
        height="calc(100vh - 32px)"
        selecting={{
          has: (each) => chosen.has(each.id),
          toggle: (each) =>
            setChosen((before) => {
              const after = new Set(before);
              if (!after.delete(each.id)) after.add(each.id);
              return after;
            }),
          all: chosen.size > 0 ? "some" : false,
          toggleAll: () => setChosen(new Set()),
          name: (each) => each.name,
        }}
      />
    </main>
  );
}
