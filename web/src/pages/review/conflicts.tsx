// Two people on one file: both texts beside each other, and three ways on. Nothing is overwritten unseen.
import { Button } from "@mantine/core";
import { useState } from "react";
import type { StoredEntity } from "../../api/entities";
import type { DraftEntry } from "../../draft/history";
import { dropDraft, putDraft } from "../../draft/store";
import { read } from "../../forms/model/document";
import { Diff } from "../../ui/diff";
import { CodeEditor } from "../../ui/editor";
import { Section } from "../../ui/page";
import classes from "./page.module.css";

export function Conflicts({
  entries,
  all,
  stored,
}: {
  entries: readonly DraftEntry[];
  all: readonly DraftEntry[];
  /** In the order of `all`. */
  stored: ReadonlyArray<StoredEntity | null>;
}) {
  return (
    <Section title="Conflicts">
      <p className={classes.note}>
        These files were changed by somebody else since you began. Choose for each what is to be saved.
      </p>
      {entries.map((entry) => (
        <Conflict key={entry.path} entry={entry} theirs={stored[all.indexOf(entry)] ?? null} />
      ))}
    </Section>
  );
}

function Conflict({ entry, theirs }: { entry: DraftEntry; theirs: StoredEntity | null }) {
  const [merged, setMerged] = useState<string | null>(null);
  const keep = (text: string | null) =>
    putDraft({
      path: entry.path,
      text,
      before: theirs?.text ?? null,
      etag: theirs?.etag ?? null,
      base: null,
    });
  const broken = merged === null ? null : read(merged);
  return (
    <div className={classes.conflict}>
      <Diff
        path={`Conflict in ${entry.path}`}
        reason={reasonOf(entry, theirs)}
        before={theirs?.text ?? ""}
        after={entry.text ?? ""}
        beforeLabel="Saved now"
        afterLabel="Yours"
      />
      <div className={classes.choices}>
        <Button size="xs" variant="default" onClick={() => keep(entry.text)}>
          Keep mine
        </Button>
        <Button size="xs" variant="default" onClick={() => dropDraft([entry.path])}>
          Take theirs
        </Button>
        {entry.text !== null ? (
          <Button size="xs" variant="default" onClick={() => setMerged(merged === null ? entry.text : null)}>
            {merged === null ? "Edit both into one" : "Close the editor"}
          </Button>
        ) : null}
      </div>
      {merged === null ? null : (
        <>
          {theirs && entry.before !== null ? (
            <Diff
              path="What the other person changed"
              before={entry.before}
              after={theirs.text}
              beforeLabel="When you began"
              afterLabel="Saved now"
            />
          ) : null}
          <CodeEditor
            value={merged}
            onChange={setMerged}
            label={`Merged text of ${entry.path}`}
            language="yaml"
          />
          <div className={classes.choices}>
            <Button size="xs" disabled={broken?.ok === false} onClick={() => keep(merged)}>
              Use this text
            </Button>
            {broken?.ok === false ? (
              <span className={classes.fault}>
                Line {broken.line}: {broken.message}
              </span>
            ) : null}
          </div>
        </>
      )}
    </div>
  );
}

function reasonOf(entry: DraftEntry, theirs: StoredEntity | null): string {
  if (!theirs) return "Somebody removed it. Keeping yours creates it again.";
  if (entry.before === null) return "Somebody created one under the same id.";
  if (entry.text === null) return "You remove it; somebody changed it.";
  return "Both of you changed it.";
}
