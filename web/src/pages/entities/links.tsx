// Links from collectors to collectors.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { EntityList } from "../../forms/entity-list";
import { compact, key, SIGNALS } from "./columns";

const COLUMNS = [key("from", "From"), key("to", "To"), key("endpoints", "Endpoints"), SIGNALS];

export default function LinksScreen() {
  const search = useSearch({ from: "/shell/links" });
  const navigate = useNavigate({ from: "/links" });
  return (
    <EntityList
      kind="links"
      title="Links"
      noun="link"
      about="Collectors that forward to collectors, with both ends made from one entity."
      empty="A link sends from collectors that a selector picks to those of a group, such as from the edge to gateways."
      command="linkmesh apply -f links/edge-to-gateway.yaml"
      scoped={false}
      columns={COLUMNS}
      filters={search}
      setFilters={(next) => void navigate({ search: compact(next), replace: true })}
    />
  );
}
