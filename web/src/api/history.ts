// The repository's history: revisions, what they changed, who wrote which line, and the way back.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "./client";

export type Revision = Schema<"Revision">;
export type RevisionDetail = Schema<"RevisionDetail">;
export type Blame = Schema<"Blame">;

const PAGE = 50;

export const revisionsQuery = infiniteQueryOptions({
  queryKey: ["revisions", "list"],
  queryFn: ({ pageParam, signal }) =>
    answer(
      api.GET("/api/v1/revisions", {
        params: { query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  initialPageParam: "",
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export const revisionQuery = (revision: string) =>
  queryOptions({
    queryKey: ["revisions", "one", revision],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/revisions/{revision}", { params: { path: { revision } }, signal })),
  });

/** Files and final configurations that differ between two revisions. */
export const differenceQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: ["revisions", "diff", from, to],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/diff", { params: { query: { from, to } }, signal })),
  });

/** Who last wrote each line of a file. */
export const blameQuery = (path: string, revision?: string) =>
  queryOptions({
    queryKey: ["revisions", "blame", path, revision ?? ""],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/blame", { params: { query: { path, ...(revision ? { revision } : {}) } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });

/** Brings the state of an old revision back as a new commit. */
export function restore(body: Schema<"RestoreRequest">): Promise<Schema<"Committed">> {
  return answer(api.POST("/api/v1/restore", { body })) as Promise<Schema<"Committed">>;
}
