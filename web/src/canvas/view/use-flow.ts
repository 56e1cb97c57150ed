// Cards as React Flow takes them. Their sizes are said beforehand, so the first picture is whole without measuring.
import { applyNodeChanges, type OnNodesChange } from "@xyflow/react";
import { useCallback, useState } from "react";
import type { Card, Drawing } from "../model/drawing";
import { CARD_WIDTH, heightOf, type Places } from "../model/place";
import type { CardNode } from "./card";

export function useFlow(
  drawing: Drawing,
  places: Places,
  open: ReadonlySet<string>,
): { nodes: CardNode[]; onNodesChange: OnNodesChange<CardNode> } {
  const [nodes, setNodes] = useState<CardNode[]>(() => nodesOf(drawing, places, open, []));
  const [shown, setShown] = useState({ drawing, places, open });
  // While rendering, so that wires never stand without their cards.
  if (shown.drawing !== drawing || shown.places !== places || shown.open !== open) {
    setShown({ drawing, places, open });
    setNodes((before) => nodesOf(drawing, places, open, before));
  }
  const onNodesChange = useCallback<OnNodesChange<CardNode>>(
    (changes) => setNodes((before) => applyNodeChanges(changes, before)),
    [],
  );
  return { nodes, onNodesChange };
}

/** A node that nothing changed about keeps its identity, and is not drawn anew. */
function nodesOf(
  drawing: Drawing,
  places: Places,
  open: ReadonlySet<string>,
  before: readonly CardNode[],
): CardNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  return drawing.cards.map((card) => {
    const isExpanded = card.steps.length > 0 && open.has(card.id);
    const position = places.get(card.id) ?? { x: 0, y: 0 };
    const node = known.get(card.id);
    if (
      node?.data.card === card &&
      node.data.isExpanded === isExpanded &&
      node.position.x === position.x &&
      node.position.y === position.y
    )
      return node;
    return nodeOf(card, isExpanded, position);
  });
}

function nodeOf(card: Card, isExpanded: boolean, position: { x: number; y: number }): CardNode {
  const size = { width: CARD_WIDTH, height: heightOf(card, isExpanded) };
  return {
    id: card.id,
    type: "card",
    position,
    data: { card, isExpanded },
    ...size,
    measured: size,
  };
}
