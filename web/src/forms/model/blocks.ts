// What stands around the settings of every type: name, signals, filters, queue, retries, TLS, credentials, as schemas.
import type { Schema, SchemaObject } from "./schema";

const SIGNALS = ["logs", "metrics", "traces"] as const;

export const name = (order = 1): Schema => ({
  type: "string",
  title: "Name",
  description: "What people see; the id when left out.",
  "x-form": { order },
});

export const hidden: Schema = { "x-form": { widget: "hidden" } };

export const signals = (description: string, order: number): SchemaObject => ({
  type: "array",
  uniqueItems: true,
  title: "Signals",
  description,
  items: { type: "string", enum: [...SIGNALS] },
  "x-form": { order },
});

export const runtimes: Schema = {
  type: "array",
  uniqueItems: true,
  title: "Only in",
  description: "Limits it to these programs. Both when left out.",
  items: { type: "string", enum: ["otelcol", "alloy"] },
  "x-form": { order: 98, advanced: true },
};

export const filter = (what: string): Schema => ({
  type: "object",
  additionalProperties: false,
  title: "Keep only",
  description: `An OTTL condition for each signal: ${what} records that match. All when left out.`,
  default: {},
  properties: Object.fromEntries(
    SIGNALS.map((signal, at) => [
      signal,
      {
        type: "string",
        minLength: 1,
        title: signal.charAt(0).toUpperCase() + signal.slice(1),
        "x-ottl": "condition",
        "x-form": { widget: "ottl", order: at, placeholder: `resource.attributes["team"] == "shop"` },
      },
    ]),
  ),
  "x-form": { order: 90, advanced: true },
});

const file = (title: string, order: number): Schema => ({
  type: "string",
  minLength: 1,
  title,
  "x-form": { order },
});

export const tls: Schema = {
  type: "object",
  additionalProperties: false,
  title: "TLS",
  description: "Files on the host. The system's authorities are trusted when nothing is given.",
  properties: {
    ca_file: file("Authorities", 1),
    cert_file: file("Client certificate", 2),
    key_file: file("Key of the client certificate", 3),
    server_name: file("Name to expect", 4),
    insecure_skip_verify: {
      type: "boolean",
      default: false,
      title: "Do not verify",
      description: "Anybody in between can read and change everything.",
      "x-form": { order: 5 },
    },
  },
  "x-form": { order: 91, advanced: true },
};

const seconds = (title: string, value: number, order: number): Schema => ({
  type: "number",
  minimum: 0,
  default: value,
  title,
  "x-form": { order },
});

const items = (title: string, value: number, order: number): Schema => ({
  type: "integer",
  minimum: 0,
  default: value,
  title,
  "x-unit": "items",
  "x-form": { order },
});

export const HELPERS: Record<string, [key: string, schema: Schema]> = {
  timeout: [
    "timeout_s",
    {
      type: "number",
      exclusiveMinimum: 0,
      title: "Timeout",
      description: "Longest wait for one request.",
      "x-form": { order: 88, advanced: true },
    },
  ],
  retry: [
    "retry",
    {
      type: "object",
      additionalProperties: false,
      title: "Retries",
      description: "Pauses grow from the first to the longest.",
      default: {},
      properties: {
        initial_interval_s: seconds("First pause", 5, 1),
        max_interval_s: seconds("Longest pause", 30, 2),
        max_elapsed_s: {
          ...(seconds("Give up after", 300, 3) as SchemaObject),
          description: "0 never gives up.",
        },
      },
      "x-form": { order: 92, advanced: true },
    },
  ],
  queue: [
    "queue",
    {
      type: "object",
      additionalProperties: false,
      title: "Queue",
      description: "What waits while the backend is slow.",
      default: {},
      properties: {
        items: items("Records that may wait", 50_000, 1),
        persistent: {
          type: "boolean",
          default: false,
          title: "Keep on disk",
          description: "So that what waits survives a restart.",
          "x-form": { order: 2 },
        },
        overflow: {
          type: "string",
          enum: ["refuse", "drop", "block"],
          default: "refuse",
          title: "When it is full",
          description:
            "Refuse tells the sender. Drop loses and counts. Block makes the sender wait, and with it every other destination of its sources.",
          "x-form": { order: 3 },
        },
        batch: {
          type: "object",
          additionalProperties: false,
          title: "Batches",
          default: {},
          properties: {
            min_items: items("Send from", 2_000, 1),
            max_items: items("Largest request", 3_000, 2),
            flush_ms: {
              type: "integer",
              minimum: 1,
              default: 200,
              title: "Longest wait",
              "x-form": { order: 3 },
            },
          },
          "x-form": { order: 4 },
        },
      },
      "x-form": { order: 93, advanced: true },
    },
  ],
  tls: ["tls", tls],
};

export const stamped: Schema = {
  type: "object",
  title: "Stamp attributes",
  description: "Resource attributes that every record of this source gets.",
  additionalProperties: { type: ["string", "number", "boolean"] },
  "x-form": { widget: "map", order: 89, advanced: true },
};

export function section(title: string, order: number): Partial<SchemaObject> {
  return { title, "x-section": true, "x-form": { order }, type: "object" };
}

/** The catalog arrives with its keys in the order of the alphabet: a name stands before the password that goes with it. */
const CREDENTIALS: readonly string[] = ["token", "username", "password"];

/** User names say who, not how to prove it; everything else is never shown. */
export function secrets(credentials: SchemaObject): SchemaObject {
  const properties = Object.entries(credentials.properties ?? {}).map(([key, property], at) => [
    key,
    {
      ...(typeof property === "object" ? property : {}),
      ...(key === "username" ? { type: "string" } : { "x-secret": true }),
      "x-form": { order: CREDENTIALS.includes(key) ? CREDENTIALS.indexOf(key) : CREDENTIALS.length + at },
    },
  ]);
  const others =
    credentials.additionalProperties === true ? { additionalProperties: { "x-secret": true } } : {};
  return { ...credentials, properties: Object.fromEntries(properties), ...others };
}
