// One row of a virtual table (ui/virtual-table.tsx): drawn again only when it is another row, or its state is another.
// biome-ignore-all lint/a11y/useSemanticElements: the rows of a virtual grid stand where they are put, so they are no table
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus for its rows and cells
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys of its rows
import { memo } from "react";
import { type ActiveRow, useIsActive } from "./active-row";
import type { Selecting, VirtualColumn } from "./virtual-table";
import classes from "./virtual-table.module.css";

interface RowProps {
  id: string;
  index: number;
  /** From the top of the rows, in pixels. */
  top: number;
  row: unknown;
  columns: ReadonlyArray<VirtualColumn<unknown>>;
  active: ActiveRow;
  selected: boolean | undefined;
  selecting: Selecting<unknown> | undefined;
  onOpen: ((row: unknown) => void) | undefined;
}

export const RowView = memo(
  function RowView({ id, index, top, row, columns, active, selected, selecting, onOpen }: RowProps) {
    const isActive = useIsActive(active, index);
    return (
      <div
        id={id}
        className={classes.row}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={selected}
        data-active={isActive || undefined}
        style={{ top }}
        onClick={() => active.go(index)}
        onDoubleClick={() => (row === undefined ? undefined : onOpen?.(row))}
      >
        {selecting ? (
          <div role="gridcell" className={`${classes.cell} ${classes.check}`}>
            <input
              type="checkbox"
              tabIndex={isActive ? 0 : -1}
              disabled={row === undefined}
              aria-label={row === undefined ? "Not loaded yet" : `Select ${selecting.name(row)}`}
              checked={selected ?? false}
              onChange={(event) =>
                selecting.toggle(row, index, (event.nativeEvent as MouseEvent).shiftKey === true)
              }
            />
          </div>
        ) : null}
        {columns.map((column) => (
          <div
            key={column.id}
            role="gridcell"
            className={classes.cell}
            data-numeric={column.numeric || undefined}
          >
            {row === undefined ? <span className={classes.wait} /> : column.cell(row, isActive)}
          </div>
        ))}
      </div>
    );
  },
  (before, after) =>
    before.row === after.row &&
    before.index === after.index &&
    before.columns === after.columns &&
    before.active === after.active &&
    before.selected === after.selected &&
    before.selecting?.toggle === after.selecting?.toggle &&
    before.onOpen === after.onOpen,
);
