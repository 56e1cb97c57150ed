// Pressing wires and pointing at them. They lie under the pane that takes the pointer, so it is reckoned which one is meant.
import { useReactFlow } from "@xyflow/react";
import { type MouseEvent, type RefObject, useCallback, useRef } from "react";
import { wayOf } from "../model/curve";
import type { Drawing } from "../model/drawing";
import { wireNear } from "../model/pick";
import type { Layout, Places } from "../model/place";

/** So many pixels beside a wire still mean it. */
const REACH_PX = 8;

const PANE = ".react-flow__pane";

interface Does {
  press: (event: MouseEvent, wire: { id: string }) => void;
  over: (event: MouseEvent, wire: { id: string }) => void;
  out: () => void;
  /** Nothing is there. */
  letGo: () => void;
}

export function useWires(
  frame: RefObject<HTMLElement | null>,
  { drawing, layout, standing }: { drawing: Drawing; layout: Layout; standing: Places },
  { press, over, out, letGo }: Does,
): {
  onPaneClick: (event: MouseEvent) => void;
  onPaneMouseMove: (event: MouseEvent) => void;
  onPaneMouseLeave: () => void;
} {
  const flow = useReactFlow();
  const under = useRef<string | null>(null);
  const wireAt = useCallback(
    ({ clientX, clientY }: MouseEvent) =>
      wireNear(
        drawing.wires,
        (wire) => wayOf(wire, standing, layout),
        flow.screenToFlowPosition({ x: clientX, y: clientY }),
        REACH_PX / flow.getZoom(),
      ),
    [flow, drawing, layout, standing],
  );
  const onPaneClick = useCallback(
    (event: MouseEvent) => {
      const id = wireAt(event);
      if (id === null) letGo();
      else press(event, { id });
    },
    [wireAt, letGo, press],
  );
  const leave = useCallback(() => {
    if (under.current === null) return;
    under.current = null;
    frame.current?.removeAttribute("data-over");
    out();
  }, [frame, out]);
  const onPaneMouseMove = useCallback(
    (event: MouseEvent) => {
      // A pressed button is a drag; and what is over a card, on the pane too, means the card.
      const isFree = event.buttons === 0 && event.target instanceof Element && event.target.matches(PANE);
      const id = isFree ? wireAt(event) : null;
      if (id === under.current) return;
      leave();
      if (id === null) return;
      under.current = id;
      frame.current?.setAttribute("data-over", "wire");
      over(event, { id });
    },
    [frame, wireAt, over, leave],
  );
  return { onPaneClick, onPaneMouseMove, onPaneMouseLeave: leave };
}
