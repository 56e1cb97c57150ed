// What this screen keeps in its address.

export interface EventsSearch {
  /** `audit` shows who did what instead of what happened. */
  view?: string;
  collector?: string;
  kind?: string;
  severity?: string;
  actor?: string;
  action?: string;
  object?: string;
}

export function eventsSearch(raw: Record<string, unknown>): EventsSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return {
    ...text("view"),
    ...text("collector"),
    ...text("kind"),
    ...text("severity"),
    ...text("actor"),
    ...text("action"),
    ...text("object"),
  };
}
