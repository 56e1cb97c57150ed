// Whether a value holds against a schema, and what is wrong where it does not: the part of JSON Schema that the catalog
// uses. The server decides; this answers while somebody types, and tells which branch of a condition applies.
import { isRecord, type Path } from "./path";
import { hasParameter, isReference, resolve, type Schema, type SchemaObject, typesOf } from "./schema";

export interface Fault {
  path: Path;
  message: string;
}

const DEPTH_MAX = 40;

/** Every fault of `value`. A reference or a parameter stands for any scalar. */
export function faultsOf(schema: Schema, value: unknown, root: SchemaObject): Fault[] {
  const faults: Fault[] = [];
  walk({ root, faults, depth: 0 }, schema, value, []);
  return faults;
}

/** Whether a value holds. */
export const holds = (schema: Schema, value: unknown, root: SchemaObject): boolean =>
  faultsOf(schema, value, root).length === 0;

interface Walk {
  root: SchemaObject;
  faults: Fault[];
  depth: number;
}

function walk(at: Walk, given: Schema, value: unknown, path: Path): void {
  if (at.depth > DEPTH_MAX) return;
  const schema = resolve(given, at.root);
  const say = (message: string, place: Path = path) => at.faults.push({ path: place, message });
  if (schema === false) {
    say("It does not apply here; remove it.");
    return;
  }
  if (isReference(value) || hasParameter(value)) return;
  const deeper: Walk = { ...at, depth: at.depth + 1 };
  combined(deeper, schema, value, path);
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOf(type, value))) {
    say(`It has to be ${types.map(typeWord).join(" or ")}.`);
    return;
  }
  if (schema.const !== undefined && !equal(schema.const, value)) say(`It has to be ${String(schema.const)}.`);
  if (schema.enum && !schema.enum.some((one) => equal(one, value)))
    say(`Choose one of ${schema.enum.map(String).join(", ")}.`);
  if (typeof value === "string") text(schema, value, say);
  else if (typeof value === "number") number(schema, value, say);
  else if (Array.isArray(value)) list(deeper, schema, value, path, say);
  else if (isRecord(value)) mapping(deeper, schema, value, path, say);
}

type Say = (message: string, place?: Path) => void;

function text(schema: SchemaObject, value: string, say: Say): void {
  if (schema.minLength !== undefined && value.length < schema.minLength)
    say(value === "" ? "It must not be empty." : `At least ${schema.minLength} characters.`);
  if (schema.maxLength !== undefined && value.length > schema.maxLength)
    say(`At most ${schema.maxLength} characters.`);
  if (schema.pattern !== undefined && !matches(schema.pattern, value))
    say(
      schema.description
        ? `It does not look right: ${schema.description}`
        : "It does not have the right form.",
    );
}

function number(schema: SchemaObject, value: number, say: Say): void {
  if (schema.minimum !== undefined && value < schema.minimum) say(`At least ${schema.minimum}.`);
  if (schema.maximum !== undefined && value > schema.maximum) say(`At most ${schema.maximum}.`);
  if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum)
    say(`More than ${schema.exclusiveMinimum}.`);
  if (schema.exclusiveMaximum !== undefined && value >= schema.exclusiveMaximum)
    say(`Less than ${schema.exclusiveMaximum}.`);
}

function list(at: Walk, schema: SchemaObject, value: readonly unknown[], path: Path, say: Say): void {
  if (schema.minItems !== undefined && value.length < schema.minItems)
    say(schema.minItems === 1 ? "Give at least one." : `Give at least ${schema.minItems}.`);
  if (schema.maxItems !== undefined && value.length > schema.maxItems) say(`At most ${schema.maxItems}.`);
  if (schema.uniqueItems && value.some((one, index) => value.findIndex((other) => equal(one, other)) < index))
    say("The same stands there twice.");
  if (schema.items !== undefined)
    for (const [index, item] of value.entries()) walk(at, schema.items, item, [...path, index]);
}

function mapping(at: Walk, schema: SchemaObject, value: Record<string, unknown>, path: Path, say: Say): void {
  for (const key of schema.required ?? [])
    if (!Object.hasOwn(value, key)) say("It is required.", [...path, key]);
  if (schema.minProperties !== undefined && Object.keys(value).length < schema.minProperties)
    say(schema.minProperties === 1 ? "Give at least one." : `Give at least ${schema.minProperties}.`);
  for (const [key, needs] of Object.entries(schema.dependentRequired ?? {})) {
    if (!Object.hasOwn(value, key)) continue;
    for (const need of needs)
      if (!Object.hasOwn(value, need)) say(`It is required beside ${key}.`, [...path, need]);
  }
  for (const [key, item] of Object.entries(value)) {
    const place = [...path, key];
    const known = schema.properties?.[key];
    if (schema.propertyNames !== undefined && !holds(schema.propertyNames, key, at.root))
      say("This name does not have the right form.", place);
    if (known !== undefined) walk(at, known, item, place);
    else if (schema.additionalProperties === false) say("This key is not known here.", place);
    else if (schema.additionalProperties !== undefined) walk(at, schema.additionalProperties, item, place);
  }
}

function combined(at: Walk, schema: SchemaObject, value: unknown, path: Path): void {
  const fits = (one: Schema) => holds(one, value, at.root);
  const say = (fallback: string) =>
    at.faults.push({ path, message: schema.description ? `${capital(schema.description)}.` : fallback });
  for (const one of schema.allOf ?? []) walk(at, one, value, path);
  if (schema.anyOf && !schema.anyOf.some(fits)) say("None of the allowed forms fits.");
  if (schema.oneOf && schema.oneOf.filter(fits).length !== 1)
    say("Exactly one of the allowed forms has to fit.");
  if (schema.not !== undefined && fits(schema.not)) say("These do not go together.");
  if (schema.if !== undefined) {
    const branch = fits(schema.if) ? schema.then : schema.else;
    if (branch !== undefined) walk(at, branch, value, path);
  }
}

function isOf(type: string, value: unknown): boolean {
  if (type === "object") return isRecord(value);
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "number") return typeof value === "number" && Number.isFinite(value);
  if (type === "null") return value === null;
  return typeof value === type;
}

const WORDS: Record<string, string> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
};
const typeWord = (type: string): string => WORDS[type] ?? type;

/** Patterns come from the catalog, whose dialect is that of the server; one that a browser cannot read passes. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

const equal = (one: unknown, other: unknown): boolean =>
  one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, "");
}
