// Pipelines: reusable recipes of steps.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { EntityList } from "../../forms/entity-list";
import { isRecord } from "../../forms/model/path";
import type { EntityRow } from "../../forms/model/rows";
import { beginning } from "../../lib/text";
import type { Column } from "../../ui/table";

const COLUMNS: ReadonlyArray<Column<EntityRow>> = [
  {
    id: "signals",
    head: "Signals",
    cell: ({ value }) => (Array.isArray(value.signals) ? value.signals.join(", ") : ""),
  },
  { id: "steps", head: "Steps", width: 260, cell: ({ value }) => <Steps steps={value.steps} /> },
];

export default function PipelinesScreen() {
  const search = useSearch({ from: "/shell/pipelines" });
  const navigate = useNavigate({ from: "/pipelines" });
  return (
    <EntityList
      kind="pipelines"
      title="Pipelines"
      noun="pipeline"
      about="What happens to records between sources and destinations."
      empty="A pipeline is a chain of steps: filter, mask, sample. Routes use it, as many as you like."
      command="linkmesh apply -f pipelines/clean-logs.yaml"
      scoped={false}
      columns={COLUMNS}
      filters={search}
      setFilters={({ q }) => void navigate({ search: q ? { q } : {}, replace: true })}
    />
  );
}

function Steps({ steps }: { steps: unknown }) {
  const types = Array.isArray(steps)
    ? steps.map((step) => (isRecord(step) ? String(step.type ?? "?") : "?"))
    : [];
  if (types.length === 0) return <span className="quiet">none</span>;
  return (
    <div className="clip" style={{ maxWidth: 420 }} title={types.join(" → ")}>
      <bdi>{beginning(types.join(" → "))}</bdi>
    </div>
  );
}
