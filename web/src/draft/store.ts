// The draft: changes that a person has made and not saved. One per person and browser, kept across reloads and after
// signing out, reviewed and committed as one change. Who edits puts a whole entity under its repository path; nobody else
// holds unsaved state. What is on the disk: at-disk.ts.
import { onPerson } from "../api/session";
import { isKeyOf, keep, kept } from "./at-disk";
import { type Draft, type DraftEntry, History } from "./history";

export type { Draft, DraftEntry } from "./history";

/** Whose draft it is; null before somebody is known, when it is in the memory of the page only. */
let owner: string | null = null;
/** Somebody was known: from then on nothing without an owner is anybody's. */
let settled = false;
let draft: Draft = {};
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
  if (owner !== null) keep(owner, next);
  tell();
}

function tell(): void {
  for (const watcher of watchers) watcher();
}

// Somebody else neither sees nor saves what the one before them typed; that waits on the disk until they come back.
onPerson((person) => {
  const unowned = settled ? {} : draft;
  settled = true;
  owner = person;
  draft = person === null ? {} : { ...kept(person), ...unowned };
  history.clear();
  tell();
});

// Another tab of the same browser edits the same draft.
globalThis.addEventListener?.("storage", (event) => {
  if (owner === null || !isKeyOf(owner, event.key)) return;
  draft = kept(owner);
  history.clear();
  tell();
});
