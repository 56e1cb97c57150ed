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
  const source = new EventSource("/api/v1/events");
  let due: ReturnType<typeof setTimeout> | null = null;
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
  source.onopen = () => {
    // After a gap nobody knows what was missed.
    if (line.state === "lost") void queries.invalidateQueries();
    set("live");
  };
  source.onmessage = take;
  source.onerror = () => set("lost");
  return () => {
    source.close();
    if (due !== null) clearTimeout(due);
  };
}

/** Lists and sums change with any event; a collector's own answers only with its events. */
function invalidate(queries: QueryClient, collectors: ReadonlySet<string>): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey: [noun, id] }) => {
      if (noun === "collector") return typeof id === "string" && collectors.has(id);
      return noun !== "me" && noun !== "catalog" && noun !== "draft";
    },
  });
}

function set(state: Line["state"]): void {
  if (line.state === state && state === "lost") return;
  const changed = line.state !== state;
  line = { state, since: Date.now() };
  if (changed) for (const watcher of watchers) watcher();
}
