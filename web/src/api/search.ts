// Looking something up by a few letters: collectors, entities and commits at once.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "./client";

export interface Found {
  collectors: Array<Schema<"Collector">>;
  /** How many collectors match in all, where the server says. */
  total: number | null;
  entities: Array<Schema<"ListedEntity">>;
  revisions: Array<Schema<"Revision">>;
}

const COLLECTORS = 6;
const ENTITIES = 3;
const REVISIONS = 4;
/** Revisions that are looked through for a word; an id is found however old it is. */
const REVISIONS_LOOKED = 200;

/** What somebody typed, as a query of the collector list: operators are meant, anything else is a word. */
export function asQuery(text: string): string {
  const word = text.trim();
  return /[=<>~()"]/.test(word) || /\b(and|or|not)\b/i.test(word) ? word : `"${word}"`;
}

export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ["search", text],
    queryFn: async ({ signal }): Promise<Found> => {
      const [collectors, revisions, ...lists] = await Promise.all([
        collectorsLike(text, signal),
        revisionsLike(text, signal),
        ...entitiesLike(text, signal),
      ]);
      return { ...collectors, revisions, entities: lists.flat() };
    },
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

async function collectorsLike(
  text: string,
  signal: AbortSignal,
): Promise<Pick<Found, "collectors" | "total">> {
  try {
    const page = await answer(
      api.GET("/api/v1/collectors", { params: { query: { q: asQuery(text), limit: COLLECTORS } }, signal }),
    );
    return { collectors: page.items as Found["collectors"], total: page.total ?? null };
  } catch (problem) {
    if (signal.aborted) throw problem;
    // Half a query is no fault of the search.
    return { collectors: [], total: null };
  }
}

function entitiesLike(text: string, signal: AbortSignal): Array<Promise<Found["entities"]>> {
  const ask = { params: { query: { q: text.trim(), limit: ENTITIES } }, signal };
  const calls = [
    api.GET("/api/v1/pipelines", ask),
    api.GET("/api/v1/sources", ask),
    api.GET("/api/v1/routes", ask),
    api.GET("/api/v1/destinations", ask),
    api.GET("/api/v1/links", ask),
    api.GET("/api/v1/groups", ask),
  ];
  return calls.map(async (call) => (await answer(call)).items as Found["entities"]);
}

async function revisionsLike(text: string, signal: AbortSignal): Promise<Found["revisions"]> {
  const word = text.trim().toLowerCase();
  const [page, one] = await Promise.all([
    answer(api.GET("/api/v1/revisions", { params: { query: { limit: REVISIONS_LOOKED } }, signal })),
    /^[0-9a-f]{6,40}$/.test(word)
      ? answer(
          api.GET("/api/v1/revisions/{revision}", { params: { path: { revision: word } }, signal }),
        ).catch(() => null)
      : null,
  ]);
  const items = page.items as Found["revisions"];
  const listed = items.filter(
    ({ revision, subject }) => revision.startsWith(word) || subject.toLowerCase().includes(word),
  );
  const all = one && !listed.some(({ revision }) => revision === one.revision) ? [one, ...listed] : listed;
  return all.slice(0, REVISIONS);
}

/** Ids of the groups, for choosing; the first thousand. */
export const groupIdsQuery = queryOptions({
  queryKey: ["entities", "groups", "ids"],
  queryFn: async ({ signal }) => {
    const page = await answer(api.GET("/api/v1/groups", { params: { query: { limit: 1_000 } }, signal }));
    return (page.items as Found["entities"]).map(({ id }) => id);
  },
});
