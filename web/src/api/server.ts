// The server itself: its health, delivery as a whole, the mirror of files for hosts, service accounts.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "./client";

export type ServerHealth = Schema<"ServerHealth">;
export type DeliveryState = Schema<"DeliveryState">;
export type MirrorFile = Schema<"MirrorFile">;
export type ServiceAccount = Schema<"ServiceAccount">;
export type CreatedAccount = Schema<"CreatedServiceAccount">;
export type Role = Schema<"Role">;

/** The mirror and the accounts are lists of some dozens; more than this is said, not paged. */
export const LIST_MAX = 500;

export const healthQuery = queryOptions({
  queryKey: ["server-health"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/server/health", { signal })),
  refetchInterval: 10_000,
  placeholderData: keepPreviousData,
});

/** Stops all delivery; whoever finds it so reads the reason. */
export function freeze(reason: string): Promise<DeliveryState> {
  return answer(api.POST("/api/v1/delivery/freeze", { body: reason ? { reason } : {} }));
}

export function unfreeze(): Promise<DeliveryState> {
  return answer(api.POST("/api/v1/delivery/unfreeze"));
}

export const mirrorQuery = queryOptions({
  queryKey: ["mirror"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/mirror", { signal })),
});

/** Reads a file of the mirror again and compares its checksum. */
export function verifyMirror(file: MirrorFile): Promise<Schema<"MirrorCheck">> {
  const { kind, version, arch, name } = file;
  return answer(
    api.POST("/api/v1/mirror/{kind}/{version}/{arch}/{name}/verify", {
      params: { path: { kind, version, arch, name } },
    }),
  );
}

export const accountsQuery = queryOptions({
  queryKey: ["service-accounts"],
  queryFn: ({ signal }) =>
    answer(api.GET("/api/v1/service-accounts", { params: { query: { limit: LIST_MAX } }, signal })),
});

/** Makes a service account. With the same `key` it happens once, however often it is sent. */
export function createAccount(body: Schema<"CreateServiceAccount">, key: string): Promise<CreatedAccount> {
  return answer(
    api.POST("/api/v1/service-accounts", { params: { header: { "Idempotency-Key": key } }, body }),
  );
}

export function removeAccount(id: string): Promise<unknown> {
  return answer(api.DELETE("/api/v1/service-accounts/{id}", { params: { path: { id } } }));
}
