// The way back to an old state: what would change if it were brought back now, which files of it, and then a new commit.
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { differenceQuery, restore } from "../../api/history";
import { plural } from "../../lib/numbers";
import { Dialog } from "../../ui/dialog";
import { Patch } from "../../ui/diff";
import { Empty, ErrorPanel, Skeleton } from "../../ui/page";
import { Classes } from "./classes";
import classes from "./history.module.css";

const BACK = { added: "comes back", modified: "goes back", deleted: "is removed" } as const;

export function Restore({
  revision,
  subject,
  onClose,
}: {
  revision: string;
  subject: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const plan = useQuery(differenceQuery("HEAD", revision));
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set());
  const [note, setNote] = useState("");
  // A restore leaves the registry alone: collectors are neither enrolled nor removed by it.
  const files = (plan.data?.files ?? []).filter(({ path }) => !path.startsWith("registry/"));
  const chosen = files.filter(({ path }) => !without.has(path)).map(({ path }) => path);
  const back = useMutation({
    mutationFn: () =>
      restore({
        revision,
        message: note.trim() || null,
        // Always by name: what somebody saved since this was opened is not taken back unseen.
        paths: chosen,
      }),
    onSuccess: async (done) => {
      await queries.invalidateQueries();
      onClose();
      await navigate({ to: "/history/$revision", params: { revision: done.revision } });
    },
  });
  const toggle = (path: string) =>
    setWithout((before) => {
      const after = new Set(before);
      if (!after.delete(path)) after.add(path);
      return after;
    });
  return (
    <Dialog title={`Restore “${subject}”`} open onClose={onClose} side>
      <p className={classes.text}>
        Brings the configuration back to what it was in this revision, as a new commit. Nothing is lost: the
        commits since then stay in the history.
      </p>
      {plan.isPending ? <Skeleton lines={5} /> : null}
      {plan.isError ? <ErrorPanel error={plan.error} retry={() => void plan.refetch()} /> : null}
      {plan.data && files.length === 0 ? (
        <Empty title="There is nothing to bring back">
          The configuration is the same as in that revision.
        </Empty>
      ) : null}
      {files.length > 0 ? (
        <>
          <fieldset className={classes.files}>
            <legend>{plural(files.length, "file")} would change</legend>
            {files.map(({ path, change }) => (
              <Checkbox
                key={path}
                checked={!without.has(path)}
                onChange={() => toggle(path)}
                label={
                  <>
                    <span className="mono">{path}</span> <span className="quiet">{BACK[change]}</span>
                  </>
                }
              />
            ))}
          </fieldset>
          <details>
            <summary>What would change in them</summary>
            <div className={classes.stack}>
              {files
                .filter(({ path }) => !without.has(path))
                .map(({ path, change, diff }) => (
                  <Patch key={path} path={path} text={diff ?? ""} reason={BACK[change]} />
                ))}
            </div>
          </details>
          <details>
            <summary>
              What collectors would run
              {without.size > 0 ? " (if all files were brought back)" : ""}
            </summary>
            <div className={classes.stack}>
              <Classes classes={plan.data?.classes ?? []} />
            </div>
          </details>
          <TextInput
            label="Message"
            placeholder={`Restore ${revision.slice(0, 12)}`}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        </>
      ) : null}
      {back.isError ? <ErrorPanel error={back.error} /> : null}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={chosen.length === 0} loading={back.isPending} onClick={() => back.mutate()}>
          {chosen.length > 0 ? `Restore ${plural(chosen.length, "file")}` : "Restore"}
        </Button>
      </div>
    </Dialog>
  );
}
