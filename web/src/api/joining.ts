// Getting a host in: what the wizard asks while it waits.
import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "./client";
import type { EnrollmentToken } from "./tokens";

/** Looks often, because somebody sits in front of it. */
export const WAIT_MS = 3_000;
/** A token that somebody just made is among the newest. */
const NEWEST = 100;

/** A collector before its host exists. With the same `key` it happens once. */
export function createCollector(body: Schema<"CreateCollector">, key: string): Promise<Schema<"Collector">> {
  return answer(api.POST("/api/v1/collectors", { params: { header: { "Idempotency-Key": key } }, body }));
}

/** One enrollment token by its id, as long as it is among the newest; null where it is not found. */
export const tokenQuery = (id: string) =>
  queryOptions({
    queryKey: ["tokens", "one", id] as const,
    queryFn: async ({ signal }): Promise<EnrollmentToken | null> => {
      const page = await answer(
        api.GET("/api/v1/enrollment-tokens", { params: { query: { limit: NEWEST } }, signal }),
      );
      return page.items.find((token) => token.id === id) ?? null;
    },
    refetchInterval: WAIT_MS,
  });

/** Hosts that were turned away since a time: why the one that somebody waits for may not come. */
export const refusedQuery = (since: string) =>
  queryOptions({
    queryKey: ["events", "refused", since] as const,
    queryFn: async ({ signal }) => {
      const page = (await answer(
        api.GET("/api/v1/events", {
          params: { query: { kind: "token_refused", limit: 5 } },
          headers: { Accept: "application/json" },
          signal,
        }),
      )) as Schema<"Page_Event">;
      return page.items.filter((event) => event.at >= since);
    },
    refetchInterval: WAIT_MS,
  });

/** A collector as the wizard watches it; null while there is none. */
export const arrivalQuery = (id: string) =>
  queryOptions({
    queryKey: ["collector", id, "arrival"] as const,
    queryFn: async ({ signal }) => {
      const params = { params: { path: { collector: id } }, signal };
      const [collector, throughput] = await Promise.all([
        answer(api.GET("/api/v1/collectors/{collector}", params)),
        answer(api.GET("/api/v1/collectors/{collector}/throughput", params)),
      ]);
      return { collector, throughput };
    },
    refetchInterval: WAIT_MS,
  });
