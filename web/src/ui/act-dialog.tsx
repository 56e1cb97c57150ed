// Asks once before something is done: what will happen in words, a reason where it is kept, and words to type where it
// cannot be undone. Whoever opens it gives the act; a refusal is shown here and nothing is lost.
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import classes from "./act-dialog.module.css";
import { Dialog } from "./dialog";
import { ErrorPanel } from "./page";
import "./styles";

export function ActDialog({
  title,
  children,
  verb,
  danger = false,
  reason,
  typed,
  ready = true,
  act,
  onClose,
}: {
  title: string;
  children?: ReactNode;
  /** On the button: "Archive 12 collectors". */
  verb: string;
  danger?: boolean | undefined;
  /** Help of the reason field; absent where none is kept. */
  reason?: string | undefined;
  /** Must be typed before it is done. */
  typed?: string | undefined;
  /** Whether the fields in `children` are filled. */
  ready?: boolean;
  act: (reason: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [why, setWhy] = useState("");
  const [words, setWords] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const may = ready && !busy && (typed === undefined || words.trim() === typed);
  const go = async () => {
    setBusy(true);
    setError(null);
    try {
      await act(why.trim());
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} open onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (may) void go();
        }}
      >
        {children}
        {reason === undefined ? null : (
          <TextInput
            label="Reason"
            description={reason}
            maxLength={500}
            value={why}
            onChange={({ currentTarget }) => setWhy(currentTarget.value)}
          />
        )}
        {typed === undefined ? null : (
          <TextInput
            label={
              <>
                Type <code className={classes.typed}>{typed}</code> to confirm
              </>
            }
            description="This cannot be undone."
            autoComplete="off"
            spellCheck={false}
            value={words}
            onChange={({ currentTarget }) => setWords(currentTarget.value)}
          />
        )}
        {error ? <ErrorPanel error={error} /> : null}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color={danger ? "red" : "blue"} disabled={!may} loading={busy}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
