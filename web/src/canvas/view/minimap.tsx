// The whole picture in small, with the part that is in sight. A press or a drag on it leads there. React Flow's own has an
// element for each card, which all are laid out anew with every frame of a pan; here one path stands for all of a kind.
import { Panel, useReactFlow, useStoreApi } from "@xyflow/react";
import { memo, type PointerEvent, useCallback, useLayoutEffect, useMemo, useRef } from "react";
import type { Drawing } from "../model/drawing";
import { CARD_WIDTH, heightOf, type Places } from "../model/place";
import classes from "./canvas.module.css";

const WIDTH = 168;
const HEIGHT = 110;
/** Around the cards, as a part of the larger side. */
const MARGIN = 0.08;

type State = { transform: readonly [x: number, y: number, zoom: number]; width: number; height: number };

export const CanvasMap = memo(function CanvasMap({
  drawing,
  standing,
}: {
  drawing: Drawing;
  standing: Places;
}) {
  const store = useStoreApi();
  const flow = useReactFlow();
  const map = useRef<SVGSVGElement>(null);
  const rest = useRef<SVGPathElement>(null);
  const window = useRef<SVGRectElement>(null);
  const { shapes, box } = useMemo(() => small(drawing, standing), [drawing, standing]);
  useLayoutEffect(() => {
    const whole = rectangle(box.x, box.y, box.width, box.height);
    const follow = ({ transform: [x, y, zoom], width, height }: State) => {
      const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
      rest.current?.setAttribute("d", whole + rectangle(seen.x, seen.y, seen.width, seen.height));
      for (const [name, value] of Object.entries(seen)) window.current?.setAttribute(name, String(value));
    };
    follow(store.getState());
    return store.subscribe(follow);
  }, [store, box]);
  const go = useCallback(
    (event: PointerEvent) => {
      const inverse = map.current?.getScreenCTM()?.inverse();
      if (!inverse || event.buttons !== 1) return;
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(inverse);
      void flow.setCenter(x, y, { zoom: flow.getZoom() });
    },
    [flow],
  );
  return (
    <Panel position="bottom-right" className={classes.map ?? ""}>
      <svg
        ref={map}
        width={WIDTH}
        height={HEIGHT}
        viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
        role="img"
        aria-label="The whole picture in small"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event);
        }}
        onPointerMove={go}
      >
        {shapes.map(({ tone, path }) => (
          <path key={tone} d={path} fill={tone} />
        ))}
        <path ref={rest} className={classes.unseen} fillRule="evenodd" />
        <rect ref={window} className={classes.seen} />
      </svg>
    </Panel>
  );
});

const TONES = {
  collectors: "var(--lm-action)",
  collector: "var(--lm-action)",
  source: "var(--lm-line-strong)",
  route: "var(--lm-flow)",
  destination: "var(--lm-line-strong)",
} as const;

function small(
  { cards }: Drawing,
  standing: Places,
): {
  shapes: ReadonlyArray<{ tone: string; path: string }>;
  box: { x: number; y: number; width: number; height: number };
} {
  const paths = new Map<string, string>();
  let [left, top, right, bottom] = [0, 0, 1, 1];
  let isFirst = true;
  for (const card of cards) {
    const at = standing.get(card.id);
    if (!at) continue;
    const height = heightOf(card, false);
    const tone = TONES[card.kind];
    paths.set(tone, (paths.get(tone) ?? "") + rectangle(at.x, at.y, CARD_WIDTH, height));
    const [x, y] = [at.x + CARD_WIDTH, at.y + height];
    [left, top] = isFirst ? [at.x, at.y] : [Math.min(left, at.x), Math.min(top, at.y)];
    [right, bottom] = isFirst ? [x, y] : [Math.max(right, x), Math.max(bottom, y)];
    isFirst = false;
  }
  const margin = MARGIN * Math.max(right - left, bottom - top);
  // Of the map's own proportions, so that nothing lies beyond its edge.
  const scale = Math.max((right - left + 2 * margin) / WIDTH, (bottom - top + 2 * margin) / HEIGHT);
  const [width, height] = [WIDTH * scale, HEIGHT * scale];
  return {
    shapes: [...paths].map(([tone, path]) => ({ tone, path })),
    box: { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height },
  };
}

const rectangle = (x: number, y: number, width: number, height: number): string =>
  `M${x} ${y}h${width}v${height}h${-width}z`;
