// Says when the page no longer hears from the server: what is shown is as of then.
import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { lineNow, watchLine } from "../api/live";
import { serverTime } from "../lib/clock";
import classes from "./line-banner.module.css";
import { Ago } from "./values";

export function LineBanner() {
  const line = useSyncExternalStore(watchLine, lineNow);
  if (line.state !== "lost") return null;
  return (
    <div className={classes.banner} role="status">
      <WifiOff size={15} aria-hidden />
      <span>
        No live updates since <Ago at={new Date(serverTime(line.since)).toISOString()} />. What you see may be
        older; telemetry is not affected. Connecting again…
      </span>
    </div>
  );
}
