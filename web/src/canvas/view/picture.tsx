// The picture itself: cards and wires under the hand. What follows the hand lives here, so that neither the drawer nor the
// page is drawn anew while something is dragged or shown on hover. Start at `Picture`.
import { type OnNodeDrag, Panel, ReactFlow } from "@xyflow/react";
import { memo, type RefObject, useCallback, useState } from "react";
import { plural } from "../../lib/numbers";
import type { Drawing } from "../model/drawing";
import type { Layout, Places, Point } from "../model/place";
import { afterPaint } from "./after-paint";
import classes from "./canvas.module.css";
import { type CardNode, CardOnCanvas } from "./card";
import { Controls } from "./controls";
import { HoverCard, useHover } from "./hover";
import { CanvasMap } from "./minimap";
import type { Acts } from "./tools";
import { useFlow } from "./use-flow";
import { useWires } from "./use-wires";
import { Wires } from "./wires";
import { ZoomBand } from "./zoom-band";

const NODE_TYPES = { card: CardOnCanvas };
const FIT = { padding: 0.05, maxZoom: 1.1, minZoom: 0.2 };

interface Props {
  /** Another view is fitted into the window anew. */
  view: string;
  frame: RefObject<HTMLElement | null>;
  drawing: Drawing;
  layout: Layout;
  /** Where the cards stand: where the layout put them, but for those that were moved by hand. */
  standing: Places;
  open: ReadonlySet<string>;
  acts: Acts;
  onMove: (moved: Readonly<Record<string, Point>>) => void;
  onUndo: (() => void) | null;
  onClear: (() => void) | null;
}

export const Picture = memo(function Picture(props: Props) {
  const { view, frame, drawing, layout, standing, open, acts, onMove, onUndo, onClear } = props;
  const [isLocked, setLocked] = useState(false);
  const { nodes, onNodesChange } = useFlow(drawing, standing, open);
  const { hover, over, out } = useHover(frame);
  const press = useCallback(
    (_: unknown, { id }: { id: string }) => {
      out();
      acts.select(id);
    },
    [acts, out],
  );
  const held = useCallback(() => {
    out();
    frame.current?.setAttribute("data-moving", "");
  }, [frame, out]);
  const freed = useCallback(() => frame.current?.removeAttribute("data-moving"), [frame]);
  const dropped = useCallback<OnNodeDrag<CardNode>>(
    (_, __, moved) => {
      freed();
      // It lies where it was dropped; what is kept of it, and where all wires run, is reckoned when that is seen.
      afterPaint(() => onMove(Object.fromEntries(moved.map(({ id, position }) => [id, position]))));
    },
    [freed, onMove],
  );
  const enter = useCallback((_: unknown, { data }: CardNode) => acts.enter(data.card), [acts]);
  const letGo = useCallback(() => acts.select(null), [acts]);
  const onPane = useWires(frame, { drawing, layout, standing }, { press, over, out, letGo });
  const lock = useCallback(() => setLocked((before) => !before), []);
  return (
    <>
      <ReactFlow
        key={view}
        nodes={nodes}
        nodeTypes={NODE_TYPES}
        onNodesChange={onNodesChange}
        onNodeClick={press}
        onNodeDoubleClick={enter}
        {...onPane}
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
        attributionPosition="bottom-center"
      >
        <Wires frame={frame} drawing={drawing} layout={layout} places={standing} nodes={nodes} />
        {drawing.wiresLeftOut > 0 ? (
          <Panel position="top-left" className={classes.left ?? ""}>
            {plural(drawing.wiresLeftOut, "connection")} not drawn. Open a part of the fleet to see all.
          </Panel>
        ) : null}
        <ZoomBand frame={frame} />
        <CanvasMap drawing={drawing} standing={standing} />
        <Controls fit={FIT} isLocked={isLocked} onLock={lock} onUndo={onUndo} onClear={onClear} />
      </ReactFlow>
      {hover ? <HoverCard hover={hover} drawing={drawing} /> : null}
    </>
  );
});
