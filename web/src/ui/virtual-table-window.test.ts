import { describe, expect, it } from "vitest";
import { advance, inSight, type Span } from "./virtual-table-window";

const COUNT = 100_000;
const BEYOND = 8;

/** All steps until nothing comes any more. */
function steps(from: Span, seen: Span, most: number, count = COUNT): Span[] {
  const made = [from];
  for (let step = 0; step < 500; step += 1) {
    const before = made.at(-1) ?? from;
    const after = advance(before, seen, count, most);
    if (after.from === before.from && after.to === before.to) return made;
    made.push(after);
  }
  throw new Error("it never ends");
}
const has = (span: Span, row: number) => row >= span.from && row < span.to;

describe("the rows in sight", () => {
  it("are those that the frame touches, and none beyond the list", () => {
    expect(inSight(0, 360, 36, COUNT)).toEqual({ from: 0, to: 10 });
    expect(inSight(18, 360, 36, COUNT)).toEqual({ from: 0, to: 11 });
    expect(inSight(3_600_000, 360, 36, COUNT)).toEqual({ from: COUNT, to: COUNT });
    expect(inSight(0, 360, 36, 3)).toEqual({ from: 0, to: 3 });
    expect(inSight(900, 360, 36, 0)).toEqual({ from: 0, to: 0 });
  });
});

describe("the way to them", () => {
  const places: Span[] = [
    { from: 0, to: 24 },
    { from: 20, to: 44 },
    { from: 22, to: 46 },
    { from: 50_000, to: 50_024 },
    { from: COUNT - 24, to: COUNT },
  ];

  it("ends with all that is in sight and some rows around, from wherever it begins", () => {
    for (const before of [...places, { from: 0, to: 0 }])
      for (const seen of places)
        for (const most of [2, 5, 60])
          expect(steps(before, seen, most).at(-1)).toEqual({
            from: Math.max(0, seen.from - BEYOND),
            to: Math.min(COUNT, seen.to + BEYOND),
          });
  });

  it("never draws more new rows at once than it may", () => {
    for (const before of places)
      for (const seen of places)
        steps(before, seen, 5).reduce((last, next) => {
          let fresh = 0;
          for (let row = next.from; row < next.to; row += 1) if (!has(last, row)) fresh += 1;
          expect(fresh).toBeLessThanOrEqual(5);
          return next;
        });
  });

  it("draws what is in sight before what is beyond", () => {
    const made = steps({ from: 0, to: 24 }, { from: 10, to: 34 }, 4);
    for (const span of made) if (span.to > 34) expect(has(span, 10)).toBe(true);
    expect(made[1]).toEqual({ from: 2, to: 28 });
  });

  it("begins after a jump where the jump leads: the last row downward, the first one upward", () => {
    expect(advance(places[0] as Span, { from: 500, to: 524 }, COUNT, 3)).toEqual({ from: 521, to: 524 });
    expect(advance({ from: 900, to: 924 }, { from: 500, to: 524 }, COUNT, 3)).toEqual({ from: 500, to: 503 });
  });

  it("leaves out what is no longer in the list", () => {
    expect(advance({ from: 80, to: 112 }, inSight(0, 864, 36, 10), 10, 60)).toEqual({ from: 0, to: 10 });
    expect(advance({ from: 0, to: 32 }, inSight(0, 864, 36, 0), 0, 60)).toEqual({ from: 0, to: 0 });
  });
});
