// An entity in an editor: text and value in step, edits of the form, keys for undo and redo, errors of the server.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { draftNow, redoDraft, undoDraft } from "../draft/store";
import { type Entry, useEntry } from "../draft/use-entry";
import { type Edit, edited, type Read, read } from "./model/document";
import type { PlacedError } from "./model/errors";
import { type Path, samePath } from "./model/path";
import { shownErrors } from "./model/unfinished";
import { wasTried } from "./tried";
import { type Check, useCheck } from "./use-check";

export interface Editor {
  entry: Entry;
  text: string;
  known: Read;
  /** The last value that could be read. */
  value: Record<string, unknown>;
  /** Why the form cannot be used now; null when it can. */
  locked: string | null;
  check: Check;
  /** Errors of this file. */
  errors: readonly PlacedError[];
  edit: (edit: Edit, stroke?: string) => void;
  type: (text: string) => void;
  /** Somebody was in this field and left it: what is missing there is told from now on. */
  leave: (path: Path) => void;
}

const NOTHING: Record<string, unknown> = {};

export function useEditor(path: string): Editor {
  const entry = useEntry(path);
  const checked = useCheck();
  const [left, setLeft] = useState<readonly Path[]>([]);
  const leave = useCallback(
    (place: Path) =>
      setLeft((known) => (known.some((one) => samePath(one, place)) ? known : [...known, place])),
    [],
  );
  const text = entry.text ?? "";
  const known = useMemo(() => read(text), [text]);
  const last = useRef(NOTHING);
  if (known.ok) last.current = known.value;
  const { write } = entry;
  const now = useRef(text);
  now.current = text;
  const edit = useCallback(
    (change: Edit, stroke?: string) => {
      // Two edits of one event follow each other, before anything is shown anew.
      const from = draftNow()[path]?.text ?? now.current;
      write(edited(from, change), stroke);
    },
    [write, path],
  );
  const type = useCallback((next: string) => write(next, `yaml ${path}`), [write, path]);
  useUndoKeys(path);
  const value = last.current;
  const check = useMemo(() => {
    if (wasTried(path)) return checked;
    const own = checked.errors.filter(({ file }) => file === path);
    const shown = shownErrors(own, value, left);
    if (shown === own) return checked;
    const errors = checked.errors.filter((error) => error.file !== path || shown.includes(error));
    return { ...checked, errors, state: errors.length === 0 ? ("unfinished" as const) : checked.state };
  }, [checked, path, value, left]);
  const errors = useMemo(() => check.errors.filter(({ file }) => file === path), [check.errors, path]);
  const locked = known.ok ? known.locked : `The YAML cannot be read: line ${known.line}: ${known.message}`;
  return { entry, text, known, value, locked, check, errors, edit, type, leave };
}

/** Ctrl+Z and Ctrl+Y, but not inside a field of text, which has its own. */
function useUndoKeys(path: string): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isText(event.target)) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) undoDraft(path);
      else if (key === "y" || (key === "z" && event.shiftKey)) redoDraft(path);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [path]);
}

function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** Whether the window has room for form and text beside each other. */
export function useWide(least: number): boolean {
  const [wide, setWide] = useState(() => globalThis.innerWidth >= least);
  useEffect(() => {
    const measure = () => setWide(globalThis.innerWidth >= least);
    globalThis.addEventListener("resize", measure);
    return () => globalThis.removeEventListener("resize", measure);
  }, [least]);
  return wide;
}
