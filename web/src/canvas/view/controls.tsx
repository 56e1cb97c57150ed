// The buttons on the canvas: zoom, fit, lock, and back to where the layout put things.
import { ActionIcon } from "@mantine/core";
import { type FitViewOptions, Panel, useReactFlow } from "@xyflow/react";
import { LayoutDashboard, Lock, LockOpen, type LucideIcon, Maximize, Minus, Plus, Undo2 } from "lucide-react";
import { memo } from "react";
import { Hint } from "../../ui/hint";
import classes from "./canvas.module.css";
import type { CardNode } from "./card";

/** Not drawn anew while something is dragged. */
export const Controls = memo(function Controls({
  fit,
  isLocked,
  onLock,
  onUndo,
  onClear,
}: {
  fit: FitViewOptions<CardNode>;
  isLocked: boolean;
  onLock: () => void;
  onUndo: (() => void) | null;
  onClear: (() => void) | null;
}) {
  const flow = useReactFlow<CardNode>();
  return (
    <Panel position="bottom-left" className={classes.controls ?? ""}>
      <Control icon={Plus} word="Zoom in" onClick={() => void flow.zoomIn()} />
      <Control icon={Minus} word="Zoom out" onClick={() => void flow.zoomOut()} />
      <Control icon={Maximize} word="Fit everything in" onClick={() => void flow.fitView(fit)} />
      <Control
        icon={isLocked ? Lock : LockOpen}
        word={isLocked ? "Cards are locked. Unlock." : "Lock the cards in place"}
        isOn={isLocked}
        onClick={onLock}
      />
      <Control icon={Undo2} word="Undo the last move" onClick={onUndo} />
      <Control icon={LayoutDashboard} word="Back to the automatic layout" onClick={onClear} />
    </Panel>
  );
});

function Control({
  icon: Icon,
  word,
  isOn,
  onClick,
}: {
  icon: LucideIcon;
  word: string;
  isOn?: boolean;
  onClick: (() => void) | null;
}) {
  return (
    <Hint text={word}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={word}
        aria-pressed={isOn}
        disabled={onClick === null}
        onClick={() => onClick?.()}
      >
        <Icon size={15} aria-hidden />
      </ActionIcon>
    </Hint>
  );
}
