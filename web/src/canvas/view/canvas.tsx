// The canvas: what runs where, with its numbers. A topology goes in; cards, wires, the minimap, the hover card and the
// drawer come out. New numbers do not pass through here, but straight to the cards that show them. Start at `Canvas`.
import { type OnNodeDrag, Panel, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Topology } from "../../api/topology";
import { plural } from "../../lib/numbers";
import type { Card } from "../model/drawing";
import { cardWith, search } from "../model/find";
import { withMoves } from "../model/moves";
import { makeRoom } from "../model/place";
import { sayAll } from "../model/say";
import classes from "./canvas.module.css";
import { type CardNode, CardOnCanvas } from "./card";
import { Controls } from "./controls";
import { Drawer } from "./drawer";
import { Focus, litBy } from "./focus";
import { HoverCard, useHover } from "./hover";
import { CanvasMap } from "./minimap";
import { type Tools, ToolsProvider } from "./tools";
import { useDrawing } from "./use-drawing";
import { useFlow } from "./use-flow";
import { useKeys } from "./use-keys";
import { useMoves } from "./use-moves";
import { Wires } from "./wires";
import { ZoomBand } from "./zoom-band";

const NODE_TYPES = { card: CardOnCanvas };
const FIT = { padding: 0.12, maxZoom: 1, minZoom: 0.2 };

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

function Inner({
  topology,
  label,
  view,
  overlay,
  selected,
  onSelect,
  open,
  onToggle,
  find = "",
  actions,
  onEnter,
}: CanvasProps) {
  const frame = useRef<HTMLElement>(null);
  const [focus] = useState(() => new Focus());
  const [isLocked, setLocked] = useState(false);
  const { drawing, places, live } = useDrawing(topology, open, frame);
  const { moves, onMove, undo, clear } = useMoves(view);
  const standing = useMemo(
    () => makeRoom(drawing.cards, withMoves(places, moves), open),
    [drawing, places, moves, open],
  );
  const { nodes, onNodesChange } = useFlow(drawing, standing, open);
  const chosen = useMemo(
    () => (selected === null ? null : (cardWith(drawing, selected)?.id ?? selected)),
    [drawing, selected],
  );
  const toggle = useRef(onToggle);
  useLayoutEffect(() => {
    toggle.current = onToggle;
  });
  const tools = useMemo<Tools>(() => ({ live, focus, toggle: (id) => toggle.current(id) }), [live, focus]);
  const found = useMemo(() => search(drawing, standing, find), [drawing, standing, find]);

  useLayoutEffect(() => {
    const ids = new Set(found.map(({ id }) => id));
    focus.set({ selected: chosen, found: ids, lit: litBy(drawing, chosen, ids) });
  }, [focus, drawing, chosen, found]);

  const { onKeyDown, show } = useKeys({ frame, focus, drawing, standing, onSelect, onToggle, onEnter });
  const [firstFound] = found;
  useEffect(() => {
    if (firstFound) show(firstFound.id);
  }, [firstFound, show]);

  // The drawer takes room: what was pressed stays in sight.
  useEffect(() => {
    if (chosen === null) return;
    const frameTime = requestAnimationFrame(() => show(chosen));
    return () => cancelAnimationFrame(frameTime);
  }, [chosen, show]);

  const { hover, over, out } = useHover(frame);
  const press = useCallback(
    (_: unknown, { id }: { id: string }) => {
      out();
      onSelect(id);
    },
    [onSelect, out],
  );
  const held = useCallback(() => {
    out();
    frame.current?.setAttribute("data-moving", "");
  }, [out]);
  const freed = useCallback(() => frame.current?.removeAttribute("data-moving"), []);
  const dropped = useCallback<OnNodeDrag<CardNode>>(
    (_, __, moved) => {
      freed();
      onMove(Object.fromEntries(moved.map(({ id, position }) => [id, position])));
    },
    [freed, onMove],
  );
  const enter = useCallback((_: unknown, { data }: CardNode) => onEnter?.(data.card), [onEnter]);
  const letGo = useCallback(() => onSelect(null), [onSelect]);

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
          <ReactFlow
            key={view}
            nodes={nodes}
            nodeTypes={NODE_TYPES}
            onNodesChange={onNodesChange}
            onNodeClick={press}
            onNodeDoubleClick={enter}
            onPaneClick={letGo}
            onNodeMouseEnter={over}
            onNodeMouseLeave={out}
            onMoveStart={held}
            onMoveEnd={freed}
            onNodeDragStart={held}
            onNodeDragStop={dropped}
            nodesDraggable={!isLocked}
            nodesConnectable={false}
            nodesFocusable={false}
            elementsSelectable={false}
            disableKeyboardA11y
            nodeDragThreshold={4}
            zoomOnDoubleClick={false}
            deleteKeyCode={null}
            selectionKeyCode={null}
            multiSelectionKeyCode={null}
            minZoom={0.05}
            maxZoom={2}
            fitView
            fitViewOptions={FIT}
            attributionPosition="top-right"
          >
            <Wires
              drawing={drawing}
              places={standing}
              nodes={nodes}
              onPress={press}
              onOver={over}
              onOut={out}
            />
            {drawing.wiresLeftOut > 0 ? (
              <Panel position="top-left" className={classes.left ?? ""}>
                {plural(drawing.wiresLeftOut, "connection")} not drawn. Open a part of the fleet to see all.
              </Panel>
            ) : null}
            <ZoomBand frame={frame} />
            <CanvasMap />
            <Controls
              fit={FIT}
              isLocked={isLocked}
              onLock={() => setLocked(!isLocked)}
              onUndo={moves.past.length > 0 ? undo : null}
              onClear={Object.keys(moves.at).length > 0 ? clear : null}
            />
          </ReactFlow>
          {hover ? <HoverCard hover={hover} drawing={drawing} /> : null}
        </section>
        {chosen !== null ? (
          <Drawer
            id={chosen}
            drawing={drawing}
            topology={topology}
            onSelect={onSelect}
            onToggle={onToggle}
            actions={actions}
          />
        ) : null}
      </div>
    </ToolsProvider>
  );
}
