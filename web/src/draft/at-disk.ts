// Drafts in the storage of the browser, one for each person by their immutable id: whoever signs in next finds their own.
import { atRest } from "./at-rest";
import type { Draft, DraftEntry } from "./history";

const PREFIX = "linkmesh.draft.of.";
/** Whose drafts are stored, the latest last. */
const ORDER = "linkmesh.draft.owners";
/** One draft for the whole browser, of nobody knows whom: nobody may see it. */
const OWNERLESS = "linkmesh.draft.v1";
/** People whose drafts are kept in one browser; of more, the one longest untouched is dropped. */
const OWNERS_MAX = 8;
/** The texts of an entry. */
const WRITTEN: ReadonlySet<string> = new Set(["text", "before"]);

const keyOf = (person: string): string => `${PREFIX}${person}`;

export const isKeyOf = (person: string, key: string | null): boolean => key === keyOf(person);

/** Stores the draft of a person, without credentials in clear. */
export function keep(person: string, draft: Draft): void {
  try {
    const others = owners().filter((one) => one !== person);
    if (Object.keys(draft).length === 0) {
      localStorage.removeItem(keyOf(person));
      localStorage.setItem(ORDER, JSON.stringify(others));
      return;
    }
    const all = [...others, person];
    for (const oldest of all.slice(0, -OWNERS_MAX)) localStorage.removeItem(keyOf(oldest));
    localStorage.setItem(ORDER, JSON.stringify(all.slice(-OWNERS_MAX)));
    localStorage.setItem(keyOf(person), JSON.stringify(draft, resting));
  } catch {
    // A full or closed storage costs the draft at a reload, not now.
  }
}

const resting = (key: string, value: unknown): unknown =>
  WRITTEN.has(key) && typeof value === "string" ? atRest(value) : value;

/** The draft that a person left. */
export function kept(person: string): Draft {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(keyOf(person)) ?? "{}");
    if (typeof known !== "object" || known === null) return {};
    return Object.fromEntries(Object.entries(known).filter(([path, entry]) => isEntry(path, entry)));
  } catch {
    return {};
  }
}

function owners(): string[] {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(ORDER) ?? "[]");
    return Array.isArray(known) ? known.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

/** What an older page or somebody else left there must not break this one. */
function isEntry(path: string, entry: unknown): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  const { path: own, text } = entry as Partial<DraftEntry>;
  return own === path && (text === null || typeof text === "string");
}

try {
  localStorage.removeItem(OWNERLESS);
} catch {
  // A closed storage holds nothing.
}
