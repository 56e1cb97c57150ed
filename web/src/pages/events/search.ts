// What this screen keeps in its address.

export interface EventsSearch {
  collector?: string;
  kind?: string;
  severity?: string;
}

export function eventsSearch(raw: Record<string, unknown>): EventsSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return { ...text("collector"), ...text("kind"), ...text("severity") };
}
