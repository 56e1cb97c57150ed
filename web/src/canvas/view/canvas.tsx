// The canvas: what runs where, with its numbers. A topology goes in; cards, wires, the minimap, the hover card and the
// drawer come out. New numbers do not pass through here, but straight to the cards that show them. Start at `Canvas`.
import { ReactFlowProvider } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Topology } from "../../api/topology";
import type { Card } from "../model/drawing";
import { cardWith, search } from "../model/find";
import { withMoves } from "../model/moves";
import { makeRoom } from "../model/place";
import { sayAll } from "../model/say";
import { afterPaint } from "./after-paint";
import classes from "./canvas.module.css";
import { Drawer } from "./drawer";
import { Focus, litBy } from "./focus";
import { Picture } from "./picture";
import { type Acts, type Tools, ToolsProvider } from "./tools";
import { useDrawing } from "./use-drawing";
import { useHeld } from "./use-held";
import { useKeys } from "./use-keys";
import { useMoves } from "./use-moves";

export interface CanvasProps {
  topology: Topology;
  /** What the canvas shows, for people who do not see it. */
  label: string;
  /** Names the view: moves by hand are kept under it, and another view is fitted into the window anew. */
  view: string;
  overlay: boolean;
  /** Id of a card, of a node on a card, or of a wire. */
  selected: string | null;
  onSelect: (id: string | null) => void;
  /** Routes shown with their steps, and folds that are opened. */
  open: ReadonlySet<string>;
  onToggle: (id: string) => void;
  /** Words that are searched for. */
  find?: string;
  /** Links and actions for a card, in the drawer. */
  actions?: (card: Card) => ReactNode;
  /** Leads to what the card stands for: a double click, or `o`. */
  onEnter?: (card: Card) => void;
}

export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Inner {...props} />
    </ReactFlowProvider>
  );
}

function Inner(props: CanvasProps) {
  const { label, view, overlay, selected, onSelect, open, onToggle, find = "", actions, onEnter } = props;
  const frame = useRef<HTMLElement>(null);
  const topology = useHeld(props.topology, view, frame);
  const [focus] = useState(() => new Focus());
  const { drawing, layout, live } = useDrawing(topology, open, frame);
  const { moves, onMove, undo, clear } = useMoves(view);
  const standing = useMemo(
    () => makeRoom(drawing.cards, withMoves(layout.places, moves), open),
    [drawing, layout, moves, open],
  );
  const chosen = useMemo(
    () => (selected === null ? null : (cardWith(drawing, selected)?.id ?? selected)),
    [drawing, selected],
  );
  const found = useMemo(() => search(drawing, standing, find), [drawing, standing, find]);
  useLayoutEffect(() => {
    const ids = new Set(found.map(({ id }) => id));
    focus.set({ selected: chosen, found: ids, lit: litBy(drawing, chosen, ids) });
  }, [focus, drawing, chosen, found]);
  const acts = useActs(focus, { onToggle, onSelect, onEnter });
  const tools = useMemo<Tools>(() => ({ live, focus, toggle: acts.toggle }), [live, focus, acts]);

  const { onKeyDown, show, showLit } = useKeys({ frame, focus, drawing, standing, acts });
  const [firstFound] = found;
  useEffect(() => {
    if (firstFound) show(firstFound.id);
  }, [firstFound, show]);

  // The drawer takes room: what was pressed stays in sight.
  useEffect(() => {
    if (chosen === null) return;
    const frameTime = requestAnimationFrame(() => showLit(chosen));
    return () => cancelAnimationFrame(frameTime);
  }, [chosen, showLit]);

  return (
    <ToolsProvider value={tools}>
      <div className={classes.canvas}>
        <section
          ref={frame}
          className={classes.frame}
          aria-label={label}
          data-overlay={overlay ? "on" : "off"}
          onKeyDown={onKeyDown}
        >
          <p className="only-read">
            {sayAll(topology, drawing)} Arrow keys move between the cards, Enter shows details.
          </p>
          <Picture
            view={view}
            frame={frame}
            drawing={drawing}
            layout={layout}
            standing={standing}
            open={open}
            acts={acts}
            onMove={onMove}
            onUndo={moves.past.length > 0 ? undo : null}
            onClear={Object.keys(moves.at).length > 0 ? clear : null}
          />
        </section>
        {chosen !== null ? (
          <Drawer
            id={chosen}
            drawing={drawing}
            topology={topology}
            onSelect={acts.select}
            onToggle={acts.toggle}
            actions={actions}
          />
        ) : null}
      </div>
    </ToolsProvider>
  );
}

interface Does {
  onToggle: (id: string) => void;
  onSelect: (id: string | null) => void;
  onEnter: ((card: Card) => void) | undefined;
}

/** What a hand does. What is pressed is marked at once; all that follows, and there is much to draw then, after that is seen. */
function useActs(focus: Focus, does: Does): Acts {
  const latest = useRef(does);
  useLayoutEffect(() => {
    latest.current = does;
  });
  const leave = useRef(() => {});
  useEffect(() => () => leave.current(), []);
  return useMemo<Acts>(
    () => ({
      toggle: (id) => latest.current.onToggle(id),
      select: (id) => {
        focus.set({ selected: id });
        leave.current();
        leave.current = afterPaint(() => latest.current.onSelect(id));
      },
      enter: (card) => latest.current.onEnter?.(card),
    }),
    [focus],
  );
}
