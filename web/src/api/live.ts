// Server-sent events: one connection for the whole page. Each event says which answers are out of date; the state of the
// line is shown, because a page that stands still must not look like a quiet fleet.
import type { QueryClient } from "@tanstack/react-query";
import type { Schema } from "./client";

export type FleetEvent = Schema<"Event">;
/** `since` is the browser's time, in milliseconds, of the last sign of life. */
export type Line = { state: "connecting" | "live" | "lost"; since: number };

/** Answers are looked up again at most this often, however many events come. */
const GATHER_MS = 1_000;
const RECENT_MAX = 200;
/** Pauses between two tries after a refusal. */
const AGAIN_MIN_MS = 2_000;
const AGAIN_MAX_MS = 30_000;

let line: Line = { state: "connecting", since: Date.now() };
const watchers = new Set<() => void>();
const listeners = new Set<(event: FleetEvent) => void>();
const recent: FleetEvent[] = [];

/** For `useSyncExternalStore`. */
export function watchLine(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export const lineNow = (): Line => line;

/** Calls back with every event that arrives. Answers how to stop. */
export function onFleetEvent(listener: (event: FleetEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The newest events since the page was opened, newest first. */
export const recentEvents = (): readonly FleetEvent[] => recent;

/** Opens the line and keeps it open; answers how to close it. */
export function openLine(queries: QueryClient): () => void {
  let source: EventSource | null = null;
  let due: ReturnType<typeof setTimeout> | null = null;
  let again: ReturnType<typeof setTimeout> | null = null;
  let pause = AGAIN_MIN_MS;
  const touched = new Set<string>();

  const gather = (event: FleetEvent) => {
    if (event.collector) touched.add(event.collector);
    due ??= setTimeout(() => {
      due = null;
      invalidate(queries, touched);
      touched.clear();
    }, GATHER_MS);
  };
  const take = (message: MessageEvent<string>) => {
    set("live");
    let event: FleetEvent;
    try {
      event = JSON.parse(message.data) as FleetEvent;
    } catch {
      return;
    }
    recent.unshift(event);
    recent.length = Math.min(recent.length, RECENT_MAX);
    for (const listener of listeners) listener(event);
    gather(event);
  };
  const open = () => {
    again = null;
    source?.close();
    const opened = new EventSource("/api/v1/events");
    source = opened;
    opened.onopen = () => {
      pause = AGAIN_MIN_MS;
      // After a gap nobody knows what was missed.
      if (line.state === "lost") void queries.invalidateQueries();
      set("live");
    };
    opened.onmessage = take;
    opened.onerror = () => {
      set("lost");
      // The browser tries again by itself, except where the server answered with a refusal: the session may have ended,
      // or a proxy in between speaks while the server starts.
      if (opened.readyState !== EventSource.CLOSED) return;
      void queries.invalidateQueries({ queryKey: ["me"] });
      again ??= setTimeout(open, pause);
      pause = Math.min(pause * 2, AGAIN_MAX_MS);
    };
  };
  const offline = () => set("lost");
  open();
  globalThis.addEventListener("offline", offline);
  globalThis.addEventListener("online", open);
  return () => {
    source?.close();
    for (const timer of [due, again]) if (timer !== null) clearTimeout(timer);
    globalThis.removeEventListener("offline", offline);
    globalThis.removeEventListener("online", open);
  };
}

/** What no event makes untrue; the list of events itself grows by what arrives here. */
const LASTING: ReadonlySet<string> = new Set(["me", "catalog", "draft", "events", "search"]);

/** Lists and sums change with any event; a collector's own answers only with its events. */
function invalidate(queries: QueryClient, collectors: ReadonlySet<string>): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey: [noun, id] }) => {
      if (noun === "collector") return typeof id === "string" && collectors.has(id);
      return typeof noun !== "string" || !LASTING.has(noun);
    },
  });
}

function set(state: Line["state"]): void {
  if (line.state === state && state === "lost") return;
  const changed = line.state !== state;
  line = { state, since: Date.now() };
  if (changed) for (const watcher of watchers) watcher();
}
