// Entities of the repository: lists over all scopes, and one as text with its tag. The text is YAML as it stands in the
// repository; a server that answers JSON has it written as YAML here, in one place.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { stringify } from "yaml";
import { answer, answerTagged, api, Problem, type Schema } from "./client";

export type ListedEntity = Schema<"ListedEntity">;
export type EntityKind = "sources" | "routes" | "destinations" | "pipelines" | "groups" | "links";
export const ENTITY_KINDS: readonly EntityKind[] = [
  "sources",
  "routes",
  "destinations",
  "pipelines",
  "groups",
  "links",
];
/** Kinds that belong to a scope. */
export const SCOPED: readonly EntityKind[] = ["sources", "routes", "destinations"];

/** Where an entity stands. */
export interface Place {
  kind: EntityKind;
  id: string;
  /** `fleet`, `groups/<group>` or `collectors/<collector>`; null for kinds without. */
  scope: string | null;
}

/** One entity as it is stored. */
export interface StoredEntity {
  path: string;
  text: string;
  etag: string | null;
}

export interface EntityFilters {
  q?: string | undefined;
  scope?: string | undefined;
  type?: string | undefined;
}

const ID = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const PLACE = new RegExp(
  `^(?:(fleet|groups/${ID}|collectors/${ID})/(sources|routes|destinations)/(${ID})|(pipelines|links)/(${ID})|groups/(${ID})/group)\\.yaml$`,
);

/** Reads a repository path such as `fleet/sources/app-otlp.yaml`; null where it is none of an entity. */
export function placeOf(path: string): Place | null {
  const found = PLACE.exec(path);
  if (!found) return null;
  const [, scope, kind, id, wide, wideId, group] = found;
  if (scope && kind && id) return { kind: kind as EntityKind, id, scope };
  if (wide && wideId) return { kind: wide as EntityKind, id: wideId, scope: null };
  return group ? { kind: "groups", id: group, scope: null } : null;
}

export function pathOf({ kind, id, scope }: Place): string {
  if (kind === "groups") return `groups/${id}/group.yaml`;
  return scope === null ? `${kind}/${id}.yaml` : `${scope}/${kind}/${id}.yaml`;
}

/** Whether a text may be an id. */
export const isId = (text: string): boolean => new RegExp(`^${ID}$`).test(text) && !text.includes("--");

const PAGE = 200;
/** Most entities that a screen looks through for who uses what. */
export const KNOWN_MAX = 5_000;
const KNOWN_PAGE = 1_000;

/** One page after the other of the entities of a kind. */
export const entitiesQuery = (kind: EntityKind, filters: EntityFilters = {}) =>
  infiniteQueryOptions({
    queryKey: ["entities", kind, "pages", filters] as const,
    initialPageParam: "",
    queryFn: ({ pageParam }) => page(kind, filters, PAGE, pageParam),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** All entities of a kind, as far as a screen can look: `more` says that there are others. */
export const allEntitiesQuery = (kind: EntityKind) =>
  queryOptions({
    queryKey: ["entities", kind, "all"] as const,
    queryFn: async () => {
      const items: ListedEntity[] = [];
      let cursor = "";
      do {
        const next = await page(kind, {}, KNOWN_PAGE, cursor);
        items.push(...next.items);
        cursor = next.next_cursor ?? "";
      } while (cursor !== "" && items.length < KNOWN_MAX);
      return { items, more: cursor !== "" };
    },
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

/** One entity; null where there is none. */
export const entityQuery = (path: string) =>
  queryOptions({
    queryKey: ["entities", "one", path] as const,
    queryFn: () => readEntity(path),
    staleTime: 2_000,
  });

/** Reads one entity past the cache. */
export async function readEntity(path: string): Promise<StoredEntity | null> {
  const place = placeOf(path);
  if (!place)
    throw new Problem(404, { title: "There is no such thing", detail: `${path} is no entity's path.` });
  try {
    let yaml = false;
    const call = get(place).then((answered) => {
      yaml = /yaml/.test(answered.response.headers.get("content-type") ?? "");
      return answered;
    });
    const { data, etag } = await answerTagged<unknown>(call);
    const text = String(data ?? "");
    return { path, text: yaml ? text : written(JSON.parse(text)), etag: etag?.replaceAll('"', "") ?? null };
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return null;
    throw problem;
  }
}

function get({ kind, id, scope }: Place) {
  const options = {
    parseAs: "text",
    headers: { Accept: "application/yaml, application/json;q=0.5" },
  } as const;
  if (kind === "pipelines")
    return api.GET("/api/v1/pipelines/{id}", { params: { path: { id } }, ...options });
  if (kind === "links") return api.GET("/api/v1/links/{id}", { params: { path: { id } }, ...options });
  if (kind === "groups")
    return api.GET("/api/v1/groups/{group}", { params: { path: { group: id } }, ...options });
  const [level, owner = ""] = (scope ?? "fleet").split("/");
  if (level === "groups")
    return api.GET("/api/v1/groups/{group}/{kind}/{id}", {
      params: { path: { group: owner, kind, id } },
      ...options,
    });
  if (level === "collectors")
    return api.GET("/api/v1/collectors/{collector}/{kind}/{id}", {
      params: { path: { collector: owner, kind, id } },
      ...options,
    });
  return api.GET("/api/v1/fleet/{kind}/{id}", { params: { path: { kind, id } }, ...options });
}

/** A value as the server writes it. */
export const written = (value: unknown): string =>
  stringify(value, { lineWidth: 0, indentSeq: false, flowCollectionPadding: false });

function page(kind: EntityKind, filters: EntityFilters, limit: number, cursor: string) {
  const query = {
    limit,
    ...(cursor ? { cursor } : {}),
    ...(filters.q ? { q: filters.q } : {}),
    ...(filters.scope ? { scope: filters.scope } : {}),
    ...(filters.type ? { type: filters.type } : {}),
  };
  return answer(api.GET(`/api/v1/${kind}`, { params: { query } }));
}
