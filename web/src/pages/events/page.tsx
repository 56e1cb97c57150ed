// What happened in the fleet, live and page by page back; and, as the other view, who did what (the audit log).
import { useSearch } from "@tanstack/react-router";
import { FilterLinks } from "../../ui/filter-links";
import { Page } from "../../ui/page";
import "../../ui/styles";
import { CopyAs } from "../../ui/copy-as";
import { AuditLog } from "./audit";
import { EventLog } from "./events";

export default function Screen() {
  const { view = "" } = useSearch({ from: "/shell/events" });
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
          <CopyAs cli="linkmesh audit" path="audit" />
        ) : (
          <CopyAs cli="linkmesh events --follow" path="events" />
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
