// The query language of the collector list as the browser needs it: terms added and taken away by clicks, and short
// label names written out. The server alone says what a query means; this only edits texts. Completion: query-complete.ts.

/** Fields that a comparison may name beside `label.KEY` and `reported.KEY`. */
export const QUERY_FIELDS = [
  "id",
  "name",
  "host",
  "mode",
  "runtime",
  "version",
  "status",
  "sync",
  "health",
  "group",
  "uid",
  "tier",
] as const;

/** Longest query that the server reads, in characters. */
export const QUERY_CHARS_MAX = 2_000;

/** One token; `from` and `to` are places in the text. */
export interface Token {
  kind: "open" | "close" | "text" | "operator";
  /** Without the quotation marks. */
  text: string;
  quoted: boolean;
  from: number;
  to: number;
}

const OPERATORS = ["!=", "<=", ">=", "=", "~", "<", ">"] as const;
const operatorAt = (text: string, at: number) => OPERATORS.find((operator) => text.startsWith(operator, at));

/** The tokens of a text, as the server reads them; a quotation mark that is not closed takes the rest. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const sign = text.charAt(at);
    const from = at;
    const operator = operatorAt(text, at);
    if (/\s/u.test(sign)) {
      at += 1;
      continue;
    }
    if (sign === "(" || sign === ")") {
      at += 1;
      found.push({ kind: sign === "(" ? "open" : "close", text: sign, quoted: false, from, to: at });
    } else if (sign === '"') {
      const end = text.indexOf('"', at + 1);
      at = end < 0 ? text.length : end + 1;
      found.push({
        kind: "text",
        text: text.slice(from + 1, end < 0 ? undefined : end),
        quoted: true,
        from,
        to: at,
      });
    } else if (operator) {
      at += operator.length;
      found.push({ kind: "operator", text: operator, quoted: false, from, to: at });
    } else {
      while (at < text.length && !/[\s()"]/u.test(text.charAt(at)) && !operatorAt(text, at)) at += 1;
      found.push({ kind: "text", text: text.slice(from, at), quoted: false, from, to: at });
    }
  }
  return found;
}

const isWord = (token: Token | undefined, word: string) =>
  token?.kind === "text" && !token.quoted && token.text.toLowerCase() === word;

/** Whether a text may be asked now, or is plainly in the middle of being typed. */
export function isComplete(text: string): boolean {
  const all = tokens(text);
  const last = all.at(-1);
  if (last?.kind === "operator") return false;
  if (["and", "or", "not"].some((word) => isWord(last, word))) return false;
  const opened = all.filter(({ kind }) => kind === "open").length;
  if (opened !== all.filter(({ kind }) => kind === "close").length) return false;
  return last?.quoted !== true || (last.to - last.from >= 2 && text.charAt(last.to - 1) === '"');
}

/** Whether the last thing is a value that somebody may still be writing: `sync=dri`. */
export function isWritingValue(text: string): boolean {
  const all = tokens(text);
  const last = all.at(-1);
  return last?.kind === "text" && !last.quoted && last.to === text.length && all.at(-2)?.kind === "operator";
}

/** A value as a query holds it. */
export function quoted(value: string): string {
  const plain =
    value !== "" && !/[\s()"]/u.test(value) && !/[=~<>]/u.test(value) && !/^(and|or|not)$/i.test(value);
  return plain ? value : `"${value}"`;
}

/** The text of one comparison. The language has no way to write a quotation mark, so such a value becomes an expression. */
export function term(field: string, value: string, operator: "=" | "!=" = "="): string {
  if (!value.includes('"')) return `${field}${operator}${quoted(value)}`;
  const matches = `${field}~"^${escapeRegex(value)}$"`;
  return operator === "=" ? matches : `not ${matches}`;
}

/** A text as an expression that matches only it; nothing in it ends a quoted value. */
export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll('"', "\\x22");
}

/** Whether `label.KEY` can be written for this key. */
export const canName = (key: string): boolean => key !== "" && !/[\s()"=~<>!]/u.test(key);

/** The parts that must all hold, where the top of a query is such a list; null where it is joined by `or`. */
function conjuncts(text: string): string[] | null {
  const parts: string[] = [];
  let depth = 0;
  let from = -1;
  let to = 0;
  let open = true;
  const close = () => {
    if (from >= 0) parts.push(text.slice(from, to));
    from = -1;
  };
  const all = tokens(text);
  for (const [index, token] of all.entries()) {
    if (depth === 0 && isWord(token, "or")) return null;
    if (depth === 0 && isWord(token, "and")) {
      close();
      open = true;
      continue;
    }
    // A new part begins where the part before it is whole: after a word, a comparison or a closed parenthesis.
    if (depth === 0 && !open && token.kind !== "operator" && all[index - 1]?.kind !== "operator") close();
    if (from < 0) from = token.from;
    to = token.to;
    open = isWord(token, "not");
    if (token.kind === "open") depth += 1;
    if (token.kind === "close") depth = Math.max(0, depth - 1);
  }
  close();
  return parts;
}

/** Whether a query asks for this comparison at its top. */
export function hasTerm(text: string, field: string, value: string): boolean {
  return conjuncts(text)?.includes(term(field, value)) ?? false;
}

/** The query with one comparison more. */
export function addTerm(text: string, field: string, value: string, operator: "=" | "!=" = "="): string {
  const wanted = term(field, value, operator);
  if (text.trim() === "") return wanted;
  const parts = conjuncts(text);
  if (parts === null) return `(${text.trim()}) and ${wanted}`;
  return parts.includes(wanted) ? text : [...parts, wanted].join(" and ");
}

/** The query without this comparison. */
export function dropTerm(text: string, field: string, value: string): string {
  const parts = conjuncts(text);
  if (parts === null) return text;
  return parts.filter((part) => part !== term(field, value)).join(" and ");
}

/** The query in which `field` is this value: another value of it at the top is replaced, the same one is taken away. */
export function toggleTerm(text: string, field: string, value: string): string {
  if (hasTerm(text, field, value)) return dropTerm(text, field, value);
  const others = conjuncts(text)?.filter((part) => !part.startsWith(`${field}=`));
  return addTerm(others ? others.join(" and ") : text, field, value);
}

/** A query that also leaves out these ids; null when the server would not read it any more. */
export function without(text: string, ids: Iterable<string>): string | null {
  const left = [...ids].map((id) => `id!=${id}`);
  const base = text.trim();
  const parts = base === "" ? left : left.length === 0 ? [base] : [`(${base})`, ...left];
  const query = parts.join(" and ");
  return query.length <= QUERY_CHARS_MAX ? query : null;
}

/** Writes `label.` before a name that is no field but a known label: `env=prod` → `label.env=prod`. */
export function spellOut(text: string, labels: ReadonlySet<string>): string {
  const all = tokens(text);
  let out = "";
  let at = 0;
  all.forEach((token, index) => {
    const field = token.kind === "text" && !token.quoted && all[index + 1]?.kind === "operator";
    const value = all[index - 1]?.kind === "operator";
    if (!field || value || QUERY_FIELDS.some((known) => known === token.text) || !labels.has(token.text))
      return;
    out += `${text.slice(at, token.from)}label.`;
    at = token.from;
  });
  return out + text.slice(at);
}

/** Where the server stopped reading, from its sentence `column N: why`; columns count from 1. */
export function columnOf(sentence: string): { column: number; why: string } | null {
  const found = /^(?:q: )?column (\d+): ([\s\S]*)$/.exec(sentence);
  if (!found) return null;
  return { column: Number(found[1]), why: found[2] ?? "" };
}
