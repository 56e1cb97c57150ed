// A table of any length: only the rows on the screen exist. An ARIA grid with one stop of the tab key: arrows move, Enter
// opens, Space selects. Rows may be missing while their page is read (ui/keyset-rows.ts); they keep their place.
// biome-ignore-all lint/a11y/useSemanticElements: the rows of a virtual grid stand where they are put, so they are no table
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus for its rows and cells
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys of its rows
import { ArrowDown, ArrowUp } from "lucide-react";
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { ActiveRow, reveal } from "./active-row";
import classes from "./virtual-table.module.css";
import { RowView } from "./virtual-table-row";
import { useRowWindow } from "./virtual-table-window";

export const ROW_PX = 36;
const HEAD_PX = 35;

export interface VirtualColumn<Row> {
  id: string;
  head: string;
  /** Of the grid track, for example `120px` or `minmax(180px, 2fr)`. */
  width: string;
  /** Least width in pixels; the table scrolls sideways below the sum. */
  least: number;
  /** `active`: the row has the focus, so what is inside may be reached with the tab key. */
  cell: (row: Row, active: boolean) => ReactNode;
  numeric?: boolean;
  /** The word of the sort; absent where the server cannot sort by it. */
  sort?: string;
  /** The first click sorts from the greatest down. */
  downFirst?: boolean;
}

export interface Selecting<Row> {
  has: (row: Row) => boolean;
  toggle: (row: Row, index: number, range: boolean) => void;
  /** State of the box in the head. */
  all: boolean | "some";
  toggleAll: () => void;
  /** What a row is called, for its box. */
  name: (row: Row) => string;
}

export function VirtualTable<Row>({
  label,
  columns,
  count,
  row,
  onRange,
  onOpen,
  selecting,
  sort,
  onSort,
  stale,
  height,
  overlay,
  resetKey,
}: {
  label: string;
  columns: ReadonlyArray<VirtualColumn<Row>>;
  count: number;
  row: (index: number) => Row | undefined;
  onRange?: (from: number, to: number) => void;
  onOpen?: (row: Row) => void;
  selecting?: Selecting<Row>;
  /** The word of the sort, with `-` before it from the greatest down. */
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  stale?: boolean;
  height: string;
  /** Stands at the lower edge, over the rows. */
  overlay?: ReactNode;
  /** Another list: back to the top. */
  resetKey?: string;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [active] = useState(() => new ActiveRow());
  const id = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    frame.current?.scrollTo({ top: 0 });
    active.go(-1);
  }, [active, resetKey]);
  const step = keysOf({
    active,
    count,
    page: () => Math.max(1, Math.floor((frame.current?.clientHeight ?? 600) / ROW_PX) - 2),
    go: (next) => {
      // First, while nothing is changed yet: it asks how far the frame is scrolled.
      if (frame.current) reveal(frame.current, next, ROW_PX, HEAD_PX);
      active.go(next);
    },
    open: () => {
      const here = row(active.index);
      if (here) onOpen?.(here);
    },
    select: (range) => {
      const here = row(active.index);
      if (here) selecting?.toggle(here, active.index, range);
    },
  });
  const style = {
    "--columns": `${selecting ? "40px " : ""}${columns.map(({ width }) => width).join(" ")}`,
    "--least": `${columns.reduce((sum, { least }) => sum + least, selecting ? 40 : 0)}px`,
    height,
  } as CSSProperties;
  return (
    <div
      ref={frame}
      className={classes.frame}
      style={style}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length + (selecting ? 1 : 0)}
      aria-multiselectable={selecting ? true : undefined}
      data-stale={stale || undefined}
      tabIndex={0}
      onKeyDown={step}
    >
      <div className={classes.head} role="row" aria-rowindex={1}>
        {selecting ? (
          <div role="columnheader" className={classes.check} style={{ justifyContent: "center", padding: 0 }}>
            <input
              type="checkbox"
              aria-label="Select the rows that are loaded"
              checked={selecting.all === true}
              ref={(box) => {
                if (box) box.indeterminate = selecting.all === "some";
              }}
              onChange={selecting.toggleAll}
            />
          </div>
        ) : null}
        {columns.map((column) => (
          <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
      <Rows
        id={id}
        frame={frame}
        columns={columns as ReadonlyArray<VirtualColumn<unknown>>}
        count={count}
        row={row}
        onRange={onRange}
        onOpen={onOpen as ((row: unknown) => void) | undefined}
        selecting={selecting as Selecting<unknown> | undefined}
        active={active}
      />
      {overlay ? <div className={classes.reach}>{overlay}</div> : null}
    </div>
  );
}

/** The rows that are drawn. Apart from the frame, so that a scroll draws them and nothing else. */
function Rows({
  id,
  frame,
  columns,
  count,
  row,
  onRange,
  onOpen,
  selecting,
  active,
}: {
  id: string;
  frame: RefObject<HTMLDivElement | null>;
  columns: ReadonlyArray<VirtualColumn<unknown>>;
  count: number;
  row: (index: number) => unknown;
  onRange: ((from: number, to: number) => void) | undefined;
  onOpen: ((row: unknown) => void) | undefined;
  selecting: Selecting<unknown> | undefined;
  active: ActiveRow;
}) {
  const { from, to } = useRowWindow(frame, count, ROW_PX);
  useEffect(() => onRange?.(from, to), [onRange, from, to]);
  // The grid says where its focus is, without being drawn for it.
  useLayoutEffect(() => {
    const point = () => {
      const isHere = active.index >= from && active.index < to;
      if (isHere) frame.current?.setAttribute("aria-activedescendant", `${id}${active.index}`);
      else frame.current?.removeAttribute("aria-activedescendant");
    };
    point();
    return active.watch(point);
  }, [active, frame, id, from, to]);
  return (
    <div className={classes.body} role="rowgroup" style={{ height: count * ROW_PX }}>
      {Array.from({ length: to - from }, (_, at) => {
        const index = from + at;
        const here = row(index);
        return (
          <RowView
            key={index}
            id={`${id}${index}`}
            index={index}
            top={index * ROW_PX}
            row={here}
            columns={columns}
            active={active}
            selected={selecting ? here !== undefined && selecting.has(here) : undefined}
            selecting={selecting}
            onOpen={onOpen}
          />
        );
      })}
    </div>
  );
}

/** What the keys of the grid do; boxes and buttons inside keep Enter and Space for themselves. */
function keysOf(grid: {
  active: ActiveRow;
  count: number;
  page: () => number;
  go: (row: number) => void;
  open: () => void;
  select: (range: boolean) => void;
}) {
  return (event: KeyboardEvent<HTMLDivElement>) => {
    const { count } = grid;
    const active = grid.active.index;
    const inside = event.target !== event.currentTarget;
    if (inside && (event.key === "Enter" || event.key === " ")) return;
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + grid.page(),
      PageUp: active - grid.page(),
      Home: 0,
      End: count - 1,
    };
    const target = moves[event.key];
    if (target !== undefined && count > 0) {
      event.preventDefault();
      grid.go(Math.min(Math.max(target, 0), count - 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      grid.open();
    } else if (event.key === " ") {
      event.preventDefault();
      grid.select(event.shiftKey);
    }
  };
}

function HeadCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: VirtualColumn<Row>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}) {
  const word = column.sort;
  const up = word !== undefined && sort === word;
  const down = word !== undefined && sort === `-${word}`;
  const next = () => {
    if (word === undefined) return;
    const first = column.downFirst ? `-${word}` : word;
    const second = column.downFirst ? word : `-${word}`;
    onSort?.(sort === first ? second : first);
  };
  return (
    <div
      role="columnheader"
      data-numeric={column.numeric || undefined}
      aria-sort={up ? "ascending" : down ? "descending" : undefined}
    >
      {word && onSort ? (
        <button
          type="button"
          className={classes.sort}
          title={`Sort by ${column.head.toLowerCase()}`}
          onClick={next}
        >
          {column.head}
          {up ? <ArrowUp size={13} aria-hidden /> : null}
          {down ? <ArrowDown size={13} aria-hidden /> : null}
        </button>
      ) : (
        column.head
      )}
    </div>
  );
}
