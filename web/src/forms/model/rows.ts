// Rows of a list of entities: what is stored, with what the draft does to it. Pure.
import { type EntityFilters, type EntityKind, type ListedEntity, placeOf } from "../../api/entities";
import type { Draft } from "../../draft/history";
import { read } from "./document";
import { isRecord } from "./path";

export interface EntityRow {
  path: string;
  id: string;
  scope: string | null;
  name: string | null;
  type: string | null;
  /** What it says, draft included; empty where its text cannot be read. */
  value: Record<string, unknown>;
  state: "stored" | "changed" | "new" | "removed";
  etag: string | null;
}

/** New ones of the draft first, then the stored ones in their order. */
export function rowsOf(
  kind: EntityKind,
  stored: readonly ListedEntity[],
  draft: Draft,
  filters: EntityFilters,
): EntityRow[] {
  const known = new Set(stored.map(({ path }) => path));
  const rows = stored.map((listed) => {
    const entry = draft[listed.path];
    const entity: unknown = listed.entity;
    const value = isRecord(entity) ? entity : {};
    const own = row(listed.path, entry?.text == null ? value : saidBy(entry.text), listed.etag);
    const state = entry === undefined ? "stored" : entry.text === null ? "removed" : "changed";
    return { ...own, state } as const;
  });
  const fresh = Object.values(draft)
    .filter(({ path, text, before }) => text !== null && before === null && !known.has(path))
    .filter(({ path }) => placeOf(path)?.kind === kind)
    .map(({ path, text, etag }) => ({ ...row(path, saidBy(text ?? ""), etag), state: "new" as const }))
    .filter((one) => fits(one, filters));
  return [...fresh.sort((one, other) => one.path.localeCompare(other.path)), ...rows];
}

function row(path: string, value: Record<string, unknown>, etag: string | null): Omit<EntityRow, "state"> {
  const place = placeOf(path);
  const text = (key: string) => (typeof value[key] === "string" && value[key] !== "" ? value[key] : null);
  return {
    path,
    id: place?.id ?? path,
    scope: place?.scope ?? null,
    name: text("name"),
    type: text("type"),
    value,
    etag,
  };
}

const saidBy = (text: string): Record<string, unknown> => {
  const known = read(text);
  return known.ok ? known.value : {};
};

function fits(row: EntityRow, filters: EntityFilters): boolean {
  const { q, scope, type } = filters;
  const named = `${row.id} ${row.name ?? ""}`.toLowerCase();
  return (
    (!q || named.includes(q.toLowerCase())) && (!scope || row.scope === scope) && (!type || row.type === type)
  );
}
