// Sources over all scopes.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { EntityList } from "../../forms/entity-list";
import { compact, TYPE } from "./columns";

const COLUMNS = [TYPE];

export default function SourcesScreen() {
  const search = useSearch({ from: "/shell/sources" });
  const navigate = useNavigate({ from: "/sources" });
  return (
    <EntityList
      kind="sources"
      title="Sources"
      noun="source"
      about="What collectors take in. A source runs where a route takes something from it."
      empty="A source is an activated receiver: OTLP from applications, log files, metrics of the host."
      command="linkmesh apply -f fleet/sources/app-otlp.yaml"
      scoped={true}
      columns={COLUMNS}
      filters={search}
      setFilters={(next) => void navigate({ search: compact(next), replace: true })}
    />
  );
}
