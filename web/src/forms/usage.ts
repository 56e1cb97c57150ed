// Who uses an entity: routes name sources, pipelines and destinations. Pure over the list of routes.
import { type ListedEntity, type Place, placeOf } from "../api/entities";
import { isRecord } from "./model/path";

/** Paths of the routes that use each entity, by the entity's kind and id; `*` takes every source. */
export interface Usage {
  bySource: ReadonlyMap<string, readonly string[]>;
  byPipeline: ReadonlyMap<string, readonly string[]>;
  byDestination: ReadonlyMap<string, readonly string[]>;
  everySource: readonly string[];
}

export function usageOf(routes: ReadonlyArray<Pick<ListedEntity, "path" | "entity">>): Usage {
  const bySource = new Map<string, string[]>();
  const byPipeline = new Map<string, string[]>();
  const byDestination = new Map<string, string[]>();
  const everySource: string[] = [];
  for (const { path, entity } of routes) {
    const route: unknown = entity;
    if (!isRecord(route)) continue;
    for (const source of wordsOf(route.sources)) {
      if (source === "*") everySource.push(path);
      else add(bySource, source, path);
    }
    if (typeof route.pipeline === "string") add(byPipeline, route.pipeline, path);
    for (const destination of wordsOf(route.destinations)) add(byDestination, destination, path);
  }
  return { bySource, byPipeline, byDestination, everySource };
}

/** The routes that use one entity. A route reaches what stands in its own scope or in a wider one. */
export function usersOf(usage: Usage, place: Place): readonly string[] {
  if (place.kind === "pipelines") return usage.byPipeline.get(place.id) ?? [];
  const named =
    place.kind === "sources"
      ? [...(usage.bySource.get(place.id) ?? []), ...usage.everySource]
      : place.kind === "destinations"
        ? (usage.byDestination.get(place.id) ?? [])
        : [];
  return named.filter((path) => reaches(placeOf(path)?.scope, place.scope));
}

/** Scopes of different groups may meet in one collector, so only two collectors are surely apart. */
function reaches(route: string | null | undefined, scope: string | null): boolean {
  if (!route || !scope) return true;
  return !(route.startsWith("collectors/") && scope.startsWith("collectors/")) || route === scope;
}

function add(map: Map<string, string[]>, key: string, path: string): void {
  const known = map.get(key);
  if (known) known.push(path);
  else map.set(key, [path]);
}

const wordsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
