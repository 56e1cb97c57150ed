// What stands where a screen cannot: an address that is none, a screen that failed.
import { Link } from "@tanstack/react-router";
import { Empty, ErrorPanel, Page } from "../ui/page";

export function Missing() {
  return (
    <Page title="There is nothing here">
      <Empty title="No screen has this address.">
        Perhaps it was renamed or removed. <Link to="/">Go to the overview</Link>.
      </Empty>
    </Page>
  );
}

export function ScreenFailed({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <Page title="This screen failed">
      <ErrorPanel error={error} retry={reset}>
        Nothing that you typed elsewhere is lost. If it fails again after a reload, the server was probably
        upgraded while the page was open.
      </ErrorPanel>
    </Page>
  );
}
