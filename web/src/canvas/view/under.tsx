// What lies under the cards, on a layer of its own: shifted and stretched as it is while a hand moves the picture, and
// painted anew, at the size it then has, when the hand rests. Hundreds of long wires are too slow to paint with each frame.
import { useStoreApi } from "@xyflow/react";
import { type ReactNode, type RefObject, useLayoutEffect, useRef } from "react";
import { whenFree } from "./when-free";
import classes from "./wires.module.css";

type View = { transform: readonly [x: number, y: number, zoom: number] };

export function Under({
  frame,
  lights,
  children,
}: {
  frame: RefObject<HTMLElement | null>;
  /** Whether light runs along the wires. */
  lights: boolean;
  /** In the canvas's own coordinates. */
  children: ReactNode;
}) {
  const store = useStoreApi();
  const layer = useRef<HTMLDivElement>(null);
  const drawing = useRef<SVGGElement>(null);
  useLayoutEffect(() => {
    let painted = 0;
    let isWaiting = false;
    let isGone = false;
    const paint = (zoom: number) => {
      painted = zoom;
      drawing.current?.setAttribute("transform", `scale(${zoom})`);
    };
    const follow = ({ transform: [x, y, zoom] }: View) => {
      if (painted === 0) paint(zoom);
      if (layer.current) layer.current.style.transform = `translate(${x}px, ${y}px) scale(${zoom / painted})`;
      if (zoom === painted || isWaiting) return;
      isWaiting = true;
      whenFree(frame.current, () => {
        isWaiting = false;
        if (isGone) return;
        const now = store.getState();
        paint(now.transform[2]);
        follow(now);
      });
    };
    follow(store.getState());
    const stop = store.subscribe(follow);
    return () => {
      isGone = true;
      stop();
    };
  }, [store, frame]);
  return (
    <div ref={layer} className={classes.under}>
      <svg className={classes.layer} aria-hidden="true" focusable="false" data-lights={lights ? "on" : "off"}>
        <g ref={drawing}>{children}</g>
      </svg>
    </div>
  );
}
