// What the table of collectors keeps in its address.

export interface CollectorsSearch {
  /** The query. */
  q?: string;
  /** The word of the sort, with `-` before it from the greatest down. */
  sort?: string;
  /** Ids of the columns that are shown, separated by commas; the usual ones when absent. */
  columns?: string;
  /** `true`: only those in the archive; `all`: both. */
  archived?: string;
  /** `true`: only those whose program is older than the tested version. */
  outdated?: string;
}

export function collectorsSearch(raw: Record<string, unknown>): CollectorsSearch {
  // The address reads numbers and booleans as such; a query may look like one.
  const text = (key: keyof CollectorsSearch) => {
    const value = raw[key];
    const word = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    return typeof word === "string" && word !== "" ? { [key]: word } : {};
  };
  return { ...text("q"), ...text("sort"), ...text("columns"), ...text("archived"), ...text("outdated") };
}
