// What this screen keeps in its address.

export interface CollectorSearch {
  tab?: string;
}

export function collectorSearch(raw: Record<string, unknown>): CollectorSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return { ...text("tab") };
}
