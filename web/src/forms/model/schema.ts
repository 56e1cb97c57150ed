// JSON Schema as the catalog writes it: the words that a form needs, references resolved, hints read.

/** A schema; `false` allows nothing, which is how a condition takes a field away. */
export type Schema = boolean | SchemaObject;

export interface FormHints {
  order?: number;
  widget?: string;
  placeholder?: string;
  advanced?: boolean;
}

export interface SchemaObject {
  $ref?: string;
  $defs?: Record<string, Schema>;
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  dependentRequired?: Record<string, string[]>;
  additionalProperties?: Schema;
  propertyNames?: Schema;
  minProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  if?: Schema;
  then?: Schema;
  else?: Schema;
  "x-form"?: FormHints;
  /** OTTL: `condition`, `statement`, `path` or `value`. */
  "x-ottl"?: string;
  /** Ids of entities: what {@link Choices} is asked for. */
  "x-ref"?: string;
  /** A value that is never shown: it can be set, replaced and removed. */
  "x-secret"?: boolean;
  /** The keys stand under a heading of their own. */
  "x-section"?: boolean;
  /** Shown behind the field. */
  "x-unit"?: string;
  "x-credentials"?: SchemaObject;
  "x-endpoint"?: SchemaObject;
  "x-endpoint-optional"?: boolean;
  "x-accepts"?: string[];
}

const REFERENCES_MAX = 16;

/** The schema behind local references; what stands beside a reference wins. */
export function resolve(schema: Schema | undefined, root: SchemaObject): SchemaObject | false {
  if (schema === false) return false;
  if (schema === undefined || schema === true) return {};
  let here = schema;
  for (let hops = 0; here.$ref !== undefined && hops < REFERENCES_MAX; hops += 1) {
    const name = /^#\/\$defs\/(.+)$/.exec(here.$ref)?.[1];
    const target = name === undefined ? undefined : root.$defs?.[name];
    const { $ref: _, ...beside } = here;
    if (target === false) return false;
    here = typeof target === "object" ? { ...target, ...beside } : beside;
  }
  return here;
}

/** The types that a schema names; none where it names none. */
export function typesOf(schema: SchemaObject): readonly string[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === "string" ? [schema.type] : schema.type;
}

/** `${env:NAME}`: the host fills it in. It fits wherever a scalar does. */
export const isReference = (value: unknown): value is string =>
  typeof value === "string" && /^\$\{env:\w{1,128}\}$/.test(value);

/** A text with a pipeline's parameter in it. */
export const hasParameter = (value: unknown): value is string =>
  typeof value === "string" && /\{\{\s*[\w-]+\s*\}\}/.test(value);

const UNITS: ReadonlyArray<readonly [RegExp, string]> = [
  [/_per_second$/, "/s"],
  [/(^|_)percent$/, "%"],
  [/_ms$/, "ms"],
  [/_s$/, "s"],
  [/_kib$/, "KiB"],
  [/_mib$/, "MiB"],
  [/_megabytes$/, "MB"],
  [/_days$/, "days"],
  [/_(items|records)$/, "items"],
];

/** The unit that a key carries in its name. */
export function unitOf(key: string): string | undefined {
  return UNITS.find(([ending]) => ending.test(key))?.[1];
}

/** `max_message_kib` → `Max message kib`, where a schema has no title. */
export function titleOf(key: string): string {
  const text = key.replaceAll(/[_-]/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
