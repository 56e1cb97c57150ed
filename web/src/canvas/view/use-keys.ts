// The keyboard on the canvas: one stop of the tab key, arrows from card to card, Enter for details, Escape to let go.
import { useReactFlow } from "@xyflow/react";
import { type KeyboardEvent, type RefObject, useCallback, useLayoutEffect } from "react";
import type { Drawing } from "../model/drawing";
import { type Direction, readingOrder, stepTo } from "../model/find";
import { CARD_WIDTH, heightOf, type Places } from "../model/place";
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
}): { onKeyDown: (event: KeyboardEvent) => void; show: (id: string) => void } {
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
  return { onKeyDown, show };
}
