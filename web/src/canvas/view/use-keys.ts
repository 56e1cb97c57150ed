// The keyboard on the canvas: one stop of the tab key, arrows from card to card, Enter for details, Escape to let go.
import { useReactFlow } from "@xyflow/react";
import { type KeyboardEvent, type RefObject, useCallback, useLayoutEffect } from "react";
import type { Drawing } from "../model/drawing";
import { type Direction, readingOrder, stepTo } from "../model/find";
import { CARD_WIDTH, heightOf, type Places, type Point } from "../model/place";
import type { Focus } from "./focus";
import type { Acts } from "./tools";

const KEYS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};

/** Pixels left free around what is shown together. */
const EDGE = 24;
/** Below this, names are too small to read. */
const READABLE = 0.55;

function aroundAll(
  drawing: Drawing,
  standing: Places,
  ids: ReadonlySet<string>,
): { start: Point; end: Point } | null {
  const boxes = drawing.cards.flatMap((card) => {
    const at = ids.has(card.id) ? standing.get(card.id) : undefined;
    return at ? [{ ...at, right: at.x + CARD_WIDTH, bottom: at.y + heightOf(card, false) }] : [];
  });
  if (boxes.length === 0) return null;
  return {
    start: { x: Math.min(...boxes.map(({ x }) => x)), y: Math.min(...boxes.map(({ y }) => y)) },
    end: {
      x: Math.max(...boxes.map(({ right }) => right)),
      y: Math.max(...boxes.map(({ bottom }) => bottom)),
    },
  };
}

export function useKeys({
  frame,
  focus,
  drawing,
  standing,
  acts,
}: {
  frame: RefObject<HTMLElement | null>;
  focus: Focus;
  drawing: Drawing;
  standing: Places;
  acts: Acts;
}): {
  onKeyDown: (event: KeyboardEvent) => void;
  show: (id: string) => void;
  showLit: (id: string) => void;
} {
  const flow = useReactFlow();

  // The tab key always has a stop, also when the card that was it is gone.
  useLayoutEffect(() => {
    if (focus.active !== null && standing.has(focus.active)) return;
    focus.set({ active: readingOrder(drawing, standing)[0]?.id ?? null });
  }, [focus, drawing, standing]);

  /** Moves the picture until a card is in sight, and not at all when it is. */
  const show = useCallback(
    (id: string) => {
      const at = standing.get(id);
      const card = drawing.cards.find((each) => each.id === id);
      const box = frame.current?.getBoundingClientRect();
      if (!at || !card || !box || box.width === 0) return;
      const height = heightOf(card, false);
      const start = flow.flowToScreenPosition(at);
      const end = flow.flowToScreenPosition({ x: at.x + CARD_WIDTH, y: at.y + height });
      const isInSight =
        start.x >= box.left && start.y >= box.top && end.x <= box.right && end.y <= box.bottom;
      if (isInSight) return;
      void flow.setCenter(at.x + CARD_WIDTH / 2, at.y + height / 2, { zoom: flow.getZoom() });
    },
    [flow, frame, drawing, standing],
  );

  /** The same, and with what is lit beside it where that can be read together. */
  const showLit = useCallback(
    (id: string) => {
      const { lit } = focus.looks();
      const box = frame.current?.getBoundingClientRect();
      const around = lit && box ? aroundAll(drawing, standing, lit) : null;
      if (!around || !box || box.width === 0) return show(id);
      const start = flow.flowToScreenPosition(around.start);
      const end = flow.flowToScreenPosition(around.end);
      if (start.x >= box.left && start.y >= box.top && end.x <= box.right && end.y <= box.bottom) return;
      const [width, height] = [around.end.x - around.start.x, around.end.y - around.start.y];
      const zoom = Math.min(flow.getZoom(), (box.width - 2 * EDGE) / width, (box.height - 2 * EDGE) / height);
      if (zoom < READABLE) return show(id);
      void flow.setCenter(around.start.x + width / 2, around.start.y + height / 2, { zoom });
    },
    [flow, frame, focus, drawing, standing, show],
  );

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return;
      const from = event.target.closest("[data-card]")?.getAttribute("data-card") ?? null;
      if (event.key === "Escape") return acts.select(null);
      if (from === null) return;
      const card = drawing.cards.find(({ id }) => id === from);
      if (event.key === "s" && card && card.steps.length > 0) return acts.toggle(card.id);
      if (event.key === "o" && card) return acts.enter(card);
      const direction = KEYS[event.key];
      if (!direction) return;
      event.preventDefault();
      const to = stepTo(drawing, standing, from, direction);
      if (to === null) return;
      focus.set({ active: to });
      show(to);
      const button = frame.current?.querySelector<HTMLElement>(`[data-card="${CSS.escape(to)}"]`);
      button?.focus({ preventScroll: true });
    },
    [drawing, standing, focus, frame, acts, show],
  );
  return { onKeyDown, show, showLit };
}
