import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { CatalogEntry } from "../../api/catalog";
import { faultsOf } from "./check";
import { edited, read, yamlOf } from "./document";
import { routeSchema, typedSchema } from "./envelopes";
import { type Field, formOf } from "./fields";
import { pathText, valueAt } from "./path";
import type { SchemaObject } from "./schema";

const catalog = `${resolve("../catalog")}/`;
// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference that the host fills in
const REFERENCE = "${env:X}";
const FOLDERS = { sources: "sources", steps: "processors", destinations: "destinations" } as const;

interface Entry {
  kind: keyof typeof FOLDERS;
  type: string;
  schema: SchemaObject;
  examples: unknown[];
}

/** Every type of the catalog as the server answers it, with its examples. */
const entries: Entry[] = Object.entries(FOLDERS).flatMap(([kind, folder]) =>
  readdirSync(`${catalog}${folder}`).map((type) => {
    const at = `${catalog}${folder}/${type}/`;
    const entry = parse(readFileSync(`${at}entry.yaml`, "utf8"));
    const inner = {
      ...entry.schema,
      ...(entry.credentials ? { "x-credentials": entry.credentials } : {}),
      ...(entry.endpoint
        ? { "x-endpoint": entry.endpoint, "x-endpoint-optional": entry.endpoint_optional }
        : {}),
    };
    const examples = readdirSync(`${at}examples`).map((name) =>
      parse(readFileSync(`${at}examples/${name}`, "utf8")),
    );
    const known = kind as Entry["kind"];
    return { kind: known, type, schema: typedSchema(known, { schema: inner } as CatalogEntry), examples };
  }),
);

function leaves(field: Field): Field[] {
  const below = [...field.fields, ...field.items];
  return below.length > 0 ? below.flatMap(leaves) : [field];
}

const all = (field: Field): Field[] => [field, ...field.fields.flatMap(all), ...field.items.flatMap(all)];
const at = (form: Field, path: string) => all(form).find((one) => pathText(one.path) === path);

describe("the form of every type of the catalog", () => {
  it("knows some tens of types", () => expect(entries.length).toBeGreaterThan(30));

  it("shows every value of every example, and loses none", () => {
    for (const { type, schema, examples } of entries)
      for (const example of examples) {
        const shown = leaves(formOf(schema, example));
        for (const path of pathsOf(example)) {
          if (path[0] === "type") continue;
          const field = shown.find((one) => one.path.every((part, index) => part === path[index]));
          expect(field, `${type}: ${pathText(path)}`).toBeDefined();
        }
      }
  });

  it("has a field of its own for what examples set, and hardly ever an opaque row", () => {
    const opaque = entries.flatMap(({ type, schema, examples }) =>
      examples.flatMap((example) =>
        leaves(formOf(schema, example))
          .filter(({ kind, set }) => kind === "opaque" && set)
          .map(({ path }) => `${type} ${pathText(path)}`),
      ),
    );
    expect(opaque).toEqual([]);
  });

  it("finds no fault in an example", () => {
    for (const { type, schema, examples } of entries)
      for (const example of examples) {
        const { credentials: _, ...rest } = example as Record<string, unknown>;
        const faults = faultsOf(schema, rest, schema).filter(({ path }) => path[0] !== "credentials");
        expect(faults, `${type}: ${JSON.stringify(example)}`).toEqual([]);
      }
  });

  it("is identity from form to YAML to form", () => {
    for (const { schema, examples } of entries)
      for (const example of examples) {
        let text = yamlOf(example);
        const first = formOf(schema, example);
        for (const field of leaves(first)) {
          if (!field.set || field.kind === "opaque" || field.kind === "yaml") continue;
          text = edited(text, { op: "set", path: field.path, value: field.value });
        }
        const known = read(text);
        expect(known.ok && known.value).toEqual(example);
        expect(known.ok && formOf(schema, known.value)).toEqual(first);
      }
  });
});

const schemaOf = (kind: Entry["kind"], type: string): SchemaObject =>
  entries.find((entry) => entry.kind === kind && entry.type === type)?.schema ?? {};

describe("a form", () => {
  it("puts required fields first hand, and folds advanced ones with what they default to", () => {
    const form = formOf(schemaOf("sources", "file-logs"), {});
    expect(at(form, "settings.include")).toMatchObject({ kind: "list", required: true, advanced: false });
    expect(at(form, "settings.keep_offsets")).toMatchObject({
      kind: "switch",
      advanced: true,
      fallback: "on",
      changed: 0,
    });
    expect(at(form, "settings.start_at")?.options).toEqual(["beginning", "end"]);
  });

  it("counts what was changed below a group", () => {
    const value = {
      settings: { include: ["/a"], encoding: "ascii", timestamp: { from: "body", layout: "%Y" } },
    };
    const settings = at(formOf(schemaOf("sources", "file-logs"), value), "settings");
    const changed = settings?.fields.filter(({ advanced, changed }) => advanced && changed > 0);
    expect(changed?.map(({ key }) => key).sort()).toEqual(["encoding", "timestamp"]);
  });

  it("shows only the fields that an action takes, and keeps a wrong one in sight", () => {
    const schema = schemaOf("steps", "attributes");
    const keys = (action: object) =>
      at(formOf(schema, { settings: { actions: [action] } }), "settings.actions[0]")?.fields.map(
        ({ key }) => key,
      );
    expect(keys({ action: "rename" })).toEqual(["action", "key", "to"]);
    expect(keys({ action: "hash", key: "a" })).toEqual(["action", "key", "pattern"]);
    expect(keys({ action: "rename", value: "x" })).toContain("value");
    const rename = at(
      formOf(schema, { settings: { actions: [{ action: "rename" }] } }),
      "settings.actions[0].to",
    );
    expect(rename?.required).toBe(true);
  });

  it("offers ways that exclude each other, one at a time", () => {
    const schema = schemaOf("destinations", "load-balancing");
    const form = formOf(schema, { settings: { dns: { hostname: "gw" } } });
    const settings = at(form, "settings");
    expect(settings?.ways?.at).toBe(1);
    expect(settings?.fields.map(({ key }) => key)).toContain("dns");
    expect(settings?.fields.map(({ key }) => key)).not.toContain("hosts");
    const picked = formOf(schema, {}, { ways: { settings: 2 } });
    expect(at(picked, "settings.kubernetes")).toBeDefined();
  });

  it("takes a reference or a parameter in place of any scalar", () => {
    const form = formOf(schemaOf("steps", "sample"), {
      settings: { percent: "{{share}}", follow_trace: REFERENCE },
    });
    expect(at(form, "settings.percent")).toMatchObject({ kind: "text", value: "{{share}}" });
    expect(at(form, "settings.follow_trace")).toMatchObject({ kind: "text" });
    expect(
      faultsOf(schemaOf("steps", "sample"), { id: "a", settings: { percent: "{{share}}" } }, {}),
    ).toEqual([]);
  });

  it("shows what it does not know, and what has another form than it takes, as it is", () => {
    const value = { settings: { include: { a: 1 }, strange: [1, { b: 2 }] }, "x-note": "hello" };
    const form = formOf(schemaOf("sources", "file-logs"), value);
    for (const path of ["settings.include", "settings.strange", "x-note"])
      expect(at(form, path)).toMatchObject({ kind: "opaque", set: true });
  });

  it("never shows the value of a credential as text", () => {
    const form = formOf(schemaOf("destinations", "loki"), { credentials: { username: "a", password: "b" } });
    expect(at(form, "credentials.username")?.kind).toBe("text");
    expect(at(form, "credentials.password")?.kind).toBe("secret");
    const raw = formOf(schemaOf("destinations", "raw"), { credentials: { anything: { $sealed: true } } });
    expect(at(raw, "credentials.anything")).toMatchObject({ kind: "secret", named: true });
    expect(at(raw, "credentials")?.adds).toBe("");
  });

  it("makes a field of every parameter of a route's pipeline", () => {
    const schema = routeSchema({
      level: { type: "severity", default: "INFO", help: "Keep from here up" },
      share: { type: "number" },
      on: { type: "bool", default: false },
      mode: { type: "enum", values: ["a", "b"] },
    });
    const form = formOf(schema, {});
    expect(at(form, "parameters.level")).toMatchObject({ kind: "choice", fallback: "INFO", required: false });
    expect(at(form, "parameters.share")).toMatchObject({ kind: "number", required: true });
    expect(at(form, "parameters.on")?.kind).toBe("switch");
    expect(at(form, "parameters.mode")?.options).toEqual(["a", "b"]);
  });

  it("survives any value at any place", () => {
    const odd: unknown[] = [null, 0, "", [], {}, [null], { a: null }, [[1]], REFERENCE, true, -1e300];
    for (const { schema } of entries.slice(0, 12))
      for (const one of odd)
        for (const value of [
          one,
          { settings: one },
          { settings: { include: one, actions: one, drop: one } },
        ]) {
          const form = formOf(schema, value);
          expect(form.path).toEqual([]);
          for (const path of pathsOf(value)) {
            const field = leaves(form).find(({ path: own }) =>
              own.every((part, index) => part === path[index]),
            );
            expect(field ?? form, pathText(path)).toBeDefined();
          }
        }
  });
});

/** The places of all scalars. */
function pathsOf(value: unknown, path: Array<string | number> = []): Array<Array<string | number>> {
  if (Array.isArray(value)) return value.flatMap((one, index) => pathsOf(one, [...path, index]));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]));
  expect(valueAt({ root: value }, ["root"])).toBe(value);
  return [path];
}
