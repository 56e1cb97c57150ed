// The draft: changes that a person has made and not saved. One per browser, kept across reloads, reviewed and committed
// as one change. Who edits puts a whole entity under its repository path; nobody else holds unsaved state.

/** One entity of the draft. */
export interface DraftEntry {
  /** Repository path with `.yaml`, for example `fleet/sources/app-otlp.yaml`. */
  path: string;
  /** The YAML text; null removes the entity. */
  text: string | null;
  /** The text it was begun from; null for a new entity. */
  before: string | null;
  /** Entity tag it was begun from. */
  etag: string | null;
  /** Revision it was begun on. */
  base: string | null;
  /** Browser's time of the last change, milliseconds. */
  at: number;
}

export type Draft = Readonly<Record<string, DraftEntry>>;

const KEY = "linkmesh.draft.v1";
const UNDO_MAX = 100;
let draft: Draft = read();
let past: Draft[] = [];
let future: Draft[] = [];
const watchers = new Set<() => void>();

export const draftNow = (): Draft => draft;

/** For `useSyncExternalStore`. */
export function watchDraft(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Adds or replaces one entity; an entry that says what is stored already is dropped. */
export function putDraft(entry: Omit<DraftEntry, "at">): void {
  const { [entry.path]: _, ...others } = draft;
  const same = entry.text === entry.before;
  change(same ? others : { ...others, [entry.path]: { ...entry, at: Date.now() } });
}

/** Takes entities out of the draft; all of them without `paths`. */
export function dropDraft(paths?: readonly string[]): void {
  change(paths ? Object.fromEntries(Object.entries(draft).filter(([path]) => !paths.includes(path))) : {});
}

export const canUndo = (): boolean => past.length > 0;
export const canRedo = (): boolean => future.length > 0;

export function undoDraft(): void {
  const before = past.pop();
  if (!before) return;
  future.push(draft);
  set(before);
}

export function redoDraft(): void {
  const after = future.pop();
  if (!after) return;
  past.push(draft);
  set(after);
}

function change(next: Draft): void {
  past.push(draft);
  past = past.slice(-UNDO_MAX);
  future = [];
  set(next);
}

function set(next: Draft): void {
  draft = next;
  try {
    if (Object.keys(next).length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // A full or closed storage costs the draft at a reload, not now.
  }
  for (const watcher of watchers) watcher();
}

function read(): Draft {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof known === "object" && known !== null ? (known as Draft) : {};
  } catch {
    return {};
  }
}

// Another tab of the same browser edits the same draft.
globalThis.addEventListener?.("storage", (event) => {
  if (event.key !== KEY) return;
  draft = read();
  past = [];
  future = [];
  for (const watcher of watchers) watcher();
});
