// The keys of the whole page: search, help, and `g` followed by the letter of a screen. Never while somebody types.
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/** `g` and this letter lead there. */
export const GO = {
  o: { to: "/", label: "Overview" },
  t: { to: "/topology", label: "Topology" },
  c: { to: "/collectors", label: "Collectors" },
  s: { to: "/sources", label: "Sources" },
  p: { to: "/pipelines", label: "Pipelines" },
  r: { to: "/routes", label: "Routes" },
  d: { to: "/destinations", label: "Destinations" },
  h: { to: "/history", label: "History" },
  e: { to: "/events", label: "Events" },
} as const;

/** How long the letter may come after the `g`. */
const SECOND_KEY_MS = 1_500;

/** Whether keys belong to what has the focus. */
function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input, textarea, select, [role=textbox], [role=grid], dialog") !== null)
  );
}

export function useKeys(act: { search: () => void; help: () => void }): void {
  const navigate = useNavigate();
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    let pressed = 0;
    const take = (event: KeyboardEvent) => {
      if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) {
        event.preventDefault();
        latest.current.search();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      const screen = GO[event.key as keyof typeof GO];
      if (event.key === "/") latest.current.search();
      else if (event.key === "?") latest.current.help();
      else if (screen && event.timeStamp - pressed < SECOND_KEY_MS) void navigate({ to: screen.to });
      else {
        pressed = event.key === "g" ? event.timeStamp : 0;
        return;
      }
      pressed = 0;
      event.preventDefault();
    };
    document.addEventListener("keydown", take);
    return () => document.removeEventListener("keydown", take);
  }, [navigate]);
}
