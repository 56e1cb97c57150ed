// What this screen keeps in its address.

export interface TopologySearch {
  level?: string;
  id?: string;
  signal?: string;
  by?: string;
  select?: string;
  view?: string;
  overlay?: string;
}

export function topologySearch(raw: Record<string, unknown>): TopologySearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return {
    ...text("level"),
    ...text("id"),
    ...text("signal"),
    ...text("by"),
    ...text("select"),
    ...text("view"),
    ...text("overlay"),
  };
}
