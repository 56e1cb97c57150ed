// What this screen keeps in its address.

export const TABS = ["overview", "components", "config", "flow", "attempts", "events"] as const;
export type Tab = (typeof TABS)[number];

export interface CollectorSearch {
  tab?: string;
  /** On the Config tab: `committed`, `effective` or `difference`. */
  view?: string;
}

export function collectorSearch(raw: Record<string, unknown>): CollectorSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return { ...text("tab"), ...text("view") };
}

export const tabOf = (tab: string | undefined): Tab => TABS.find((known) => known === tab) ?? "overview";
