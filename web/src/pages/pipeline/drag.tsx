// Dragging in the pipeline editor: steps within the chain, by pointer or keyboard, and types from the palette into it.
import {
  type Announcements,
  type CollisionDetection,
  closestCenter,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  KeyboardSensor,
  MeasuringStrategy,
  PointerSensor,
  pointerWithin,
  useDraggable,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { type ReactNode, useState } from "react";
import type { CatalogSummary } from "../../api/catalog";
import classes from "./page.module.css";
import type { ChainStep } from "./steps";

/** The ids of what is dragged from the palette begin so. */
const FRESH = "new:";
/** The place behind the last step. */
export const END = "end:";

interface Props {
  steps: readonly ChainStep[];
  catalog: readonly CatalogSummary[];
  readOnly: boolean;
  move: (from: number, to: number) => void;
  add: (type: string, index: number) => void;
  children: ReactNode;
}

export function PipelineDrag({ steps, catalog, readOnly, move, add, children }: Props) {
  const [dragged, setDragged] = useState<string | null>(null);
  const sensors = useSensors(
    // A click is no drag.
    useSensor(PointerSensor, { activationConstraint: { distance: 6 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const indexOf = (key: unknown) => steps.findIndex((step) => step.key === key);
  const drop = ({ active, over }: DragEndEvent) => {
    setDragged(null);
    if (!over || readOnly) return;
    const id = String(active.id);
    const at = over.id === END ? steps.length : indexOf(over.id);
    if (at < 0) return;
    if (id.startsWith(FRESH)) add(id.slice(FRESH.length), at);
    else if (over.id !== END) move(indexOf(active.id), at);
    else move(indexOf(active.id), steps.length - 1);
  };
  const nameOf = (id: unknown) => {
    const text = String(id);
    if (text === END) return "the end";
    if (text.startsWith(FRESH))
      return catalog.find(({ type }) => type === text.slice(FRESH.length))?.name ?? text;
    const step = steps[indexOf(id)];
    return step ? `step ${step.index + 1}, ${step.name ?? step.id}` : text;
  };
  const said: Announcements = {
    onDragStart: ({ active }) => `Picked up ${nameOf(active.id)}.`,
    onDragOver: ({ active, over }) => (over ? `${nameOf(active.id)} is over ${nameOf(over.id)}.` : undefined),
    onDragEnd: ({ active, over }) =>
      over ? `${nameOf(active.id)} was put at ${nameOf(over.id)}.` : `${nameOf(active.id)} was put back.`,
    onDragCancel: ({ active }) => `${nameOf(active.id)} was put back.`,
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={collisions}
      measuring={MEASURING}
      accessibility={{
        announcements: said,
        screenReaderInstructions: {
          draggable:
            "Press space to pick up the step, the arrow keys to move it, space to put it down, escape to stop.",
        },
      }}
      onDragStart={({ active }) => setDragged(String(active.id))}
      onDragCancel={() => setDragged(null)}
      onDragEnd={drop}
    >
      <SortableContext items={steps.map(({ key }) => key)} strategy={verticalListSortingStrategy}>
        {children}
      </SortableContext>
      <DragOverlay dropAnimation={null}>
        {dragged?.startsWith(FRESH) ? <div className={classes.dragged}>{nameOf(dragged)}</div> : null}
      </DragOverlay>
    </DndContext>
  );
}

/** What the server finds out during a drag may move the chain. */
const MEASURING = { droppable: { strategy: MeasuringStrategy.Always } };

/** A type goes only where the pointer is, so that letting go over the palette does nothing. */
const collisions: CollisionDetection = (args) =>
  String(args.active.id).startsWith(FRESH) ? pointerWithin(args) : closestCenter(args);

/** A type of the palette that can be dragged; a click adds it as well, which is the way by keyboard. */
export function DraggableType({ type, children }: { type: string; children: ReactNode }) {
  const { setNodeRef, listeners, isDragging } = useDraggable({ id: `${FRESH}${type}` });
  const onPointerDown = listeners?.onPointerDown as ((event: unknown) => void) | undefined;
  return (
    <div
      ref={setNodeRef}
      className={classes.draggable}
      data-dragging={isDragging || undefined}
      {...{ onPointerDown }}
    >
      {children}
    </div>
  );
}
