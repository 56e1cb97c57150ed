// The changes of the draft, file by file: what was and what is to be, with the way back.

import { Button } from "@mantine/core";
import { Pencil, Undo2 } from "lucide-react";
import type { DraftEntry } from "../../draft/history";
import { dropDraft } from "../../draft/store";
import { EntityLink } from "../../forms/entity-link";
import type { PlacedError } from "../../forms/model/errors";
import { plural } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { StateBadge } from "../../ui/badges";
import { Diff } from "../../ui/diff";
import classes from "./page.module.css";

const OPEN_MAX = 6;

export function FileChanges({
  entries,
  errors,
}: {
  entries: readonly DraftEntry[];
  errors: readonly PlacedError[];
}) {
  return (
    <div className={classes.files}>
      {entries.map((entry, index) => {
        const faults = errors.filter(({ file }) => file === entry.path).length;
        return (
          <details key={entry.path} className={classes.fold} open={index < OPEN_MAX}>
            <summary>
              <span className="mono">
                <bdi>{beginning(entry.path)}</bdi>
              </span>
              <Kind entry={entry} />
              {faults > 0 ? <StateBadge state="failed" label={plural(faults, "error")} /> : null}
            </summary>
            <div className={classes.fileActions}>
              {entry.text === null ? null : (
                <EntityLink path={entry.path} className={classes.edit}>
                  <Pencil size={13} aria-hidden /> Edit
                </EntityLink>
              )}
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                leftSection={<Undo2 size={13} aria-hidden />}
                onClick={() => dropDraft([entry.path])}
              >
                Discard<span className="only-read"> the change of {entry.path}</span>
              </Button>
            </div>
            <Diff
              path={entry.path}
              before={entry.before ?? ""}
              after={hidden(entry.text ?? "")}
              beforeLabel="Saved"
              afterLabel="Draft"
            />
          </details>
        );
      })}
    </div>
  );
}

function Kind({ entry }: { entry: DraftEntry }) {
  if (entry.text === null) return <StateBadge state="revoked" label="Removed" />;
  if (entry.before === null) return <StateBadge state="pending" label="New" tone="good" />;
  return <StateBadge state="pending" label="Changed" />;
}

/** A stand-in of a typed credential says what it is. */
const hidden = (text: string): string => text.replaceAll(/typed-here:\w+/g, "(new value, sealed when saved)");
