// What the table of collectors keeps in its address.

export interface CollectorsSearch {
  q?: string;
  sort?: string;
  columns?: string;
  archived?: string;
}

export function collectorsSearch(raw: Record<string, unknown>): CollectorsSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return { ...text("q"), ...text("sort"), ...text("columns"), ...text("archived") };
}
