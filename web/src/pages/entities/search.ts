// What this screen keeps in its address.

export interface ListSearch {
  q?: string;
  scope?: string;
  type?: string;
}

export function listSearch(raw: Record<string, unknown>): ListSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return { ...text("q"), ...text("scope"), ...text("type") };
}

/** The editor: the kind of a new entity, its type, the tab. */
export interface EntitySearch {
  new?: string;
  type?: string;
  view?: string;
  /** What a new route begins with, and its scope. */
  source?: string;
  pipeline?: string;
  destination?: string;
  scope?: string;
}

export function entitySearch(raw: Record<string, unknown>): EntitySearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return {
    ...text("new"),
    ...text("type"),
    ...text("view"),
    ...text("source"),
    ...text("pipeline"),
    ...text("destination"),
    ...text("scope"),
  };
}
