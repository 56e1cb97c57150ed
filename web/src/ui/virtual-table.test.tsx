import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { type VirtualColumn, VirtualTable } from "./virtual-table";

interface Row {
  id: string;
}

const COLUMNS: ReadonlyArray<VirtualColumn<Row>> = [
  { id: "id", head: "Id", width: "100px", least: 100, sort: "id", cell: ({ id }) => id },
  { id: "rate", head: "Rate", width: "80px", least: 80, sort: "rate", downFirst: true, cell: () => "–" },
];
const rowAt = (index: number): Row => ({ id: `row-${index}` });

function Table({
  count,
  row = rowAt,
  onOpen,
  onSort,
}: {
  count: number;
  row?: (index: number) => Row | undefined;
  onOpen?: (row: Row) => void;
  onSort?: (sort: string) => void;
}) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return (
    <MantineProvider>
      <VirtualTable
        label="Rows"
        columns={COLUMNS}
        count={count}
        row={row}
        height="600px"
        sort="id"
        {...(onOpen ? { onOpen } : {})}
        {...(onSort ? { onSort } : {})}
        selecting={{
          has: ({ id }) => chosen.has(id),
          toggle: ({ id }) => setChosen(new Set([id])),
          all: false,
          toggleAll: () => undefined,
          name: ({ id }) => id,
        }}
      />
    </MantineProvider>
  );
}

// The test's browser lays nothing out, so it is told how large everything is.
for (const [side, pixels] of [
  ["clientHeight", 600],
  ["clientWidth", 1_000],
] as const)
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => pixels });

describe("a virtual table", () => {
  it("tells how many rows there are and draws only some", () => {
    render(<Table count={100_000} />);
    expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("100001");
    const drawn = screen.getAllByRole("row");
    expect(drawn.length).toBeGreaterThan(10);
    expect(drawn.length).toBeLessThan(80);
    expect(drawn[1]?.getAttribute("aria-rowindex")).toBe("2");
  });

  it("draws the rows that a scroll brings, a jump to the end too", async () => {
    render(<Table count={100_000} />);
    const grid = screen.getByRole("grid");
    grid.scrollTop = 36 * 50_000;
    fireEvent.scroll(grid);
    await screen.findByText("row-50000");
    expect(screen.queryByText("row-0")).toBeNull();
    fireEvent.keyDown(grid, { key: "End" });
    fireEvent.scroll(grid);
    const last = await screen.findByText("row-99999");
    await waitFor(() =>
      expect(last.closest("[role=row]")?.id).toBe(grid.getAttribute("aria-activedescendant")),
    );
    expect(screen.getAllByRole("row").length).toBeLessThan(80);
  });

  it("is moved through, selected in and opened from by keyboard", () => {
    const onOpen = vi.fn();
    render(<Table count={500} onOpen={onOpen} />);
    const grid = screen.getByRole("grid");
    for (let press = 0; press < 3; press += 1) fireEvent.keyDown(grid, { key: "ArrowDown" });
    const active = document.getElementById(grid.getAttribute("aria-activedescendant") ?? "");
    expect(active?.textContent).toContain("row-2");
    fireEvent.keyDown(grid, { key: " " });
    expect(active?.getAttribute("aria-selected")).toBe("true");
    fireEvent.keyDown(grid, { key: "ArrowUp" });
    fireEvent.keyDown(grid, { key: "Enter" });
    expect(onOpen).toHaveBeenCalledWith({ id: "row-1" });
  });

  it("keeps the place of rows that are not here yet, and does nothing with them", () => {
    const onOpen = vi.fn();
    render(<Table count={500} row={() => undefined} onOpen={onOpen} />);
    const grid = screen.getByRole("grid");
    fireEvent.keyDown(grid, { key: "ArrowDown" });
    fireEvent.keyDown(grid, { key: "Enter" });
    expect(onOpen).not.toHaveBeenCalled();
    const [box] = within(grid).getAllByRole("checkbox", { name: "Not loaded yet" });
    expect(box).toHaveProperty("disabled", true);
  });

  it("sorts by a click, numbers from the greatest down, and says so", () => {
    const onSort = vi.fn();
    render(<Table count={5} onSort={onSort} />);
    expect(screen.getByRole("columnheader", { name: "Id" }).getAttribute("aria-sort")).toBe("ascending");
    fireEvent.click(screen.getByRole("button", { name: "Id" }));
    fireEvent.click(screen.getByRole("button", { name: "Rate" }));
    expect(onSort.mock.calls).toEqual([["-id"], ["-rate"]]);
  });
});
