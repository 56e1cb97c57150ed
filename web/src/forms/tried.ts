// Which files somebody tried to save: from then on everything that is missing in them is told. Kept while the page is open.

const tried = new Set<string>();
/** More than anybody edits at once. */
const TRIED_MAX = 1_000;

export function markTried(paths: readonly string[]): void {
  if (tried.size > TRIED_MAX) tried.clear();
  for (const path of paths) tried.add(path);
}

export const wasTried = (path: string): boolean => tried.has(path);
