// What this screen keeps in its address.

export interface TopologySearch {
  /** `fleet` when absent, `group` or `collector`. */
  level?: string;
  /** The group or collector; with `by` at the level of a group, the label's value. */
  id?: string;
  /** The group that a collector was opened from. */
  from?: string;
  signal?: string;
  by?: string;
  select?: string;
  /** `canvas` or `table`; when absent, what there is room for. */
  view?: string;
  /** `off`; on when absent. */
  overlay?: string;
  /** Routes shown with their steps, as a JSON list. */
  open?: string;
  /** Words that are searched for. */
  q?: string;
}

const KEYS = ["level", "id", "from", "signal", "by", "select", "view", "overlay", "open", "q"] as const;

export function topologySearch(raw: Record<string, unknown>): TopologySearch {
  const search: TopologySearch = {};
  for (const key of KEYS) {
    const value = raw[key];
    if (typeof value === "string" && value !== "") search[key] = value;
    // An id that looks like a number is read as one.
    else if (typeof value === "number" && Number.isFinite(value)) search[key] = String(value);
  }
  return search;
}

/** A window narrower than this shows cards without their names. */
const ROOM = "(min-width: 641px)";

/** What is shown: what was asked for, else the canvas where it has room and its table where it has none. */
export function viewOf({ view }: TopologySearch): "canvas" | "table" {
  if (view === "canvas" || view === "table") return view;
  return window.matchMedia?.(ROOM).matches === false ? "table" : "canvas";
}

/** Opened things that an address carries at most. */
const OPEN_MAX = 40;

export function openFrom(text: string | undefined): ReadonlySet<string> {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return new Set(
      Array.isArray(list) ? list.filter((each) => typeof each === "string").slice(-OPEN_MAX) : [],
    );
  } catch {
    return new Set();
  }
}

export function openTo(open: ReadonlySet<string>): string | undefined {
  return open.size === 0 ? undefined : JSON.stringify([...open].slice(-OPEN_MAX));
}
