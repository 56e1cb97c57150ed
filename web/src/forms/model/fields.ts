// A schema and a value become the fields of a form. Start at `formOf`: it never loses anything, because what it cannot
// show as a field it shows as an opaque row.
import { alternativesOf, applied } from "./conditions";
import { examplesOf } from "./ottl";
import { isRecord, type Path, pathText } from "./path";
import {
  hasParameter,
  isReference,
  resolve,
  type Schema,
  type SchemaObject,
  titleOf,
  typesOf,
  unitOf,
} from "./schema";

export type FieldKind =
  | "text"
  | "code"
  | "number"
  | "switch"
  | "choice"
  | "choices"
  | "any"
  | "ref"
  | "refs"
  | "secret"
  | "list"
  | "map"
  | "group"
  | "yaml"
  | "opaque";

export interface Field {
  /** From the form's root. */
  path: Path;
  key: string;
  title: string;
  help: string | undefined;
  kind: FieldKind;
  required: boolean;
  advanced: boolean;
  /** Whether the value is written down; else the default counts. */
  set: boolean;
  value: unknown;
  /** The default in words. */
  fallback: string | undefined;
  fallbackValue: unknown;
  placeholder: string | undefined;
  unit: string | undefined;
  /** What OTTL it takes: a condition, a statement or a path; a list says it of its elements. */
  ottl: string | undefined;
  /** Of a choice. */
  options: readonly string[];
  /** What {@link "x-ref"} asks for. */
  ref: string | undefined;
  /** In the font of code. */
  mono: boolean;
  whole: boolean;
  /** Of a group. */
  fields: readonly Field[];
  /** Of a list: one field for each element. */
  items: readonly Field[];
  /** Of a list: what a new element begins with. */
  blank: unknown;
  /** Of a group or list: whether being there means something by itself, so that it is added and removed by hand. */
  optional: boolean;
  /** Of a group: what a new key of a person's choice begins with; undefined where keys are fixed. */
  adds: unknown;
  /** Its key was chosen by a person: it can be renamed and removed. */
  named: boolean;
  /** Of a group: stands under a heading of its own. */
  section: boolean;
  /** Of a group: ways that exclude each other. */
  ways: Ways | undefined;
  /** Of a group: what has to hold between its fields. */
  note: string | undefined;
  /** How many values at or below it are written down. */
  changed: number;
}

export interface Ways {
  options: ReadonlyArray<{ title: string; keys: readonly string[] }>;
  at: number;
}

export interface FormOptions {
  /** The way that a person picked where nothing is set yet, by the group's path as text. */
  ways?: Readonly<Record<string, number>>;
}

interface Context {
  root: SchemaObject;
  ways: Readonly<Record<string, number>>;
  depth: number;
}

/** Nothing that the catalog has nests deeper; what does is an opaque row. */
const DEPTH_MAX = 12;
const LIST_MAX = 500;

/** The form of a value, as the group at its root. */
export function formOf(schema: SchemaObject, value: unknown, options: FormOptions = {}): Field {
  const context: Context = { root: schema, ways: options.ways ?? {}, depth: 0 };
  const shown = value === undefined || value === null ? {} : value;
  return field(context, schema, shown, [], "", true);
}

function field(
  at: Context,
  given: Schema | undefined,
  value: unknown,
  path: Path,
  key: string,
  required: boolean,
): Field {
  const schema = resolve(given, at.root);
  const own = schema === false ? {} : schema;
  const hints = own["x-form"] ?? {};
  const base: Field = {
    path,
    key,
    title: own.title ?? titleOf(key),
    help: own.description,
    kind: "opaque",
    required,
    advanced: hints.advanced === true && !required,
    set: value !== undefined,
    value,
    fallback: own.default === undefined ? undefined : inWords(own.default),
    fallbackValue: own.default,
    placeholder: hints.placeholder ?? examplesOf(own["x-ottl"], path)[0]?.text,
    unit: own["x-unit"] ?? unitOf(key),
    ottl: own["x-ottl"],
    options: [],
    ref: own["x-ref"],
    mono: false,
    whole: false,
    fields: [],
    items: [],
    blank: "",
    optional: false,
    adds: undefined,
    named: false,
    section: own["x-section"] === true,
    ways: undefined,
    note: undefined,
    changed: value === undefined ? 0 : 1,
  };
  if (schema === false || at.depth > DEPTH_MAX) return base;
  const kind = kindOf(own, at.root);
  const deeper: Context = { ...at, depth: at.depth + 1 };
  if (kind === "group") return group(deeper, own, base);
  if (kind === "list") return list(deeper, own, base);
  if (!fits(kind, own, value)) return base;
  if (isReference(value) || hasParameter(value)) {
    // In place of any scalar; a text field shows it as it is.
    if (kind === "number" || kind === "switch" || kind === "choice")
      return { ...base, kind: "text", mono: true };
  }
  return {
    ...base,
    kind,
    options: optionsOf(own, at.root),
    mono: kind === "code" || hints.widget === "regex" || own["x-ottl"] !== undefined,
    whole: typesOf(own).includes("integer"),
  };
}

/** The keys of a mapping in the order of the form, those that do not apply left out unless they are set. */
function group(at: Context, schema: SchemaObject, base: Field): Field {
  const { value, path } = base;
  const optional = !base.required && path.length > 0 && !base.section && schema.default === undefined;
  if (value !== undefined && !isRecord(value)) return value === null ? emptied(at, schema, base) : base;
  const own = value ?? {};
  const { schema: full, hidden, required } = applied(schema, own, at.root);
  const ways = alternativesOf(full, own, at.root, at.ways[pathText(path)]);
  const elsewhere = new Set(
    ways?.options.flatMap(({ keys }, index) => (index === ways.at ? [] : keys)) ?? [],
  );
  const chosen = ways?.options[ways.at]?.keys ?? [];
  const properties = Object.entries(full.properties ?? {});
  const applies = (key: string) => !hidden.has(key) && !elsewhere.has(key);
  const fields = properties
    .filter(([key, property]) => !isHidden(property) && (Object.hasOwn(own, key) || applies(key)))
    .map(([key, property]) => {
      const needed = required.has(key) || chosen.includes(key);
      return field(at, property, own[key], [...path, key], key, needed);
    })
    .map((one, index) => [orderOf(full, one.key, index), one] as const)
    .sort(([one], [other]) => one - other)
    .map(([, one]) => one);
  const known = new Set(properties.map(([key]) => key));
  const unknown = Object.keys(own).filter((key) => !known.has(key));
  for (const key of unknown) fields.push(unnamed(at, full, own[key], [...path, key], key));
  return {
    ...base,
    kind: "group",
    optional,
    fields,
    ways,
    adds: addsOf(full, at.root),
    note: noteOf(full),
    changed: fields.reduce((sum, one) => sum + one.changed, 0) + (value !== undefined && optional ? 1 : 0),
  };
}

const emptied = (at: Context, schema: SchemaObject, base: Field): Field =>
  group(at, schema, { ...base, value: {} });

/** A key that the schema does not name: as its schema for other keys says, else opaque. */
function unnamed(at: Context, schema: SchemaObject, value: unknown, path: Path, key: string): Field {
  const other = schema.additionalProperties;
  if (typeof other !== "object")
    return { ...field(at, {}, value, path, key, false), kind: "opaque", title: key };
  const made = field(at, other, value, path, key, true);
  return { ...made, title: key, required: false, named: true };
}

/** What a key begins with that a person adds. */
function addsOf(schema: SchemaObject, root: SchemaObject): unknown {
  const other = schema.additionalProperties;
  if (typeof other !== "object") return undefined;
  const own = resolve(other, root);
  return own !== false && kindOf(own, root) === "group" ? {} : "";
}

const isHidden = (property: Schema): boolean =>
  typeof property === "object" && property["x-form"]?.widget === "hidden";

function list(at: Context, schema: SchemaObject, base: Field): Field {
  const { value, path } = base;
  if (value !== undefined && !Array.isArray(value)) return base;
  const own: readonly unknown[] = value ?? [];
  if (own.length > LIST_MAX) return base;
  const item = resolve(schema.items, at.root);
  const items = own.map((one, index) => ({
    ...field(at, schema.items, one, [...path, index], String(index), true),
    title: `${base.title} ${index + 1}`,
  }));
  const objects = item !== false && kindOf(item, at.root) === "group";
  return {
    ...base,
    kind: "list",
    items,
    ottl: item === false ? undefined : item["x-ottl"],
    blank: objects ? {} : "",
    mono: item !== false && (item["x-ottl"] !== undefined || item["x-form"]?.widget === "regex"),
  };
}

function kindOf(schema: SchemaObject, root: SchemaObject): FieldKind {
  const widget = schema["x-form"]?.widget;
  const types = typesOf(schema);
  if (schema["x-secret"]) return "secret";
  if (schema["x-ref"] !== undefined) return types.includes("array") ? "refs" : "ref";
  if (widget === "yaml") return "yaml";
  if (schema.enum) return "choice";
  if (types.length > 1) return "any";
  const [type] = types;
  if (type === "array") {
    const item = resolve(schema.items, root);
    if (item !== false && item.enum) return "choices";
    return item !== false && item["x-form"]?.widget === "yaml" ? "yaml" : "list";
  }
  if (type === "object" || schema.properties) return objectKind(schema, root);
  if (type === "boolean") return "switch";
  if (type === "number" || type === "integer") return "number";
  if (type === "string") return widget === "ottl" || schema["x-ottl"] === "statement" ? "code" : "text";
  return "any";
}

function objectKind(schema: SchemaObject, root: SchemaObject): FieldKind {
  if (schema.properties || schema["x-section"]) return "group";
  const other = resolve(schema.additionalProperties, root);
  if (other === false) return "group";
  if (other["x-secret"] || other.properties) return "group";
  const [type] = typesOf(other);
  const scalar =
    schema["x-form"]?.widget === "map" || (type !== undefined && type !== "object" && type !== "array");
  return scalar ? "map" : "yaml";
}

/** Whether a field of this kind can show the value without changing it. */
function fits(kind: FieldKind, schema: SchemaObject, value: unknown): boolean {
  if (value === undefined || kind === "yaml" || kind === "secret") return true;
  if (kind === "map") return isRecord(value) && Object.values(value).every(isScalar);
  if (kind === "choices" || kind === "refs")
    return Array.isArray(value) && value.every((one) => typeof one === "string" || typeof one === "number");
  if (!isScalar(value)) return false;
  if (isReference(value) || hasParameter(value)) return true;
  if (kind === "switch") return typeof value === "boolean";
  if (kind === "number") return typeof value === "number";
  if (kind === "text" || kind === "code" || kind === "ref") return typeof value === "string";
  if (kind === "choice") return schema.enum?.includes(value) === true || typeof value === "string";
  return true;
}

const isScalar = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

function optionsOf(schema: SchemaObject, root: SchemaObject): readonly string[] {
  const item = schema.items === undefined ? schema : resolve(schema.items, root);
  return item === false ? [] : (item.enum ?? []).map(String);
}

function orderOf(schema: SchemaObject, key: string, index: number): number {
  const property = schema.properties?.[key];
  const order = typeof property === "object" ? property["x-form"]?.order : undefined;
  return order ?? 1_000 + index;
}

function noteOf(schema: SchemaObject): string | undefined {
  const conditional = schema.anyOf ?? schema.oneOf ?? schema.not ?? schema.dependentRequired;
  return conditional === undefined ? undefined : schema.description;
}

/** A default as people read it. */
export function inWords(value: unknown): string | undefined {
  if (value === true) return "on";
  if (value === false) return "off";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(String).join(", ");
  if (typeof value === "object") return undefined;
  return String(value);
}
