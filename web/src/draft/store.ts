// The draft: changes that a person has made and not saved. One per browser, kept across reloads, reviewed and committed
// as one change. Who edits puts a whole entity under its repository path; nobody else holds unsaved state.
import { atRest } from "./at-rest";
import { type Draft, type DraftEntry, History } from "./history";

export type { Draft, DraftEntry } from "./history";

const KEY = "linkmesh.draft.v1";
/** The texts of an entry. */
const WRITTEN: ReadonlySet<string> = new Set(["text", "before"]);
let draft: Draft = read();
const history = new History();
const watchers = new Set<() => void>();

export const draftNow = (): Draft => draft;

/** For `useSyncExternalStore`. */
export function watchDraft(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/**
 * Adds or replaces one entity; an entry that says what is stored already is dropped. Changes of one `stroke` that follow
 * each other at once, as when somebody types into a field, are undone as one.
 */
export function putDraft(entry: Omit<DraftEntry, "at">, stroke?: string): void {
  const { [entry.path]: _, ...others } = draft;
  const at = Date.now();
  const same = entry.text === entry.before;
  change(same ? others : { ...others, [entry.path]: { ...entry, at } }, stroke, at);
}

/** Takes entities out of the draft; all of them without `paths`. */
export function dropDraft(paths?: readonly string[]): void {
  change(paths ? Object.fromEntries(Object.entries(draft).filter(([path]) => !paths.includes(path))) : {});
}

/** Takes out what was saved, as it was sent: what was typed since stays. It cannot be undone, because it is saved. */
export function settleDraft(saved: readonly DraftEntry[]): void {
  const gone = saved.filter((entry) => draft[entry.path]?.text === entry.text).map(({ path }) => path);
  const left = Object.entries(draft).filter(([path]) => !gone.includes(path));
  history.forget(saved.map(({ path }) => path));
  set(Object.fromEntries(left));
}

/** With a path only what was done to that entity. */
export const canUndo = (path?: string): boolean => history.canUndo(path);
export const canRedo = (path?: string): boolean => history.canRedo(path);

export function undoDraft(path?: string): void {
  const next = history.undo(draft, path);
  if (next) set(next);
}

export function redoDraft(path?: string): void {
  const next = history.redo(draft, path);
  if (next) set(next);
}

function change(next: Draft, stroke?: string, at = Date.now()): void {
  history.note(draft, next, stroke, at);
  set(next);
}

function set(next: Draft): void {
  draft = next;
  try {
    if (Object.keys(next).length === 0) localStorage.removeItem(KEY);
    else
      localStorage.setItem(
        KEY,
        JSON.stringify(next, (key, value) =>
          WRITTEN.has(key) && typeof value === "string" ? atRest(value) : value,
        ),
      );
  } catch {
    // A full or closed storage costs the draft at a reload, not now.
  }
  for (const watcher of watchers) watcher();
}

function read(): Draft {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof known !== "object" || known === null) return {};
    return Object.fromEntries(Object.entries(known).filter(([path, entry]) => isEntry(path, entry)));
  } catch {
    return {};
  }
}

/** What an older page or somebody else left there must not break this one. */
function isEntry(path: string, entry: unknown): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  const { path: own, text } = entry as Partial<DraftEntry>;
  return own === path && (text === null || typeof text === "string");
}

// Another tab of the same browser edits the same draft.
globalThis.addEventListener?.("storage", (event) => {
  if (event.key !== KEY) return;
  draft = read();
  history.clear();
  for (const watcher of watchers) watcher();
});
