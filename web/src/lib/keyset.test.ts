import { describe, expect, it } from "vitest";
import { BEGUN, type Chain, ended, goOn, height, known, locate, needed, settle } from "./keyset";

/** A server with so many rows, whose cursor is the index of the next row. */
const served = (rows: number) => (cursor: string | null, limit: number) => {
  const start = cursor === null ? 0 : Number(cursor);
  const count = Math.max(0, Math.min(limit, rows - start));
  return { count, next: start + count < rows ? String(start + count) : null, total: rows };
};

/** Reads until nothing is wanted any more; answers the chain and how many calls it took. */
function read(rows: number, from: number, to: number, begin: Chain = BEGUN): { chain: Chain; calls: number } {
  const serve = served(rows);
  let chain = begin;
  let calls = 0;
  for (let round = 0; round < 2_000; round += 1) {
    chain = goOn(chain, to);
    const open = needed(chain, from, to).filter((index) => chain.links[index]?.count === null);
    if (open.length === 0) return { chain, calls };
    for (const index of open) {
      const link = chain.links[index];
      if (!link) continue;
      calls += 1;
      chain = settle(chain, index, serve(link.cursor, link.limit));
    }
  }
  throw new Error("never done");
}

describe("a chain of pages", () => {
  it("has the height of all rows from its first page on, wherever somebody looks", () => {
    for (const rows of [0, 1, 199, 200, 201, 5_000, 100_000])
      for (const to of [30, 500, rows]) expect(height(read(rows, Math.max(0, to - 30), to).chain)).toBe(rows);
  });

  it("reaches every row, each in exactly one page", () => {
    const { chain } = read(3_333, 3_300, 3_333);
    expect(ended(chain)).toBe(true);
    expect(known(chain)).toBe(3_333);
    for (let row = 0; row < 3_333; row += 1) {
      const place = locate(chain, row);
      const link = place && chain.links[place.link];
      expect(link && link.start + (place?.at ?? 0)).toBe(row);
    }
    expect(locate(chain, 3_333)).toBeNull();
  });

  it("reads a jump in large bites and a scroll in small ones", () => {
    expect(read(100_000, 99_970, 100_000).calls).toBeLessThanOrEqual(102);
    expect(read(100_000, 150, 230).chain.links.map(({ limit }) => limit)).toEqual([200, 200]);
  });

  it("needs only what is on the screen, however much was read", () => {
    const { chain } = read(50_000, 49_970, 50_000);
    expect(needed(chain, 10, 60)).toHaveLength(1);
    expect(needed(chain, 180, 240)).toHaveLength(2);
  });

  it("follows a row that went: the next page gets a new cursor and keeps its place", () => {
    const { chain } = read(1_000, 0, 390);
    const after = settle(chain, 0, { count: 200, next: "201", total: 999 });
    expect(after.links[1]).toMatchObject({ start: 200, cursor: "201" });
    expect(after.total).toBe(999);
  });

  it("forgets what came after a page that became the last", () => {
    const { chain } = read(1_000, 0, 390);
    const after = settle(chain, 0, { count: 120, next: null, total: 120 });
    expect(after.links).toHaveLength(1);
    expect(height(after)).toBe(120);
  });

  it("is the same chain when the same page comes again", () => {
    const { chain } = read(1_000, 0, 390);
    expect(settle(chain, 0, served(1_000)(null, 200))).toBe(chain);
  });
});
