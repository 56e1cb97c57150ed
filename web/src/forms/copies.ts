// New entities: free ids, and copies of others without their sealed credentials, which belong to their own file.
import { isId, type Place, pathOf } from "../api/entities";
import { edited, read } from "./model/document";
import { isRecord, type Path } from "./model/path";

/** A name as an id: `Clean logs` → `clean-logs`; empty where nothing of it can stand in one. */
export function idOf(name: string): string {
  return name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, "");
}

/** The id, or with a number behind it, that nobody has. */
export function freeId(wanted: string, place: Omit<Place, "id">, taken: (path: string) => boolean): string {
  const base = isId(wanted) ? wanted.slice(0, 56) : "new";
  for (let number = 1; number < 1_000; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken(pathOf({ ...place, id }))) return id;
  }
  return base;
}

/** A text for another file; `dropped` are the credentials that have to be given again. */
export function copyOf(text: string): { text: string; dropped: readonly Path[] } {
  const known = read(text);
  if (!known.ok) return { text, dropped: [] };
  const dropped: Path[] = [];
  const look = (value: unknown, path: Path) => {
    if (isRecord(value) && "$sealed" in value) dropped.push(path);
    else if (isRecord(value)) for (const [key, one] of Object.entries(value)) look(one, [...path, key]);
    else if (Array.isArray(value)) for (const [index, one] of value.entries()) look(one, [...path, index]);
  };
  look(known.value, []);
  const copy = dropped.reduce((left, path) => edited(left, { op: "unset", path, keep: 0 }), text);
  return { text: copy, dropped };
}
