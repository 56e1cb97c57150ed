// What happened in the fleet, live and page by page back; and, as the other view, who did what (the audit log).
import { useSearch } from "@tanstack/react-router";
import { commandLine, withQuery } from "../../lib/text";
import { FilterLinks } from "../../ui/filter-links";
import { Page } from "../../ui/page";
import "../../ui/styles";
import { CopyAs } from "../../ui/copy-as";
import { AuditLog } from "./audit";
import { EventLog } from "./events";

export default function Screen() {
  const { view = "", ...search } = useSearch({ from: "/shell/events" });
  const { collector, kind, severity, actor, action, object } = search;
  const audit = view === "audit";
  return (
    <Page
      title="Events"
      about={
        audit
          ? "Who asked the server for what, also what was refused. Each entry is chained to the one before."
          : "What happened in the fleet, as it happens."
      }
      actions={
        audit ? (
          <CopyAs
            cli={commandLine("linkmesh audit", options({ actor, action, object }))}
            path={withQuery("audit", { actor, action, object })}
          />
        ) : (
          <CopyAs
            cli={commandLine("linkmesh events --follow", options({ collector, kind, severity }))}
            path={withQuery("events", { collector, kind, severity })}
          />
        )
      }
    >
      <FilterLinks
        label="View"
        field="view"
        now={view}
        choices={[
          { value: "", label: "Fleet" },
          { value: "audit", label: "Audit log" },
        ]}
      />
      {audit ? <AuditLog /> : <EventLog />}
    </Page>
  );
}

const options = (filters: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(filters).map(([name, value]) => [`--${name}`, value]));
