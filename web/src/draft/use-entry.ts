// One entity as an editor sees it: the draft's text where there is one, else the stored one, and how to change it.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useRef, useSyncExternalStore } from "react";
import { entityQuery } from "../api/entities";
import { canRedo, canUndo, type DraftEntry, draftNow, dropDraft, putDraft, watchDraft } from "./store";

export interface Entry {
  path: string;
  /** The present text; null where the entity is removed in the draft, undefined while it loads or where there is none. */
  text: string | null | undefined;
  stored: string | null;
  state: "stored" | "changed" | "new" | "removed" | "absent" | "loading" | "failed";
  /** The stored entity moved on since the draft was begun. */
  behind: boolean;
  error: unknown;
  retry: () => void;
  /** A `stroke` groups what is typed into one field. */
  write: (text: string, stroke?: string) => void;
  remove: () => void;
  discard: () => void;
  canUndo: boolean;
  canRedo: boolean;
}

export function useDraft() {
  return useSyncExternalStore(watchDraft, draftNow);
}

export function useEntry(path: string): Entry {
  const drafted: DraftEntry | undefined = useDraft()[path];
  const query = useQuery(entityQuery(path));
  const stored = query.data ?? null;
  // Callbacks read what is newest, so that two edits in one moment do not start from the same text.
  const latest = useRef(stored);
  latest.current = stored;
  const put = useCallback(
    (text: string | null, stroke?: string) => {
      const now = draftNow()[path];
      const from = now ?? {
        before: latest.current?.text ?? null,
        etag: latest.current?.etag ?? null,
        base: null,
      };
      putDraft({ path, text, before: from.before, etag: from.etag, base: from.base }, stroke);
    },
    [path],
  );
  const state = stateOf(drafted, query.isPending, query.isError, stored !== null);
  return {
    path,
    text: drafted ? drafted.text : stored?.text,
    stored: stored?.text ?? null,
    state,
    behind: drafted !== undefined && query.isSuccess && drafted.etag !== (stored?.etag ?? null),
    error: query.error,
    retry: () => void query.refetch(),
    write: put,
    remove: useCallback(() => {
      // What was never saved is gone when it leaves the draft.
      if (draftNow()[path]?.before === null || !latest.current) dropDraft([path]);
      else put(null);
    }, [path, put]),
    discard: useCallback(() => dropDraft([path]), [path]),
    canUndo: canUndo(path),
    canRedo: canRedo(path),
  };
}

function stateOf(
  drafted: DraftEntry | undefined,
  pending: boolean,
  failed: boolean,
  exists: boolean,
): Entry["state"] {
  if (drafted) return drafted.text === null ? "removed" : drafted.before === null ? "new" : "changed";
  if (pending) return "loading";
  if (failed) return "failed";
  return exists ? "stored" : "absent";
}
