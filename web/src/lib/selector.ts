// Selectors of groups and links (`env = prod, role =~ "edge-.*"`) as queries over collectors, so that the list can show who
// matches before anything is saved. The server alone decides; what is written here means exactly the same.
import { canName, escapeRegex, quoted } from "./query";

export interface SelectorTerm {
  key: string;
  operator: "=" | "!=" | "=~" | "!~";
  value: string;
}

export type ReadSelector = { ok: true; terms: SelectorTerm[] } | { ok: false; column: number; why: string };

/** Longest selector, in bytes. */
const SELECTOR_BYTES_MAX = 4_096;
const WORD = /^[\p{Alphabetic}\p{N}_\-./:]+/u;

/** Reads a selector as the server does; columns count from 1. */
export function readSelector(text: string): ReadSelector {
  if (new TextEncoder().encode(text).length > SELECTOR_BYTES_MAX)
    return {
      ok: false,
      column: 1,
      why: `at most ${SELECTOR_BYTES_MAX.toLocaleString("en-US")} bytes are read`,
    };
  let at = 0;
  const fail = (why: string): ReadSelector => ({ ok: false, column: [...text.slice(0, at)].length + 1, why });
  const space = () => {
    at = text.length - text.slice(at).trimStart().length;
  };
  const word = () => {
    const found = WORD.exec(text.slice(at))?.[0] ?? "";
    at += found.length;
    return found;
  };
  const terms: SelectorTerm[] = [];
  for (;;) {
    space();
    const key = word();
    if (key === "") return fail("a label key is missing here");
    space();
    const operator = (["=~", "!~", "!=", "="] as const).find((sign) => text.startsWith(sign, at));
    if (!operator) return fail(`one of = != =~ !~ is missing after ${key}`);
    at += operator.length;
    space();
    const value = text.charAt(at) === '"' ? inQuotes(text, at) : null;
    if (value && !value.closed) return fail("this double quote is never closed");
    const bare = value ? "" : word();
    if (!value && bare === "")
      return fail(
        "a value is missing here; put it in double quotes if it holds more than letters, digits and _ - . / :",
      );
    if (value) at = value.end;
    terms.push({ key, operator, value: value ? value.text : bare });
    space();
    if (at >= text.length) return { ok: true, terms };
    if (text.charAt(at) !== ",") return fail("terms are separated by commas: env = prod, role = edge");
    at += 1;
  }
}

function inQuotes(text: string, from: number): { text: string; end: number; closed: boolean } {
  let out = "";
  for (let at = from + 1; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '"') return { text: out, end: at + 1, closed: true };
    if (sign === "\\" && at + 1 < text.length) {
      const next = text.charAt(at + 1);
      // Any other backslash belongs to a regular expression.
      out += next === '"' || next === "\\" ? next : `\\${next}`;
      at += 1;
    } else {
      out += sign;
    }
  }
  return { text: out, end: text.length, closed: false };
}

/** Whether it asks for what hosts say about themselves. */
export const trustsClaims = (terms: readonly SelectorTerm[]): boolean =>
  terms.some(({ key }) => key.startsWith("reported."));

/** The same as a query. In a selector a missing label is the empty text; in a query it equals nothing. */
export function selectorQuery(terms: readonly SelectorTerm[]): string | null {
  const parts: string[] = [];
  for (const { key, operator, value } of terms) {
    if (!canName(key)) return null;
    const field = key.startsWith("reported.") ? key : `label.${key}`;
    const has = `${field}~"(?s)^.*$"`;
    if (operator === "=" || operator === "!=") {
      const same = value.includes('"') ? `${field}~"^${escapeRegex(value)}$"` : `${field}=${quoted(value)}`;
      const empty = `(${field}="" or not ${has})`;
      const positive = value === "" ? empty : same;
      parts.push(operator === "=" ? positive : `not ${positive}`);
    } else {
      const pattern = `^(?:${value.replaceAll('"', "\\x22")})$`;
      const matches = `${field}~"${pattern}"`;
      const blank = matchesNothing(value);
      if (blank === null) return null;
      const positive = blank ? `(${matches} or not ${has})` : matches;
      parts.push(operator === "=~" ? positive : `not ${positive}`);
    }
  }
  return parts.join(" and ");
}

/** Whether an expression matches the empty text; null where the browser cannot read it. */
function matchesNothing(pattern: string): boolean | null {
  try {
    return new RegExp(`^(?:${pattern.replace(/^\(\?[a-z]+\)/, "")})$`, "u").test("");
  } catch {
    return null;
  }
}
