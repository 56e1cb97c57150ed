// What happened in the fleet and who did what. New events arrive on the live line (live.ts); these are the pages back.
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { answer, api, type Schema } from "./client";

const PAGE = 100;

export interface EventsAsked {
  collector?: string | undefined;
  kind?: string | undefined;
  severity?: Schema<"Severity"> | undefined;
}

export const eventsQuery = ({ collector, kind, severity }: EventsAsked) =>
  infiniteQueryOptions({
    queryKey: ["events", collector ?? "", kind ?? "", severity ?? ""],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/events", {
          params: {
            query: {
              limit: PAGE,
              ...(collector ? { collector } : {}),
              ...(kind ? { kind } : {}),
              ...(severity ? { severity } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          headers: { Accept: "application/json" },
          signal,
        }),
      ) as Promise<Schema<"Page_Event">>,
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export interface AuditAsked {
  actor?: string | undefined;
  action?: string | undefined;
  object?: string | undefined;
}

export const auditQuery = ({ actor, action, object }: AuditAsked) =>
  infiniteQueryOptions({
    queryKey: ["audit", actor ?? "", action ?? "", object ?? ""],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/audit", {
          params: {
            query: {
              limit: PAGE,
              ...(actor ? { actor } : {}),
              ...(action ? { action } : {}),
              ...(object ? { object } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
