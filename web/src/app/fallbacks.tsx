// What stands where a screen cannot: an address that is none, a screen that failed.
import { Link } from "@tanstack/react-router";
import { Empty, ErrorPanel, Page } from "../ui/page";

export function Missing() {
  return (
    <Page title="There is nothing here">
      <Empty title="No screen has this address">
        Perhaps it was renamed or removed. <Link to="/">Go to the overview</Link>.
      </Empty>
    </Page>
  );
}

export function ScreenFailed({ error, reset }: { error: unknown; reset: () => void }) {
  // A part that is loaded when it is needed: gone after an upgrade of the server, or not reached.
  const part = error instanceof Error && /dynamically imported|module script|preload/i.test(error.message);
  return (
    <Page title={part ? "This screen could not be loaded" : "This screen failed"}>
      <ErrorPanel
        error={part ? new Error("A part of it did not arrive from the server.") : error}
        retry={part ? () => location.reload() : reset}
      >
        {part
          ? "Perhaps the server was upgraded while the page was open: trying again loads the page anew. Unsaved changes of the configuration are kept."
          : "Unsaved changes of the configuration are kept. If it fails again, reload the page."}
      </ErrorPanel>
    </Page>
  );
}
