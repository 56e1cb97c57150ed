// What may come next in a query: fields, keys, frequent values, joining words. Pure; the query bar draws it.
import { canName, QUERY_FIELDS, quoted, tokens } from "./query";

/** What the fleet knows: values with how many collectors have them, if that is known. */
export interface Vocabulary {
  values: Readonly<Record<string, ReadonlyArray<{ value: string; count?: number }>>>;
  labels: ReadonlyArray<{
    key: string;
    count: number;
    values: ReadonlyArray<{ value: string; count: number }>;
  }>;
}

export interface Completion {
  /** Replaces the text from `from` to `to`. */
  insert: string;
  from: number;
  to: number;
  /** As listed. */
  label: string;
  /** A few quiet words beside it. */
  hint: string;
  /** Whether the query stands as it is after it: a value does, a field waits for one. */
  whole: boolean;
}

const COMPLETIONS_MAX = 12;

const HINTS: Readonly<Record<string, string>> = {
  id: "unique, never changes",
  name: "what people see",
  host: "host name as reported",
  mode: "opamp or alloy-remotecfg",
  runtime: "otelcol or alloy",
  version: "also < <= > >=",
  status: "the connection",
  sync: "committed against running",
  health: "the collector's own word",
  group: "belongs to",
  uid: "OpAMP instance uid",
  tier: "standards or managed",
};

/** The completions at the caret. */
export function complete(text: string, caret: number, known: Vocabulary): Completion[] {
  const all = tokens(text);
  const here = all.findIndex(({ from, to }) => from < caret && caret <= to);
  const token = here < 0 ? undefined : all[here];
  const operatorBefore =
    token?.kind === "operator" ? here : here >= 0 ? here - 1 : all.findLastIndex(({ to }) => to <= caret);
  const operator = all[operatorBefore];
  const field = all[operatorBefore - 1];
  if (token?.kind === "close") return [];
  if (
    operator?.kind === "operator" &&
    field?.kind === "text" &&
    !(token === undefined && operator.to !== caret)
  ) {
    const value = token && token !== operator ? token : undefined;
    const range = value ? { from: value.from, to: value.to } : { from: caret, to: caret };
    const begun = value ? text.slice(value.from, caret).replace(/^"/, "") : "";
    return values(field.text, begun, range, known);
  }
  const word = token?.kind === "text" ? token : undefined;
  if (word?.quoted) return [];
  const range = word ? { from: word.from, to: word.to } : { from: caret, to: caret };
  const begun = word ? text.slice(word.from, caret) : "";
  const before = all[word ? here - 1 : all.findLastIndex(({ to }) => to <= caret)];
  const whole = before !== undefined && before.kind !== "open" && before.kind !== "operator";
  return names(begun, range, known, whole && !isJoin(before?.text ?? ""));
}

const isJoin = (word: string) => /^(and|or|not)$/i.test(word);

function values(
  field: string,
  begun: string,
  range: { from: number; to: number },
  known: Vocabulary,
): Completion[] {
  const key = field.startsWith("label.") ? field.slice(6) : field;
  const list =
    known.values[field] ?? known.labels.find((label) => label.key === key)?.values ?? ([] as const);
  const low = begun.toLowerCase();
  return list
    .filter(({ value }) => value.toLowerCase().includes(low) && !value.includes('"') && value.length <= 200)
    .sort(
      (a, b) => Number(b.value.toLowerCase().startsWith(low)) - Number(a.value.toLowerCase().startsWith(low)),
    )
    .slice(0, COMPLETIONS_MAX)
    .map(({ value, count }) => ({
      insert: quoted(value),
      ...range,
      label: value,
      hint: count === undefined ? "" : count.toLocaleString("en-US"),
      whole: true,
    }));
}

function names(
  begun: string,
  range: { from: number; to: number },
  known: Vocabulary,
  joins: boolean,
): Completion[] {
  const low = begun.toLowerCase();
  const fields = QUERY_FIELDS.map((field) => ({
    name: field as string,
    text: field as string,
    hint: HINTS[field] ?? "",
  }));
  const labels = known.labels
    .filter(({ key }) => canName(key))
    .map(({ key, count }) => ({
      name: key,
      text: `label.${key}`,
      hint: `label on ${count.toLocaleString("en-US")}`,
    }));
  // What people select by are mostly labels; of equals the shorter name stands first.
  const found = [...labels, ...fields]
    .filter(({ name, text }) => low === "" || name.toLowerCase().includes(low) || text.startsWith(low))
    .sort(
      (a, b) => Number(b.name.toLowerCase().startsWith(low)) - Number(a.name.toLowerCase().startsWith(low)),
    )
    .slice(0, COMPLETIONS_MAX)
    .map(({ text, hint }) => ({ insert: `${text}=`, ...range, label: `${text}=`, hint, whole: false }));
  if (!joins) return found;
  const words = ["and", "or"].filter((word) => word.startsWith(low));
  return [
    ...words.map((word) => ({ insert: `${word} `, ...range, label: word, hint: "", whole: false })),
    ...found,
  ].slice(0, COMPLETIONS_MAX);
}
