// Destinations over all scopes.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { EntityList } from "../../forms/entity-list";
import { compact, key, TYPE } from "./columns";

const COLUMNS = [TYPE, key("endpoint", "Endpoint")];

export default function DestinationsScreen() {
  const search = useSearch({ from: "/shell/destinations" });
  const navigate = useNavigate({ from: "/destinations" });
  return (
    <EntityList
      kind="destinations"
      title="Destinations"
      noun="destination"
      about="Where telemetry ends: backends, files, other stores."
      empty="A destination is configured once and used by any route."
      command="linkmesh apply -f fleet/destinations/loki.yaml"
      scoped={true}
      columns={COLUMNS}
      filters={search}
      setFilters={(next) => void navigate({ search: compact(next), replace: true })}
    />
  );
}
