// Which collectors are selected: some by id, or all that match with a few left out. All that match may be far more than
// was ever loaded, so it is a filter and not a list.
import type { CollectorFilter, Facets } from "../../api/collectors";
import type { BulkTarget } from "../../api/jobs";
import { QUERY_CHARS_MAX, term, without } from "../../lib/query";

export type Selection =
  | { kind: "some"; ids: ReadonlySet<string> }
  | { kind: "all"; except: ReadonlySet<string> };

export const NOTHING: Selection = { kind: "some", ids: new Set() };

/** Left out one by one; more would be a longer query than the server reads. */
const EXCEPT_MAX = 30;

export function isSelected(selection: Selection, id: string): boolean {
  return selection.kind === "all" ? !selection.except.has(id) : selection.ids.has(id);
}

/** With one more or less; the same where no more can be left out. */
export function toggle(selection: Selection, id: string): Selection {
  if (selection.kind === "some") return { kind: "some", ids: flip(selection.ids, id) };
  if (!selection.except.has(id) && selection.except.size >= EXCEPT_MAX) return selection;
  return { kind: "all", except: flip(selection.except, id) };
}

/** With these as well, or without them. */
export function setMany(selection: Selection, ids: readonly string[], on: boolean): Selection {
  if (selection.kind === "all") return selection;
  const next = new Set(selection.ids);
  for (const id of ids) {
    if (on) next.add(id);
    else next.delete(id);
  }
  return { kind: "some", ids: next };
}

/** How many that are. */
export function howMany(selection: Selection, total: number): number {
  return selection.kind === "all" ? Math.max(0, total - selection.except.size) : selection.ids.size;
}

/** What the server is told; null where it cannot be said in one query. */
export function target(
  selection: Selection,
  filter: CollectorFilter,
  facets: Facets | undefined,
): BulkTarget | null {
  if (selection.kind === "some") return { ids: [...selection.ids] };
  const parts = [filter.q?.trim() ?? ""];
  if (filter.outdated) {
    // Work on many knows no such filter; versions that are behind are named instead.
    const behind = facets?.version.filter(({ outdated }) => outdated) ?? [];
    if (behind.length === 0) return null;
    parts.push(
      behind
        .map(({ runtime, version }) => `(${term("runtime", runtime)} and ${term("version", version ?? "")})`)
        .join(" or "),
    );
  }
  const asked = parts.filter((part) => part !== "");
  const joined = asked.length > 1 ? asked.map((part) => `(${part})`).join(" and ") : (asked[0] ?? "");
  const q = without(joined, selection.except);
  if (q === null || q.length > QUERY_CHARS_MAX) return null;
  const { outdated: _, ...others } = filter;
  return { match: { ...others, ...(q === "" ? { q: undefined } : { q }) } };
}

function flip(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
