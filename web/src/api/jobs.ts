// Work on many collectors at once. It runs on the server; this browser remembers what it began, so that the progress is
// seen from every screen and after a reload.
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, api, Problem, type Schema } from "./client";
import type { CollectorFilter } from "./collectors";

export type Job = Schema<"Job">;
/** What is done to each. */
export type BulkAct = Schema<"BulkAct">;

/** Which collectors: those of a filter, or these. */
export type BulkTarget = { match: CollectorFilter } | { ids: readonly string[] };

/** A job that this browser began. */
export interface Begun {
  id: string;
  /** In words: "Add env=prod to 12,431 collectors". */
  title: string;
}

/** Begins the work. It goes on when the page is left. */
export async function beginBulk(target: BulkTarget, act: BulkAct, title: string, reason = ""): Promise<Job> {
  const whom = "ids" in target ? { ids: [...target.ids] } : { match: matching(target.match) };
  const body = { ...whom, act, ...(reason ? { reason } : {}) };
  const job = await answer(api.POST("/api/v1/collectors/bulk", { body }));
  remember({ id: job.id, title });
  return job;
}

function matching({ q, group, label, archived }: CollectorFilter) {
  return {
    ...(q ? { q } : {}),
    ...(group ? { group } : {}),
    ...(label && label.length > 0 ? { label: [...label] } : {}),
    ...(archived ? { archived } : {}),
  };
}

/** One job; null when the server knows it no more. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ["jobs", id] as const,
    queryFn: async ({ signal }): Promise<Job | null> => {
      try {
        return await answer(api.GET("/api/v1/jobs/{id}", { params: { path: { id } }, signal }));
      } catch (problem) {
        if (problem instanceof Problem && problem.status === 404) return null;
        throw problem;
      }
    },
    refetchInterval: ({ state }) => (!state.data || state.data.state === "running" ? 1_000 : false),
  });

export async function cancelJob(queries: QueryClient, id: string): Promise<void> {
  await answer(api.DELETE("/api/v1/jobs/{id}", { params: { path: { id } } }));
  await queries.invalidateQueries({ queryKey: ["jobs", id] });
}

const KEY = "linkmesh.jobs.v1";
/** The server keeps 32; more are not looked at. */
const BEGUN_MAX = 8;
const watchers = new Set<() => void>();
let begun: readonly Begun[] = stored();

/** For `useSyncExternalStore`: jobs that this browser began and nobody dismissed, newest first. */
export const begunJobs = (): readonly Begun[] => begun;

export function watchBegun(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function dismissJob(id: string): void {
  keep(begun.filter((job) => job.id !== id));
}

function remember(job: Begun): void {
  keep([job, ...begun].slice(0, BEGUN_MAX));
}

function keep(jobs: readonly Begun[]): void {
  begun = jobs;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(jobs));
  } catch {
    // A closed storage costs the panel at a reload; the work goes on.
  }
  for (const watcher of watchers) watcher();
}

function stored(): readonly Begun[] {
  try {
    const known: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(known) ? (known as Begun[]).slice(0, BEGUN_MAX) : [];
  } catch {
    return [];
  }
}
