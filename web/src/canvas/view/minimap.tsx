// The whole picture in small.
import { MiniMap } from "@xyflow/react";
import { memo } from "react";
import classes from "./canvas.module.css";
import type { CardNode } from "./card";

const tone = (node: CardNode): string =>
  node.data.card.kind === "collectors" || node.data.card.kind === "collector"
    ? "var(--lm-action)"
    : node.data.card.kind === "route"
      ? "var(--lm-flow)"
      : "var(--lm-line-strong)";

export const CanvasMap = memo(function CanvasMap() {
  return (
    <MiniMap<CardNode>
      className={classes.map ?? ""}
      ariaLabel="The whole picture in small"
      nodeColor={tone}
      nodeStrokeWidth={0}
      bgColor="var(--lm-raised)"
      maskStrokeColor="var(--lm-action)"
      maskStrokeWidth={2}
      maskColor="color-mix(in srgb, var(--lm-off-ground) 70%, transparent)"
      pannable
      zoomable
      style={MAP_SIZE}
    />
  );
});
const MAP_SIZE = { width: 168, height: 110 };
