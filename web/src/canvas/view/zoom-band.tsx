// Tells the style sheets how far away the picture is. Nothing is drawn anew for it.
import { useStore } from "@xyflow/react";
import { type RefObject, useLayoutEffect } from "react";
import { whenFree } from "./when-free";

/** Below this, a card is its icon and its number. */
const FAR = 0.5;

export function ZoomBand({ frame }: { frame: RefObject<HTMLElement | null> }) {
  const band = useStore(({ transform }) => (transform[2] < FAR ? "far" : "near"));
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element?.hasAttribute("data-zoom")) return element?.setAttribute("data-zoom", band);
    // All cards change their looks: not while the wheel turns.
    let isOutdated = false;
    whenFree(element, () => {
      if (!isOutdated) element.setAttribute("data-zoom", band);
    });
    return () => {
      isOutdated = true;
    };
  }, [frame, band]);
  return null;
}
