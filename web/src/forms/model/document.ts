// The YAML text of an entity, which is the truth of an editor. An edit of the form changes its own node and leaves the
// rest of the text as it was written: comments, order, quotes, unknown keys. Start at `read` and `edited`.
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  type ToStringOptions,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { isRecord, type Path } from "./path";
import { putBack } from "./put-back";

/** One change that a form makes. Paths of lists and maps end at the list or map. */
export type Edit =
  | { op: "set"; path: Path; value: unknown }
  /** Removes a key, and mappings that this leaves empty, but none of the first `keep` of the path. */
  | { op: "unset"; path: Path; keep: number }
  /** A list of words: those that stay keep their place in the text. */
  | { op: "words"; path: Path; value: readonly (string | number)[] }
  | { op: "insert"; path: Path; index: number; value: unknown }
  | { op: "remove"; path: Path; index: number }
  | { op: "move"; path: Path; from: number; to: number }
  | { op: "rename"; path: Path; from: string; to: string }
  /** YAML as written, comments and all; it has to be readable. */
  | { op: "write"; path: Path; text: string };

export type Read =
  | { ok: true; value: Record<string, unknown>; locked: string | null }
  | { ok: false; line: number; message: string };

const OPTIONS = { keepSourceTokens: false, prettyErrors: false, strict: true, uniqueKeys: true } as const;
export const TEXT_MAX = 1_048_576;

/** What a text says, or why it cannot be read and on which line. */
export function read(text: string): Read {
  if (text.length > TEXT_MAX) return { ok: false, line: 1, message: "The text is larger than 1 MiB." };
  const parsed = parse(text);
  const [error] = parsed.errors;
  if (error) return { ok: false, line: lineOf(text, error.pos[0]), message: plain(error.message) };
  let value: unknown;
  try {
    value = parsed.toJS({ maxAliasCount: 100 });
  } catch {
    return { ok: false, line: 1, message: "Its anchors refer to each other without end." };
  }
  if (value === null) value = {};
  if (!isRecord(value))
    return { ok: false, line: 1, message: "An entity is a mapping: lines such as `type: otlp`." };
  return { ok: true, value, locked: lockOf(parsed) };
}

/** The text after an edit. A text that cannot be read stays as it is. */
export function edited(text: string, edit: Edit): string {
  const parsed = parse(text);
  if (parsed.errors.length > 0 || lockOf(parsed) !== null) return text;
  const style = styleOf(text);
  const before = parsed.toString(style);
  apply(parsed, edit);
  const after = parsed.toString(style);
  return putBack(text, before, after);
}

/** The YAML of the node at a place, with its comments; empty where nothing stands. */
export function textAt(text: string, path: Path): string {
  const parsed = parse(text);
  const node = parsed.getIn(path, true);
  if (node === undefined || parsed.errors.length > 0) return "";
  const part = parseDocument("");
  part.contents = node as typeof part.contents;
  return part.toString(styleOf(text)).replace(/\n$/, "");
}

/** A value as YAML in the style of the server. */
export function yamlOf(value: unknown): string {
  const made = parseDocument("");
  made.contents = made.createNode(value) as typeof made.contents;
  return made.toString(STYLE);
}

/** The line of a place in a text, from 1; null where nothing stands there, not even its parents. */
export function lineAt(text: string, path: Path): number | null {
  const parsed = parse(text);
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? parsed.contents : parsed.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const node = isMap(parent)
      ? parent.items.find((pair) => keyOf(pair) === String(key))?.key
      : isSeq(parent) && typeof key === "number"
        ? parent.items[key]
        : undefined;
    const at = (node as Node | undefined)?.range?.[0];
    if (at !== undefined) return lineOf(text, at);
  }
  return null;
}

type Parsed = Document.Parsed | Document;

const parse = (text: string): Document => parseDocument(text, OPTIONS) as unknown as Document;

/** Why the form cannot change this text without risk. */
function lockOf(parsed: Parsed): string | null {
  let found: string | null = null;
  visit(parsed as Document, (_, node) => {
    const anchored = (isScalar(node) || isCollection(node)) && node.anchor !== undefined;
    if (isAlias(node) || anchored) found = "It uses anchors (& and *): edit it as YAML.";
    return found === null ? undefined : visit.BREAK;
  });
  return found;
}

function apply(parsed: Document, edit: Edit): void {
  if (edit.op === "unset") unset(parsed, edit.path, edit.keep);
  else if (edit.op === "rename") rename(parsed.getIn(edit.path, true), edit.from, edit.to);
  else if (edit.op === "set") setAt(parsed, edit.path, edit.value);
  else if (edit.op === "write") {
    const part = parse(edit.text);
    if (part.errors.length === 0) place(parsed, edit.path, part.contents);
  } else inList(parsed, listAt(parsed, edit.path), edit);
}

type ListEdit = Extract<Edit, { op: "words" | "insert" | "remove" | "move" }>;

function inList(parsed: Document, list: YAMLSeq, edit: ListEdit): void {
  if (edit.op === "words") words(parsed, list, edit.value);
  else if (edit.op === "insert") {
    const node = parsed.createNode(edit.value);
    const spaced = list.items.slice(1).every((item) => (item as Node | null)?.spaceBefore === true);
    if (list.items.length > 1 && spaced) (node as Node).spaceBefore = true;
    list.items.splice(edit.index, 0, node);
  } else if (edit.op === "remove") {
    list.items.splice(edit.index, 1);
  } else {
    const [item] = list.items.splice(edit.from, 1);
    if (item !== undefined) list.items.splice(edit.to, 0, item);
  }
}

function rename(map: unknown, from: string, to: string): void {
  const pair = isMap(map) ? map.items.find((one) => keyOf(one) === from) : undefined;
  if (!isMap(map) || !pair || map.has(to)) return;
  if (isScalar(pair.key)) pair.key.value = to;
  else pair.key = new Scalar(to);
}

function setAt(parsed: Document, path: Path, value: unknown): void {
  const old = parsed.getIn(path, true);
  const scalar = value === null || typeof value !== "object";
  if (!isScalar(old) || !scalar) {
    place(parsed, path, parsed.createNode(value) as Node);
    return;
  }
  const wasText = typeof old.value === "string";
  const wasEmpty = old.value === "";
  old.value = value;
  old.source = undefined as never;
  const number = old as Scalar & { format?: unknown; minFractionDigits?: unknown };
  delete number.format;
  delete number.minFractionDigits;
  delete old.tag;
  const block = old.type === Scalar.BLOCK_LITERAL || old.type === Scalar.BLOCK_FOLDED;
  if (typeof value === "string" && value.includes("\n")) old.type = Scalar.BLOCK_LITERAL;
  else if (block || !wasText || wasEmpty || typeof value !== "string") old.type = Scalar.PLAIN;
}

/** Puts a node at a place and makes the mappings on the way. */
function place(parsed: Document, path: Path, node: Node | null): void {
  const key = path.at(-1);
  if (key === undefined) {
    parsed.contents = node as typeof parsed.contents;
    return;
  }
  const parent = collectionAt(parsed, path.slice(0, -1), typeof key === "number");
  const old = parent.get(key, true) as Node | undefined;
  if (node && isScalar(old) && old.comment && !node.comment) node.comment = old.comment;
  parent.set(key, node);
}

/** The collection at a place; one is made where nothing or null stands. */
function collectionAt(parsed: Document, path: Path, asList: boolean): YAMLMap | YAMLSeq {
  const here = path.length === 0 ? parsed.contents : parsed.getIn(path, true);
  if (isMap(here) || isSeq(here)) {
    if (here.items.length === 0) here.flow = false;
    return here;
  }
  const made = parsed.createNode(asList ? [] : {}) as YAMLMap | YAMLSeq;
  made.flow = false;
  if (isScalar(here)) {
    // `settings: # later` keeps what stands behind it.
    const kept = [here.commentBefore, here.comment].filter(Boolean).join("\n");
    if (kept !== "") made.commentBefore = kept;
  }
  if (path.length === 0) parsed.contents = made as typeof parsed.contents;
  else collectionAt(parsed, path.slice(0, -1), typeof path.at(-1) === "number").set(path.at(-1), made);
  return made;
}

function listAt(parsed: Document, path: Path): YAMLSeq {
  const list = collectionAt(parsed, path, true);
  if (isSeq(list)) return list;
  const made = parsed.createNode([]) as YAMLSeq;
  place(parsed, path, made);
  return made;
}

function words(parsed: Document, list: YAMLSeq, value: readonly (string | number)[]): void {
  const old = [...list.items];
  list.items = value.map((word) => {
    const known = old.find((item) => isScalar(item) && item.value === word);
    return known ?? parsed.createNode(word);
  });
}

function unset(parsed: Document, path: Path, keep: number): void {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? parsed.contents : parsed.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isSeq(parent) && typeof key === "number") parent.items.splice(key, 1);
    else if (isMap(parent)) removeKey(parent, String(key));
    else return;
    const more = length - 1 > keep && parent.items.length === 0;
    if (!more) return;
  }
}

/** Takes a key away; the comments around it stay, with the next key or at the end. */
function removeKey(map: YAMLMap, key: string): void {
  const at = map.items.findIndex((pair) => keyOf(pair) === key);
  const pair = map.items[at];
  if (!pair) return;
  const value = pair.value as Node | null;
  const kept = [(pair.key as Node | null)?.commentBefore, value?.comment];
  if (isCollection(value)) kept.splice(1, 0, value.commentBefore);
  const text = kept.filter((one): one is string => Boolean(one)).join("\n");
  map.items.splice(at, 1);
  if (text === "") return;
  const next = map.items[at]?.key as Node | undefined;
  if (next) next.commentBefore = next.commentBefore ? `${text}\n${next.commentBefore}` : text;
  else if (map.items.length > 0) map.comment = map.comment ? `${map.comment}\n${text}` : text;
  else map.commentBefore = map.commentBefore ? `${map.commentBefore}\n${text}` : text;
}

const keyOf = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key);

const STYLE: ToStringOptions = { lineWidth: 0, flowCollectionPadding: false, indentSeq: false, indent: 2 };

/** How a text is written: what is new is written alike. */
function styleOf(text: string): ToStringOptions {
  const { step, nested } = indentsOf(text);
  return {
    ...STYLE,
    indent: step,
    indentSeq: nested,
    flowCollectionPadding: /[{[] \S/.test(text),
    singleQuote: (text.match(/'/g)?.length ?? 0) > (text.match(/"/g)?.length ?? 0),
  };
}

/** How far a mapping stands inside another, and whether lists stand further in than their key: the first of each. */
function indentsOf(text: string): { step: number; nested: boolean } {
  let step: number | null = null;
  let nested: boolean | null = null;
  let before: { column: number; opens: boolean } | null = null;
  for (const line of text.split("\n")) {
    const parts = /^( *)((?:- +)*)(?=[^\s#-])([^\n]*)$/.exec(line);
    if (!parts) continue;
    const [, spaces = "", dashes = "", rest = ""] = parts;
    const column = spaces.length + dashes.length;
    if (before?.opens) {
      if (dashes === "" && spaces.length > before.column) step ??= spaces.length - before.column;
      else if (dashes !== "") nested ??= spaces.length > before.column;
    }
    before = { column, opens: /:(?:\s+#.*|\s*)$/.test(rest) };
    if (step !== null && nested !== null) break;
  }
  return { step: step !== null && step >= 2 && step <= 8 ? step : 2, nested: nested ?? false };
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split("\n").length;

function plain(message: string): string {
  const text = message.replace(/ at line \d+, column \d+[\s\S]*$/, "").trim();
  return text.endsWith(".") ? text : `${text}.`;
}
