// Says that there are unsaved changes, wherever somebody is: review them, or throw them away.
import { Button } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { plural } from "../lib/numbers";
import classes from "./bar.module.css";
import { draftNow, watchDraft } from "./store";

export function DraftBar() {
  const count = Object.keys(useSyncExternalStore(watchDraft, draftNow)).length;
  const { pathname } = useLocation();
  // The review says the same, and more.
  if (count === 0 || pathname === "/review") return null;
  return (
    <div className={classes.bar} role="status">
      <span>{plural(count, "unsaved change")}. Nothing is delivered before you save.</span>
      <Button component={Link} to="/review" size="xs">
        Review and save
      </Button>
    </div>
  );
}
