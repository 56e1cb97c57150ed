import { describe, expect, it } from "vitest";
import { dayOf, errors, known, received, sent, sinceFirst } from "./day";

type Parts = NonNullable<Parameters<typeof received>[0]["components"]>;
const part = (entity: string, stage: string, numbers: object) =>
  ({ entity, stage, signal: "logs", ...numbers }) as Parts[number];

describe("the numbers of a collector", () => {
  it("are sums of its ends, and unknown where no end says", () => {
    const now = {
      components: [
        part("sources/a", "source", { in_per_s: 10, errors_per_s: 1 }),
        part("sources/b", "source", { in_per_s: null }),
        part("sources/a", "source-filter", { in_per_s: 999 }),
        part("destinations/x", "destination", { out_per_s: 8, errors_per_s: null }),
        part("routes/r", "in", { in_per_s: 500, out_per_s: 500 }),
      ],
    };
    expect([received(now), sent(now), errors(now)]).toEqual([10, 8, 1]);
    expect([received({}), sent({ components: [] })]).toEqual([null, null]);
  });

  it("begin with the first of them, and gaps after it stay", () => {
    const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
    const day = dayOf([
      { as_of: at(1) },
      { as_of: at(2), process: { memory_bytes: 7 } },
      { as_of: at(3) },
      { as_of: at(4), process: { memory_bytes: 9 } },
    ]);
    expect(known(day)).toBe(2);
    expect(sinceFirst(day).memory).toEqual([7, null, 9]);
    expect(sinceFirst(day).times).toHaveLength(3);
    expect(sinceFirst(dayOf([])).times).toEqual([]);
  });

  it("are a gap where nothing is known, never zero, and times only grow", () => {
    const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
    const day = dayOf([
      { as_of: at(1), process: { cpu_percent: 5 } },
      { as_of: at(1) },
      { as_of: null },
      { as_of: at(3), components: [part("sources/a", "source", { in_per_s: -4 })] },
    ]);
    expect(day.times).toHaveLength(2);
    expect(day.cpu).toEqual([5, null]);
    expect(day.received).toEqual([null, null]);
  });
});
