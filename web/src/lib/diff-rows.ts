// A difference as rows to show: from two texts, or from a unified patch that the server made. Long unchanged parts fold.
import { compare, linesOf } from "./diff";

export interface Side {
  /** Line number from 1. */
  line: number;
  text: string;
}

/** A row of both sides; a change that stands on one side only has null on the other. */
export interface Pair {
  kind: "keep" | "change";
  before: Side | null;
  after: Side | null;
}

/** Rows that belong together; a folded one is shown when somebody asks for it. */
export interface Block {
  kind: "keep" | "change" | "fold";
  rows: Pair[];
  /** Lines that the patch leaves out before this block; they cannot be unfolded. */
  missing?: number;
}

export interface Rows {
  blocks: Block[];
  added: number;
  removed: number;
  gaveUp: boolean;
}

/** Unchanged lines around a change. */
const CONTEXT = 3;
/** Fewer hidden lines than this are not worth a fold. */
const FOLD_MIN = 4;

/** The rows of two texts. */
export function rowsOf(before: string, after: string): Rows {
  const [old, now] = [linesOf(before), linesOf(after)];
  const { runs, gaveUp } = compare(old, now);
  const rows: Rows = { blocks: [], added: 0, removed: 0, gaveUp };
  runs.forEach((run, index) => {
    const pairs: Pair[] = [];
    const length = Math.max(run.beforeEnd - run.before, run.afterEnd - run.after);
    for (let at = 0; at < length; at += 1)
      pairs.push({
        kind: run.kind,
        before: side(old, run.before + at, run.beforeEnd),
        after: side(now, run.after + at, run.afterEnd),
      });
    if (run.kind === "change") {
      rows.removed += run.beforeEnd - run.before;
      rows.added += run.afterEnd - run.after;
      rows.blocks.push({ kind: "change", rows: pairs });
    } else rows.blocks.push(...folded(pairs, index === 0, index === runs.length - 1));
  });
  return rows;
}

function side(lines: readonly string[], at: number, end: number): Side | null {
  return at < end ? { line: at + 1, text: lines[at] ?? "" } : null;
}

function folded(pairs: Pair[], first: boolean, last: boolean): Block[] {
  const head = first ? 0 : CONTEXT;
  const tail = last ? 0 : CONTEXT;
  if (pairs.length < head + tail + FOLD_MIN) return [{ kind: "keep", rows: pairs }];
  const blocks: Block[] = [
    { kind: "keep", rows: pairs.slice(0, head) },
    { kind: "fold", rows: pairs.slice(head, pairs.length - tail) },
    { kind: "keep", rows: pairs.slice(pairs.length - tail) },
  ];
  return blocks.filter(({ rows }) => rows.length > 0);
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** The rows of a unified patch of one file. Lines outside of its hunks are not shown. */
export function rowsOfPatch(patch: string): Rows {
  const rows: Rows = { blocks: [], added: 0, removed: 0, gaveUp: false };
  let [before, after, inside] = [1, 1, false];
  let removed: Side[] = [];
  let added: Side[] = [];
  const flush = () => {
    const length = Math.max(removed.length, added.length);
    if (length === 0) return;
    const pairs = Array.from({ length }, (_, at): Pair => {
      return { kind: "change", before: removed[at] ?? null, after: added[at] ?? null };
    });
    rows.blocks.push({ kind: "change", rows: pairs });
    rows.removed += removed.length;
    rows.added += added.length;
    [removed, added] = [[], []];
  };
  for (const line of linesOf(patch)) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      flush();
      const [fromBefore, fromAfter] = [Number(hunk[1]), Number(hunk[2])];
      const missing = Math.max(0, Math.min(fromBefore - before, fromAfter - after));
      if (missing > 0) rows.blocks.push({ kind: "fold", rows: [], missing });
      [before, after, inside] = [fromBefore, fromAfter, true];
    } else if (!inside) continue;
    else if (line.startsWith("-")) {
      if (added.length > 0) flush();
      removed.push({ line: before++, text: line.slice(1) });
    } else if (line.startsWith("+")) added.push({ line: after++, text: line.slice(1) });
    else if (line.startsWith(" ") || line === "") {
      flush();
      const text = line.slice(1);
      const pair: Pair = { kind: "keep", before: { line: before++, text }, after: { line: after++, text } };
      const last = rows.blocks.at(-1);
      if (last?.kind === "keep") last.rows.push(pair);
      else rows.blocks.push({ kind: "keep", rows: [pair] });
    }
  }
  flush();
  return rows;
}
