// What this screen keeps in its address.

export interface HistorySearch {
  path?: string;
}

export function historySearch(raw: Record<string, unknown>): HistorySearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return { ...text("path") };
}
