// Enrollment tokens: what lets a new host in.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "./client";

export type EnrollmentToken = Schema<"EnrollmentToken">;
export type NewToken = Schema<"CreateEnrollmentToken">;
export type CreatedToken = Schema<"CreatedEnrollmentToken">;

const PAGE = 200;

export const tokensQuery = infiniteQueryOptions({
  queryKey: ["tokens"],
  queryFn: ({ pageParam, signal }) =>
    answer(
      api.GET("/api/v1/enrollment-tokens", {
        params: { query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  initialPageParam: "",
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** Makes a token. With the same `key` it happens once, however often it is sent. */
export function createToken(body: NewToken, key: string): Promise<CreatedToken> {
  return answer(
    api.POST("/api/v1/enrollment-tokens", { params: { header: { "Idempotency-Key": key } }, body }),
  );
}

export function revokeToken(id: string): Promise<unknown> {
  return answer(api.DELETE("/api/v1/enrollment-tokens/{id}", { params: { path: { id } } }));
}
