// What a reader should know about the numbers, in sentences from the server.
import { Info } from "lucide-react";
import classes from "./notes.module.css";

/** So many are shown at once; the others unfold. */
const SHOWN = 2;

export function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  const line = (note: string) => (
    <li key={note}>{`${note.charAt(0).toUpperCase()}${note.slice(1)}.`.replace(/\.\.$/, ".")}</li>
  );
  return (
    <div className={classes.notes}>
      <Info size={14} aria-hidden />
      <div>
        <ul>{notes.slice(0, SHOWN).map(line)}</ul>
        {notes.length > SHOWN ? (
          <details>
            <summary>{notes.length - SHOWN} more</summary>
            <ul>{notes.slice(SHOWN).map(line)}</ul>
          </details>
        ) : null}
      </div>
    </div>
  );
}
