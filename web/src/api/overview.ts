// The fleet in one answer: counts, versions, failures, the busiest routes.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "./client";

export type Overview = Schema<"Overview">;

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/overview", { signal })),
  refetchInterval: 10_000,
  placeholderData: keepPreviousData,
});
