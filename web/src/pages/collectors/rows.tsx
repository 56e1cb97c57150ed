// The rows of the fleet table, how many of them were read, and what to do after a jump far down.
import { Button } from "@mantine/core";
import { useCallback } from "react";
import type { Collector } from "../../api/collectors";
import { count, plural } from "../../lib/numbers";
import type { KeysetRows } from "../../ui/keyset-rows";
import { ROW_PX, type Selecting, VirtualTable } from "../../ui/virtual-table";
import type { FleetColumn } from "./columns";
import classes from "./page.module.css";

export function FleetRows({
  rows,
  columns,
  onOpen,
  selecting,
  above,
  sort,
  onSort,
  faulty,
  list,
}: {
  rows: KeysetRows<Collector>;
  columns: readonly FleetColumn[];
  /** Shows the collector of an id. */
  onOpen: (collector: string) => void;
  selecting: Selecting<Collector>;
  /** Pixels that stand above and below the table. */
  above: number;
  sort: string | undefined;
  onSort: (sort: string) => void;
  /** The query cannot be read, so these are the rows of the one before. */
  faulty: boolean;
  /** Names the list. */
  list: string;
}) {
  const total = rows.count ?? 0;
  const openRow = useCallback(({ id }: Collector) => onOpen(id), [onOpen]);
  const reversed = sort?.startsWith("-") ? sort.slice(1) : `-${sort ?? "name"}`;
  return (
    <>
      <VirtualTable
        label="Collectors"
        columns={columns}
        count={total}
        row={rows.row}
        onRange={rows.show}
        onOpen={openRow}
        selecting={selecting}
        sort={sort}
        onSort={onSort}
        stale={rows.stale || faulty}
        height={`min(${(total + 1) * ROW_PX}px, max(320px, calc(100dvh - ${above}px)))`}
        resetKey={list}
        overlay={
          rows.reaching ? (
            <>
              <span role="status">
                Reading on: {count(rows.loaded)} of {count(total)}
              </span>
              <Button size="compact-xs" variant="default" onClick={() => onSort(reversed)}>
                Show the end first
              </Button>
            </>
          ) : null
        }
      />
      <div className={classes.foot}>
        <span className="num" aria-live="polite">
          {rows.loaded < total
            ? `${count(rows.loaded)} of ${plural(total, "collector")} read; more comes as you scroll.`
            : `${plural(total, "collector")}.`}
        </span>
        <span>Arrows move, Enter opens, Space selects.</span>
      </div>
    </>
  );
}
