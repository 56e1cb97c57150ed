// A new answer waits while a hand moves the picture: to work it out takes longer than a frame. Start at `useHeld`.
import { type RefObject, startTransition, useEffect, useState } from "react";
import type { Topology } from "../../api/topology";
import { whenFree } from "./when-free";

/** The answer to draw: the newest when nothing moves, and at once when another view is looked at. */
export function useHeld(newest: Topology, view: string, frame: RefObject<HTMLElement | null>): Topology {
  const [held, setHeld] = useState({ topology: newest, view });
  const isOther = held.view !== view;
  if (isOther) setHeld({ topology: newest, view });
  useEffect(() => {
    if (held.topology === newest) return;
    let isOutdated = false;
    whenFree(frame.current, () => {
      if (!isOutdated) startTransition(() => setHeld({ topology: newest, view }));
    });
    return () => {
      isOutdated = true;
    };
  }, [held, newest, view, frame]);
  return isOther ? newest : held.topology;
}
