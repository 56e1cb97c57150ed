// Work on many collectors at once. It runs on the server; this browser remembers what it began, so that the progress is
// seen from every screen and after a reload. What others began is noticed while it runs.
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { plural } from "../lib/numbers";
import { sentence } from "../lib/text";
import { answer, api, Problem, type Schema } from "./client";
import type { CollectorFilter } from "./collectors";
import { onLeave } from "./session";

export type Job = Schema<"Job">;
/** What is done to each. */
export type BulkAct = Schema<"BulkAct">;

/** Which collectors: those of a filter, or these. */
export type BulkTarget = { match: CollectorFilter } | { ids: readonly string[] };

/** A job that this browser began, or noticed while it ran. */
export interface Begun {
  id: string;
  /** In words: "Add env=prod to 12,431 collectors". */
  title: string;
  /** Begun elsewhere: by somebody else, or on another page. */
  elsewhere?: boolean;
}

export interface BulkOrder {
  target: BulkTarget;
  act: BulkAct;
  /** In words, for its progress. */
  title: string;
  reason?: string;
  /** How many may be reached at most; when more match, nothing is done. */
  expected: number;
  /** With the same key it begins once, however often it is sent. */
  key: string;
}

/** Begins the work. It goes on when the page is left. */
export async function beginBulk({ target, act, title, reason, expected, key }: BulkOrder): Promise<Job> {
  const whom = "ids" in target ? { ids: [...target.ids] } : { match: matching(target.match) };
  const body = { ...whom, act, expected, ...(reason ? { reason } : {}) };
  const params = { header: { "Idempotency-Key": key } };
  const job = await answer(api.POST("/api/v1/collectors/bulk", { params, body }));
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

/** The newest jobs of everybody. */
export const jobsQuery = queryOptions({
  queryKey: ["jobs", "list"] as const,
  queryFn: async ({ signal }) => (await answer(api.GET("/api/v1/jobs", { signal }))).items,
  refetchInterval: 10_000,
});

const DONE_TO: Readonly<Record<string, string>> = {
  archive: "Archive",
  unarchive: "Unarchive",
  delete: "Delete",
  hold: "Hold",
  release: "Release",
  retry: "Retry",
  restart: "Restart",
  change: "Change labels or groups of",
};

/** A job in words, as far as the server tells what it does. */
export const titleOfJob = ({ act, total }: Pick<Job, "act" | "total">): string =>
  `${DONE_TO[act] ?? sentence(act)} ${plural(total, "collector")}`;

export async function cancelJob(queries: QueryClient, id: string): Promise<void> {
  await answer(api.DELETE("/api/v1/jobs/{id}", { params: { path: { id } } }));
  await queries.invalidateQueries({ queryKey: ["jobs", id] });
}

const KEY = "linkmesh.jobs.v1";
/** The server keeps 32; more are not looked at. */
const BEGUN_MAX = 8;
/** Dismissed ones that are still remembered, so that they are not noticed again. */
const DISMISSED_MAX = 64;
const watchers = new Set<() => void>();
let begun: readonly Begun[] = stored();
let dismissed: readonly string[] = [];

/** For `useSyncExternalStore`: jobs that this browser began or noticed and nobody dismissed, newest first. */
export const begunJobs = (): readonly Begun[] => begun;

export function watchBegun(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function dismissJob(id: string): void {
  dismissed = [...dismissed, id].slice(-DISMISSED_MAX);
  keep(begun.filter((job) => job.id !== id));
}

/** Takes in what runs and was begun elsewhere; it stays to be seen when it has ended, until somebody closes it. */
export function noticeJobs(jobs: readonly Job[]): void {
  const fresh = jobs.filter(
    ({ id, state }) =>
      state === "running" && !dismissed.includes(id) && !begun.some((known) => known.id === id),
  );
  if (fresh.length === 0) return;
  const noticed = fresh.map((job) => ({ id: job.id, title: titleOfJob(job), elsewhere: true }));
  keep([...begun, ...noticed].slice(0, BEGUN_MAX));
}

// Whoever signs in next begins with what runs, not with what somebody else began.
onLeave(() => keep([]));

function remember(job: Begun): void {
  // The answer of a repeated request names the job that is there already.
  keep([job, ...begun.filter(({ id }) => id !== job.id)].slice(0, BEGUN_MAX));
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
