import { describe, expect, it } from "vitest";
import { ActiveRow, reveal } from "./active-row";

describe("the row that the keys are on", () => {
  it("is told to who watches, once for each step and not after they stopped", () => {
    const active = new ActiveRow();
    const told: number[] = [];
    const stop = active.watch(() => told.push(active.index));
    active.go(3);
    active.go(3);
    active.go(4);
    stop();
    active.go(5);
    expect(told).toEqual([3, 4]);
    expect(active.index).toBe(5);
  });

  it("comes into sight with the least scrolling", () => {
    const frame = document.createElement("div");
    Object.defineProperty(frame, "clientHeight", { value: 435 });
    const place = (index: number) => {
      reveal(frame, index, 40, 35);
      return frame.scrollTop;
    };
    // Ten rows fit below the head.
    expect([place(9), place(10), place(30), place(29), place(21), place(20), place(0)]).toEqual([
      0, 40, 840, 840, 840, 800, 0,
    ]);
  });
});
