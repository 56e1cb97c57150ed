// The difference of two texts by lines, and of two lines by words. It ends in bounded time: where texts differ too much
// it says so and shows the part as replaced as a whole.

/** A run of lines. `before` and `after` count from 0; a kept run has the same lines on both sides. */
export interface Run {
  kind: "keep" | "change";
  before: number;
  beforeEnd: number;
  after: number;
  afterEnd: number;
}

export interface Difference {
  runs: Run[];
  /** True where a part was too different to be compared line by line. */
  gaveUp: boolean;
}

/** Steps of one part before it counts as replaced; about a tenth of a second. */
const STEPS_MAX = 4_000_000;
/** Lines that a part may differ by; the trace of a part takes this much squared. */
const DEPTH_MAX = 1_500;

/** The lines of a text; the last one does not count when it is empty. */
export function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** What makes `after` of `before`. Equal input gives one kept run, or none when both are empty. */
export function compare(before: readonly string[], after: readonly string[]): Difference {
  const names = new Map<string, number>();
  const number = (line: string) => {
    const known = names.get(line);
    if (known !== undefined) return known;
    names.set(line, names.size);
    return names.size - 1;
  };
  const found: Difference = { runs: [], gaveUp: false };
  const work = { a: before.map(number), b: after.map(number), found, steps: STEPS_MAX };
  part(work, 0, before.length, 0, after.length);
  return found;
}

interface Work {
  a: number[];
  b: number[];
  found: Difference;
  steps: number;
}

/** Trims what is equal at both ends, cuts at lines that stand once on each side, compares what is left. */
function part(work: Work, a0: number, a1: number, b0: number, b1: number): void {
  const { a, b, found } = work;
  let head = 0;
  while (a0 + head < a1 && b0 + head < b1 && a[a0 + head] === b[b0 + head]) head += 1;
  push(found, "keep", a0, a0 + head, b0, b0 + head);
  let tail = 0;
  while (a1 - tail > a0 + head && b1 - tail > b0 + head && a[a1 - tail - 1] === b[b1 - tail - 1]) tail += 1;
  const [fromA, toA, fromB, toB] = [a0 + head, a1 - tail, b0 + head, b1 - tail];
  const cuts = fromA < toA && fromB < toB ? anchors(work, fromA, toA, fromB, toB) : [];
  if (cuts.length === 0) shortest(work, fromA, toA, fromB, toB);
  else {
    let [atA, atB] = [fromA, fromB];
    for (const [cutA, cutB] of cuts) {
      shortest(work, atA, cutA, atB, cutB);
      push(found, "keep", cutA, cutA + 1, cutB, cutB + 1);
      [atA, atB] = [cutA + 1, cutB + 1];
    }
    shortest(work, atA, toA, atB, toB);
  }
  push(found, "keep", toA, a1, toB, b1);
}

/** Lines that stand exactly once on either side, in the longest order that both share. */
function anchors(work: Work, a0: number, a1: number, b0: number, b1: number): Array<[number, number]> {
  const seen = new Map<number, { a: number; b: number; times: number }>();
  for (let at = a0; at < a1; at += 1) {
    const line = work.a[at] as number;
    const known = seen.get(line);
    if (known) known.times = 9;
    else seen.set(line, { a: at, b: -1, times: 1 });
  }
  for (let at = b0; at < b1; at += 1) {
    const known = seen.get(work.b[at] as number);
    if (!known) continue;
    known.times = known.times === 1 ? 2 : 9;
    known.b = at;
  }
  const pairs = [...seen.values()].filter(({ times }) => times === 2).sort((one, other) => one.a - other.a);
  return increasing(pairs.map(({ a, b }) => [a, b]));
}

/** The longest run of pairs whose second numbers increase. */
function increasing(pairs: ReadonlyArray<[number, number]>): Array<[number, number]> {
  const tops: number[] = [];
  const previous: number[] = [];
  pairs.forEach(([, b], index) => {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] as number] as [number, number])[1] < b) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (tops[low - 1] as number) : -1;
    tops[low] = index;
  });
  const chain: Array<[number, number]> = [];
  for (let at = tops.at(-1) ?? -1; at >= 0; at = previous[at] as number)
    chain.push(pairs[at] as [number, number]);
  return chain.reverse();
}

/** The fewest removed and added lines (Myers, "An O(ND) Difference Algorithm"), within the bounds above. */
function shortest(work: Work, a0: number, a1: number, b0: number, b1: number): void {
  const { a, b, found } = work;
  const [n, m] = [a1 - a0, b1 - b0];
  if (n === 0 || m === 0) {
    push(found, "change", a0, a1, b0, b1);
    return;
  }
  const depth = Math.min(n + m, DEPTH_MAX);
  const furthest = new Int32Array(2 * depth + 3);
  const middle = depth + 1;
  const trace: Int32Array[] = [];
  for (let d = 0; d <= depth; d += 1) {
    trace.push(furthest.slice(middle - d - 1, middle + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const left = furthest[middle + k - 1] as number;
      const right = furthest[middle + k + 1] as number;
      let x = k === -d || (k !== d && left < right) ? right : left + 1;
      while (x < n && x - k < m && a[a0 + x] === b[b0 + x - k]) {
        x += 1;
        work.steps -= 1;
      }
      furthest[middle + k] = x;
      if (x >= n && x - k >= m) {
        back(work, trace, [a0, a1, b0, b1]);
        return;
      }
    }
    work.steps -= d + 1;
    if (work.steps < 0) break;
  }
  found.gaveUp = true;
  push(found, "change", a0, a1, b0, b1);
}

/** Walks the trace from the end to the start and notes what was kept. */
function back(work: Work, trace: readonly Int32Array[], span: [number, number, number, number]): void {
  const [a0, a1, b0, b1] = span;
  const kept: Array<[number, number, number]> = [];
  let [x, y] = [a1 - a0, b1 - b0];
  for (let d = trace.length - 1; d > 0; d -= 1) {
    // The row was cut out around its middle: diagonal k stands at k + d + 1.
    const row = trace[d] as Int32Array;
    const k = x - y;
    const left = row[k + d] as number;
    const right = row[k + d + 2] as number;
    const down = k === -d || (k !== d && left < right);
    const beforeX = down ? right : left;
    const beforeY = beforeX - (down ? k + 1 : k - 1);
    const startX = down ? beforeX : beforeX + 1;
    if (x > startX) kept.push([startX, startX - k, x - startX]);
    [x, y] = [beforeX, beforeY];
  }
  if (x > 0) kept.push([0, 0, x]);
  let [atA, atB] = [a0, b0];
  for (const [fromX, fromY, length] of kept.reverse()) {
    push(work.found, "change", atA, a0 + fromX, atB, b0 + fromY);
    [atA, atB] = [a0 + fromX + length, b0 + fromY + length];
    push(work.found, "keep", a0 + fromX, atA, b0 + fromY, atB);
  }
  push(work.found, "change", atA, a1, atB, b1);
}

/** Adds a run, joined to the one before when it is of the same kind. */
function push(
  found: Difference,
  kind: Run["kind"],
  before: number,
  beforeEnd: number,
  after: number,
  afterEnd: number,
) {
  if (before === beforeEnd && after === afterEnd) return;
  const last = found.runs.at(-1);
  if (last?.kind === kind) {
    last.beforeEnd = beforeEnd;
    last.afterEnd = afterEnd;
  } else found.runs.push({ kind, before, beforeEnd, after, afterEnd });
}

/** A piece of a line; `changed` pieces are what the other side does not have. */
export interface Piece {
  text: string;
  changed: boolean;
}

/** Lines longer than this are not compared by words. */
const WORDS_LINE_MAX = 2_000;

/** Two lines by words; null where they have too little in common for the words to help. */
export function words(before: string, after: string): { before: Piece[]; after: Piece[] } | null {
  if (before.length > WORDS_LINE_MAX || after.length > WORDS_LINE_MAX) return null;
  const split = (line: string) => line.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
  const [a, b] = [split(before), split(after)];
  const { runs } = compare(a, b);
  const one: Piece[] = [];
  const other: Piece[] = [];
  let common = 0;
  for (const run of runs) {
    const changed = run.kind === "change";
    const left = a.slice(run.before, run.beforeEnd).join("");
    const right = b.slice(run.after, run.afterEnd).join("");
    if (left) one.push({ text: left, changed });
    if (right) other.push({ text: right, changed });
    if (!changed) common += left.trim().length;
  }
  const longest = Math.max(before.trim().length, after.trim().length);
  return common * 4 >= longest ? { before: one, after: other } : null;
}
