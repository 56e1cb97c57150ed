import { describe, expect, it } from "vitest";
import { compare, linesOf, type Run, words } from "./diff";

/** A repeatable source of numbers below `most`. */
function dice(seed: number) {
  let state = seed;
  return (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % most;
  };
}

/** Both texts out of the runs: what is kept must be equal, and nothing may be missing or twice. */
function rebuild(runs: readonly Run[], before: readonly string[], after: readonly string[]) {
  let [a, b] = [0, 0];
  for (const run of runs) {
    expect([run.before, run.after]).toEqual([a, b]);
    if (run.kind === "keep")
      expect(before.slice(run.before, run.beforeEnd)).toEqual(after.slice(run.after, run.afterEnd));
    [a, b] = [run.beforeEnd, run.afterEnd];
  }
  expect([a, b]).toEqual([before.length, after.length]);
}

const changedLines = (runs: readonly Run[]) =>
  runs
    .filter(({ kind }) => kind === "change")
    .reduce((sum, run) => sum + run.beforeEnd - run.before + run.afterEnd - run.after, 0);

/** The least number of removed and added lines, by the table of common subsequences. */
function least(before: readonly string[], after: readonly string[]): number {
  let row = new Array<number>(after.length + 1).fill(0);
  for (const line of before) {
    const next = [0];
    after.forEach((other, at) => {
      next.push(
        line === other ? (row[at] as number) + 1 : Math.max(row[at + 1] as number, next[at] as number),
      );
    });
    row = next;
  }
  return before.length + after.length - 2 * (row.at(-1) as number);
}

describe("the difference of two texts", () => {
  it("covers both texts without a gap, whatever they are", () => {
    const roll = dice(7);
    for (let round = 0; round < 400; round += 1) {
      const make = () => Array.from({ length: roll(30) }, () => `line ${roll(1 + roll(12))}`);
      const [before, after] = [make(), make()];
      const { runs, gaveUp } = compare(before, after);
      expect(gaveUp).toBe(false);
      rebuild(runs, before, after);
    }
  });

  it("is the shortest one where no line stands alone", () => {
    const roll = dice(11);
    for (let round = 0; round < 300; round += 1) {
      const make = () =>
        Array.from({ length: 2 + roll(14) }, () => `${roll(3)}`).flatMap((line) => [line, line]);
      const [before, after] = [make(), make()];
      expect(changedLines(compare(before, after).runs)).toBe(least(before, after));
    }
  });

  it("keeps everything of equal texts and nothing of empty ones", () => {
    expect(compare([], [])).toEqual({ runs: [], gaveUp: false });
    expect(compare(["a", "b"], ["a", "b"]).runs).toHaveLength(1);
    expect(linesOf("")).toEqual([]);
    expect(linesOf("a\n\nb\n")).toEqual(["a", "", "b"]);
  });

  it("gives up on two large texts that share nothing in order, says so, and still tells the whole", () => {
    const roll = dice(3);
    const make = () => Array.from({ length: 40_000 }, () => `key: ${roll(40)}`);
    const [before, after] = [make(), make()];
    const { runs, gaveUp } = compare(before, after);
    expect(gaveUp).toBe(true);
    rebuild(runs, before, after);
  });

  it("finds one changed line among 40,000", () => {
    const before = Array.from({ length: 40_000 }, (_, at) => `key_${at % 700}: value`);
    const after = before.with(20_000, "key: other");
    expect(changedLines(compare(before, after).runs)).toBe(2);
  });
});

describe("the difference of two lines", () => {
  it("marks the words that differ and keeps the text whole", () => {
    const found = words("  endpoint: 0.0.0.0:4317", "  endpoint: 0.0.0.0:4318");
    expect(found?.before.filter(({ changed }) => changed)).toEqual([{ text: "4317", changed: true }]);
    expect(found?.after.map(({ text }) => text).join("")).toBe("  endpoint: 0.0.0.0:4318");
  });

  it("says nothing about lines that have nothing in common", () => {
    expect(words("abc: 1", "zz yy xx ww vv")).toBeNull();
    expect(words("x".repeat(5_000), "y")).toBeNull();
  });
});
