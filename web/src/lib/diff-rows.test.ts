import { describe, expect, it } from "vitest";
import { type Rows, rowsOf, rowsOfPatch } from "./diff-rows";

const text = (rows: Rows, which: "before" | "after") =>
  rows.blocks.flatMap((block) => block.rows.flatMap((row) => row[which]?.text ?? []));

describe("rows of a difference", () => {
  const before = Array.from({ length: 40 }, (_, at) => `line ${at}`);
  const after = before.with(20, "changed").toSpliced(25, 0, "more");

  it("holds every line of both texts, folded ones as well", () => {
    const rows = rowsOf(before.join("\n"), after.join("\n"));
    expect(text(rows, "before")).toEqual(before);
    expect(text(rows, "after")).toEqual(after);
    expect([rows.added, rows.removed]).toEqual([2, 1]);
  });

  it("folds what is unchanged and leaves three lines around a change", () => {
    const rows = rowsOf(before.join("\n"), after.join("\n"));
    expect(rows.blocks.map(({ kind, rows: inside }) => [kind, inside.length])).toEqual([
      ["fold", 17],
      ["keep", 3],
      ["change", 1],
      ["keep", 4],
      ["change", 1],
      ["keep", 3],
      ["fold", 12],
    ]);
  });

  it("reads the patch of a file with the numbers of its hunks", () => {
    const rows = rowsOfPatch(
      [
        "--- a/x.yaml",
        "+++ b/x.yaml",
        "@@ -10,3 +10,4 @@",
        " keep",
        "-old",
        "+new",
        "+--- more",
        " end",
        "\\ No newline at end of file",
      ].join("\n"),
    );
    expect(rows.blocks.map(({ kind }) => kind)).toEqual(["fold", "keep", "change", "keep"]);
    expect(rows.blocks[0]?.missing).toBe(9);
    expect(rows.blocks[2]?.rows).toEqual([
      { kind: "change", before: { line: 11, text: "old" }, after: { line: 11, text: "new" } },
      { kind: "change", before: null, after: { line: 12, text: "--- more" } },
    ]);
    expect([rows.added, rows.removed]).toEqual([2, 1]);
  });
});
