// Conditions inside a schema: which fields apply to a value, which are required, and which ways exclude each other.
import { holds } from "./check";
import type { Ways } from "./fields";
import { resolve, type Schema, type SchemaObject, titleOf } from "./schema";

export interface Applied {
  /** The schema with the branches that apply put into it. */
  schema: SchemaObject;
  /** Keys that a branch takes away. */
  hidden: ReadonlySet<string>;
  required: ReadonlySet<string>;
}

const ROUNDS_MAX = 8;

/** Puts the branches of `allOf`, `if` and `dependentRequired` that hold for `value` into the schema. */
export function applied(schema: SchemaObject, value: Record<string, unknown>, root: SchemaObject): Applied {
  const hidden = new Set<string>();
  const required = new Set(schema.required ?? []);
  let full = schema;
  const take = (given: Schema, round: number) => {
    const branch = resolve(given, root);
    if (branch === false || round > ROUNDS_MAX) return;
    for (const key of branch.required ?? []) required.add(key);
    for (const [key, property] of Object.entries(branch.properties ?? {})) {
      const own = resolve(property, root);
      if (own === false) hidden.add(key);
      // A branch narrows what stands there; it has no titles of its own.
      else if (full.properties?.[key] !== undefined)
        full = {
          ...full,
          properties: { ...full.properties, [key]: narrowed(full.properties[key], own, root) },
        };
    }
    const { oneOf, anyOf, description } = branch;
    if (oneOf ?? anyOf)
      full = {
        ...full,
        ...(oneOf ? { oneOf } : {}),
        ...(anyOf ? { anyOf } : {}),
        ...(description ? { description } : {}),
      };
    conditional(branch, round + 1);
  };
  const conditional = (one: SchemaObject, round: number) => {
    for (const part of one.allOf ?? []) take(part, round);
    if (one.if === undefined) return;
    const branch = holds(one.if, value, root) ? one.then : one.else;
    if (branch !== undefined) take(branch, round);
  };
  conditional(schema, 0);
  for (const [key, needs] of Object.entries(schema.dependentRequired ?? {}))
    if (Object.hasOwn(value, key)) for (const need of needs) required.add(need);
  return { schema: full, hidden, required };
}

/** Ways of a `oneOf` whose branches only say what is required; undefined where there are none. */
export function alternativesOf(
  schema: SchemaObject,
  value: Record<string, unknown>,
  root: SchemaObject,
  picked: number | undefined,
): Ways | undefined {
  const branches = schema.oneOf?.map((one) => resolve(one, root)) ?? [];
  const keys = branches.map((branch) => (branch === false ? [] : (branch.required ?? [])));
  if (keys.length < 2 || keys.some((one) => one.length === 0)) return undefined;
  const title = (key: string) => {
    const property = resolve(schema.properties?.[key], root);
    return (property !== false && property.title) || titleOf(key);
  };
  const options = keys.map((one) => ({ title: one.map(title).join(" and "), keys: one }));
  const set = keys.findIndex((one) => one.some((key) => Object.hasOwn(value, key)));
  const at = set >= 0 ? set : Math.min(picked ?? 0, keys.length - 1);
  return { options, at };
}

function narrowed(property: Schema, by: SchemaObject, root: SchemaObject): Schema {
  const own = resolve(property, root);
  return own === false ? false : { ...own, ...by };
}
