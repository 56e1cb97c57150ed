// Newest first, older ones page after page: what attempts and events have in common.
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import classes from "./page.module.css";

/** Cursors of the pages that were passed; the last one is the page that is shown. */
export function usePages(): {
  cursor: string | undefined;
  controls: (next: string | null | undefined) => ReactNode;
} {
  const [passed, setPassed] = useState<readonly string[]>([]);
  return {
    cursor: passed.at(-1),
    controls: (next) =>
      next || passed.length > 0 ? (
        <div className={classes.more}>
          <Button
            size="xs"
            variant="default"
            disabled={passed.length === 0}
            onClick={() => setPassed(passed.slice(0, -1))}
          >
            Newer
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={!next}
            onClick={() => (next ? setPassed([...passed, next]) : undefined)}
          >
            Older
          </Button>
        </div>
      ) : null,
  };
}
