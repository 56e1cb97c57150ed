// A document that is written anew may look different where nothing was changed: spaces before comments, blank lines,
// breaks. This puts the person's own lines back wherever a change did not touch them.
import { parseDocument } from "yaml";

/** Longer texts are taken as they were written anew. */
const LINES_MAX = 3_000;

/** `after` as far as it differs from `before`, the rest as in `text`. All three say the same but for the change. */
export function putBack(text: string, before: string, after: string): string {
  if (text === before || before === after) return before === after ? text : after;
  const [own, old, fresh] = [lines(text), lines(before), lines(after)];
  if (Math.max(own.length, old.length, fresh.length) > LINES_MAX) return after;
  const toOwn = matches(old, own, squeezed);
  const toFresh = matches(old, fresh, (line) => line);
  const out: string[] = [];
  let [a, o, f] = [0, 0, 0];
  for (let at = 0; at <= old.length; at += 1) {
    const end = at === old.length;
    const ownAt = end ? own.length : (toOwn[at] ?? -1);
    const freshAt = end ? fresh.length : (toFresh[at] ?? -1);
    if (ownAt < 0 || freshAt < 0) continue;
    const untouched = same(old.slice(a, at), fresh.slice(f, freshAt));
    const mine = own.slice(o, ownAt);
    if (untouched) out.push(...mine);
    else out.push(...extraBlanks(mine, old.slice(a, at)), ...fresh.slice(f, freshAt));
    const line = own[ownAt];
    if (!end && line !== undefined) out.push(line);
    [a, o, f] = [at + 1, ownAt + 1, freshAt + 1];
  }
  const merged = out.join("\n");
  return saysTheSame(merged, after) ? merged : after;
}

const lines = (text: string): string[] => text.split("\n");
const squeezed = (line: string): string => line.replaceAll(/\s+/g, " ").trim();
const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((line, at) => line === other[at]);

/** Blank lines in front of a change that the writer leaves out: it keeps one where a person wrote three. */
function extraBlanks(mine: readonly string[], old: readonly string[]): string[] {
  const blanks = (some: readonly string[]) => {
    const first = some.findIndex((line) => line.trim() !== "");
    return first < 0 ? some.length : first;
  };
  return mine.slice(0, Math.max(0, blanks(mine) - blanks(old)));
}

/** For each line of `from` the line of `to` that it is; a longest common run of lines. */
function matches(from: readonly string[], to: readonly string[], form: (line: string) => string): number[] {
  const [one, two] = [from.map(form), to.map(form)];
  const found = new Array<number>(one.length).fill(-1);
  let head = 0;
  while (head < one.length && head < two.length && one[head] === two[head]) {
    found[head] = head;
    head += 1;
  }
  let tail = 0;
  while (
    tail < one.length - head &&
    tail < two.length - head &&
    one[one.length - 1 - tail] === two[two.length - 1 - tail]
  ) {
    tail += 1;
    found[one.length - tail] = two.length - tail;
  }
  const [rows, columns] = [one.length - head - tail, two.length - head - tail];
  // Lengths of the longest common runs behind each pair of lines.
  const longest = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  for (let row = rows - 1; row >= 0; row -= 1)
    for (let column = columns - 1; column >= 0; column -= 1) {
      const here = longest[row] as Uint16Array;
      const below = longest[row + 1] as Uint16Array;
      const equal = one[head + row] === two[head + column];
      here[column] = equal
        ? (below[column + 1] ?? 0) + 1
        : Math.max(below[column] ?? 0, here[column + 1] ?? 0);
    }
  let [row, column] = [0, 0];
  while (row < rows && column < columns) {
    if (one[head + row] === two[head + column]) {
      found[head + row] = head + column;
      row += 1;
      column += 1;
    } else if ((longest[row + 1]?.[column] ?? 0) >= (longest[row]?.[column + 1] ?? 0)) row += 1;
    else column += 1;
  }
  return found;
}

/** Merged lines may have come apart; then the text that was written anew is right. */
function saysTheSame(merged: string, after: string): boolean {
  const [one, other] = [parseDocument(merged), parseDocument(after)];
  if (one.errors.length > 0) return false;
  const comments = (text: string) => (text.match(/#/g) ?? []).length;
  if (comments(merged) !== comments(after)) return false;
  return JSON.stringify(one.toJS()) === JSON.stringify(other.toJS());
}
