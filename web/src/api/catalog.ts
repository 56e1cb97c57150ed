// The catalog: types of source, step and destination, each with the JSON Schema of its settings. It changes only with
// the server's version.
import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "./client";

export type CatalogKind = Schema<"CatalogKind">;
export type CatalogSummary = Schema<"CatalogSummary">;
export type CatalogEntry = Schema<"CatalogEntry">;

const HOUR_MS = 3_600_000;

export const catalogQuery = queryOptions({
  queryKey: ["catalog"] as const,
  queryFn: async () => (await answer(api.GET("/api/v1/catalog"))).items,
  staleTime: HOUR_MS,
});

export const catalogTypeQuery = (kind: CatalogKind, type: string) =>
  queryOptions({
    queryKey: ["catalog", kind, type] as const,
    queryFn: () => answer(api.GET("/api/v1/catalog/{kind}/{type}", { params: { path: { kind, type } } })),
    staleTime: HOUR_MS,
    enabled: type !== "",
  });
