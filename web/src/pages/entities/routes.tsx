// Routes over all scopes.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { EntityList } from "../../forms/entity-list";
import { compact, key, SIGNALS } from "./columns";

const COLUMNS = [
  key("sources", "Sources"),
  key("pipeline", "Pipeline", "straight through"),
  key("destinations", "Destinations"),
  SIGNALS,
];

export default function RoutesScreen() {
  const search = useSearch({ from: "/shell/routes" });
  const navigate = useNavigate({ from: "/routes" });
  return (
    <EntityList
      kind="routes"
      title="Routes"
      noun="route"
      about="Sources through a pipeline to destinations. Nothing runs without a route."
      empty="A route binds sources to destinations, with a pipeline between them if you like."
      command="linkmesh apply -f fleet/routes/app-to-loki.yaml"
      scoped={true}
      columns={COLUMNS}
      filters={search}
      setFilters={(next) => void navigate({ search: compact(next), replace: true })}
    />
  );
}
