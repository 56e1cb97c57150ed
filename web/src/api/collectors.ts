// Collectors: the list with its filters and facets, one of them with all that is known of it, and what operators do.
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { serverNow } from "../lib/clock";
import { answer, api, type Schema } from "./client";

/** One collector; numbers that are not known are null. */
export type Collector = Schema<"Collector">;
export type CollectorPage = Schema<"Page_Collector">;
export type Facets = Schema<"Facets">;

/** What a list asks for; all of it must hold. */
export interface CollectorFilter {
  q?: string | undefined;
  group?: string | undefined;
  label?: readonly string[] | undefined;
  outdated?: boolean | undefined;
  archived?: "true" | "all" | undefined;
}

/** The filter as the parameters of the call; what is empty is left out. */
function asked({ q, group, label, outdated, archived }: CollectorFilter) {
  return {
    ...(q ? { q } : {}),
    ...(group ? { group } : {}),
    ...(label && label.length > 0 ? { label: [...label] } : {}),
    ...(outdated ? { outdated: true } : {}),
    ...(archived ? { archived } : {}),
  };
}

/** One page of the list. */
export async function readCollectors(
  filter: CollectorFilter,
  page: { sort?: string | undefined; cursor?: string | null; limit?: number; signal?: AbortSignal },
): Promise<CollectorPage> {
  const query = {
    ...asked(filter),
    ...(page.sort ? { sort: page.sort } : {}),
    ...(page.cursor ? { cursor: page.cursor } : {}),
    ...(page.limit ? { limit: page.limit } : {}),
  };
  const signal = page.signal ?? null;
  return answer(api.GET("/api/v1/collectors", { params: { query }, signal }));
}

/** The list as somebody scripts it: below /api/v1. */
export function collectorsPath(filter: CollectorFilter, sort?: string): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(asked(filter)))
    for (const one of Array.isArray(value) ? value : [value]) query.append(key, String(one));
  if (sort) query.set("sort", sort);
  const text = query.toString();
  return text ? `collectors?${text}` : "collectors";
}

export const collectorsKey = (filter: CollectorFilter, sort: string) =>
  ["collectors", "list", asked(filter), sort] as const;

/** The first collectors of a filter and how many match. */
export const someCollectorsQuery = (filter: CollectorFilter, limit: number) =>
  queryOptions({
    queryKey: ["collectors", "some", asked(filter), limit] as const,
    queryFn: ({ signal }) => readCollectors(filter, { limit, signal }),
    placeholderData: keepPreviousData,
  });

/** How many collectors have which state, version, group and label, of those that a query finds. */
export const facetsQuery = (q: string | undefined) =>
  queryOptions({
    queryKey: ["collectors", "facets", q ?? ""] as const,
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/collectors/facets", { params: { query: q ? { q } : {} }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    refetchInterval: 10_000,
    // A query that cannot be read is told under the bar.
    retry: false,
  });

const path = (collector: string) => ({ params: { path: { collector } } });

export const collectorQuery = (id: string) =>
  queryOptions({
    queryKey: ["collector", id] as const,
    queryFn: () => answer(api.GET("/api/v1/collectors/{collector}", path(id))),
    refetchInterval: 10_000,
  });

export const componentsQuery = (id: string) =>
  queryOptions({
    queryKey: ["collector", id, "components"] as const,
    queryFn: () => answer(api.GET("/api/v1/collectors/{collector}/components", path(id))),
    refetchInterval: 10_000,
  });

export const configQuery = (id: string) =>
  queryOptions({
    queryKey: ["collector", id, "config"] as const,
    queryFn: () => answer(api.GET("/api/v1/collectors/{collector}/config", path(id))),
  });

export const driftQuery = (id: string) =>
  queryOptions({
    queryKey: ["collector", id, "drift"] as const,
    queryFn: () => answer(api.GET("/api/v1/collectors/{collector}/drift", path(id))),
  });

export const intentQuery = (id: string) =>
  queryOptions({
    queryKey: ["collector", id, "intent"] as const,
    queryFn: () => answer(api.GET("/api/v1/collectors/{collector}/intent", path(id))),
  });

/** What the collector should run now, with the entity of every component. */
export const renderQuery = (id: string) =>
  queryOptions({
    queryKey: ["collector", id, "render"] as const,
    queryFn: () => answer(api.POST("/api/v1/render", { body: { collector: id } })),
    retry: false,
  });

export const blameQuery = (file: string) =>
  queryOptions({
    queryKey: ["revisions", "blame", file] as const,
    queryFn: () => answer(api.GET("/api/v1/blame", { params: { query: { path: file } } })),
  });

export const throughputQuery = (id: string) =>
  queryOptions({
    queryKey: ["collector", id, "throughput"] as const,
    queryFn: () => answer(api.GET("/api/v1/collectors/{collector}/throughput", path(id))),
    refetchInterval: 10_000,
  });

/** The flow over the last so many seconds, step by step: a day in steps of five minutes, an hour in steps of half one. */
export const pastQuery = (id: string, seconds: 86_400 | 3_600) =>
  queryOptions({
    queryKey: ["collector", id, "past", seconds] as const,
    queryFn: () => {
      const to = new Date(serverNow());
      const query = {
        from: new Date(to.getTime() - seconds * 1_000).toISOString(),
        to: to.toISOString(),
        step_s: seconds === 3_600 ? 30 : 300,
      };
      return answer(
        api.GET("/api/v1/collectors/{collector}/throughput", { params: { path: { collector: id }, query } }),
      );
    },
    staleTime: 25_000,
    refetchInterval: seconds === 3_600 ? 30_000 : 120_000,
  });

export const attemptsQuery = (id: string, cursor?: string) =>
  queryOptions({
    queryKey: ["collector", id, "attempts", cursor ?? ""] as const,
    queryFn: () =>
      answer(
        api.GET("/api/v1/collectors/{collector}/attempts", {
          params: { path: { collector: id }, query: { limit: 50, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const collectorEventsQuery = (id: string, cursor?: string) =>
  queryOptions({
    queryKey: ["collector", id, "events", cursor ?? ""] as const,
    queryFn: () =>
      answer(
        api.GET("/api/v1/collectors/{collector}/events", {
          params: { path: { collector: id }, query: { limit: 100, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
  });

export type Operation = "hold" | "release" | "retry" | "restart" | "archive" | "unarchive" | "delete";

/** Does one thing to one collector, at once. */
export async function operate(id: string, operation: Operation, reason?: string): Promise<void> {
  const one = path(id);
  const why = { body: reason ? { reason } : {} };
  switch (operation) {
    case "hold":
      await answer(api.POST("/api/v1/collectors/{collector}/hold", { ...one, ...why }));
      return;
    case "archive":
      await answer(api.POST("/api/v1/collectors/{collector}/archive", { ...one, ...why }));
      return;
    case "unarchive":
      await answer(api.POST("/api/v1/collectors/{collector}/unarchive", one));
      return;
    case "release":
      await answer(api.POST("/api/v1/collectors/{collector}/release", one));
      return;
    case "retry":
      await answer(api.POST("/api/v1/collectors/{collector}/retry", one));
      return;
    case "restart":
      await answer(api.POST("/api/v1/collectors/{collector}/restart", one));
      return;
    case "delete":
      await answer(api.DELETE("/api/v1/collectors/{collector}", one));
  }
}

/** Changes name, labels (null takes one away) or groups; what is not named stays. */
export async function patchCollector(
  queries: QueryClient,
  id: string,
  body: Schema<"PatchCollector">,
): Promise<void> {
  const changed = await answer(api.PATCH("/api/v1/collectors/{collector}", { ...path(id), body }));
  queries.setQueryData(collectorQuery(id).queryKey, changed);
  await queries.invalidateQueries({ queryKey: ["collectors"] });
}

/** Files and commands with which a host joins; a token in them is shown once. */
export interface Joining {
  token: string;
  expires_at?: string | null;
  files?: Record<string, string>;
  install?: Record<string, string>;
}

/** A token for the host of a known collector that is managed by OpAMP. */
export function tokenForHost(id: string): Promise<Joining> {
  return answer(api.POST("/api/v1/enrollment-tokens", { body: { for: id, name: `For ${id}` } }));
}

/** The token of an Alloy with its ready config.alloy. */
export async function mintAlloyToken(id: string): Promise<Joining> {
  const { token, config_alloy, install } = await answer(
    api.POST("/api/v1/collectors/{collector}/token", { ...path(id), body: { now: false } }),
  );
  return { token, files: { "config.alloy": config_alloy }, ...(install ? { install } : {}) };
}
