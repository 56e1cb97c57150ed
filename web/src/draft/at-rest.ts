// A text of the draft as it is kept across reloads: a credential that was typed into the YAML is not written to the disk of
// this machine. In its place stands what says that it has to be typed again. Pure; reads only as much YAML as it must.

/** What stands where a credential stood; no page knows its value. */
export const LOST = '{$sealed: "typed-here:lost"}';

const SECTION = /^(\s*(?:- )?)(["']?)credentials\2:(\s[^\n]*)?$/;
/** In links the section is at the top, and called otherwise. */
const LINK_SECTION = /^()(["']?)auth\2:(\s[^\n]*)?$/;
const PAIR = /^(\s*)((?:"[^"]*"|'[^']*'|[\w.-]+)\s*:)(?:\s+([^\n]*))?$/;
const FLOW_PAIR =
  /((?:"[^"]*"|'[^']*'|[\w.$-]+)\s*:\s*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\{[^{}]*\}|\$\{[^{}]*\}|[^,{}]*)/g;
const REFERENCE = /^(["']?)\$\{env:\w{1,128}\}\1\s*(#[^\n]*)?$/;
const COMMENT = /^\s*(#[^\n]*)?$/;

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Whether a value of this key may be kept as it stands. */
function mayRest(key: string, value: string): boolean {
  const name = key.replaceAll(/["':\s]/g, "");
  return (
    name === "username" ||
    name === "$sealed" ||
    REFERENCE.test(value) ||
    /^\{\s*["']?\$sealed["']?\s*:/.test(value)
  );
}

/** The text without credentials in clear. */
export function atRest(text: string): string {
  const kept: string[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    kept.push(line);
    const section = SECTION.exec(line) ?? LINK_SECTION.exec(line);
    if (!section) continue;
    const within = (section[1] ?? "").length;
    const inline = (section[3] ?? "").trim();
    if (inline !== "" && !inline.startsWith("#")) {
      const whole = /^\{([^\n]*)\}\s*(#[^\n]*)?$/.exec(inline);
      const head = line.slice(0, line.length - (section[3] ?? "").length);
      kept[kept.length - 1] = `${head} ${whole ? `{${flow(whole[1] ?? "")}}` : LOST}`;
      // What goes on over several lines is not taken apart.
      if (!whole) at = after(lines, at + 1, within) - 1;
      continue;
    }
    const end = after(lines, at + 1, within);
    kept.push(...block(lines.slice(at + 1, end)));
    at = end - 1;
  }
  return kept.join("\n");
}

const flow = (inner: string): string =>
  inner.replaceAll(FLOW_PAIR, (found, key: string, value: string) =>
    mayRest(key, value.trim()) || value.trim() === "" ? found : `${key}${LOST}`,
  );

/** The lines of one section: pairs, each of which may go on in deeper lines. */
function block(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (COMMENT.test(line)) {
      kept.push(line);
      continue;
    }
    const pair = PAIR.exec(line);
    const end = after(lines, at + 1, indentOf(line));
    if (!pair) {
      // No pair at all: nobody knows what it is, so it is not kept.
      at = end - 1;
      continue;
    }
    const [, space = "", key = ""] = pair;
    const value = (pair[3] ?? "").trim();
    const deeper = lines.slice(at + 1, end);
    const told = deeper.find((one) => !COMMENT.test(one)) ?? "";
    const bare = value === "" || value.startsWith("#");
    const rests = bare ? told === "" || /^\s*["']?\$sealed["']?\s*:/.test(told) : mayRest(key, value);
    if (rests) kept.push(line, ...deeper);
    else kept.push(`${space}${key} ${LOST}`);
    at = end - 1;
  }
  return kept;
}

/** Where the lines end that stand deeper than this. */
function after(lines: readonly string[], from: number, indent: number): number {
  let end = from;
  while (end < lines.length) {
    const line = lines[end] ?? "";
    if (line.trim() !== "" && indentOf(line) <= indent) break;
    end += 1;
  }
  return end;
}
