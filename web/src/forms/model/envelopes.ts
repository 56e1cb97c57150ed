// The schema of a whole entity: its own keys, with the catalog's schema of its type inside. The catalog says what stands
// in `settings`; what stands around them is said here and in blocks.ts, once for every type.
import type { CatalogEntry } from "../../api/catalog";
import { filter, HELPERS, hidden, name, runtimes, secrets, section, signals, stamped, tls } from "./blocks";
import { isRecord } from "./path";
import type { Schema, SchemaObject } from "./schema";

/** A source, or a step of a pipeline, or a destination, of a type of the catalog; null while that is not known. */
export function typedSchema(
  kind: "sources" | "steps" | "destinations",
  entry: CatalogEntry | null,
): SchemaObject {
  const inner = (entry?.schema ?? {}) as SchemaObject;
  const { $defs, "x-credentials": credentials, "x-endpoint": endpoint, ...settings } = inner;
  const properties: Record<string, Schema> = { type: hidden, name: name() };
  if (kind === "steps") {
    properties.id = {
      type: "string",
      title: "Id",
      description: "Unique in this pipeline; counters are kept under it.",
      pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
      "x-form": { order: 2 },
    };
    const own = signals("Limits the step to these. All that the type takes when left out.", 97);
    properties.signals = { ...own, "x-form": { order: 97, advanced: true } };
  }
  if (endpoint)
    properties.endpoint = {
      ...endpoint,
      title: "Endpoint",
      ...(endpoint.description ? { description: `${capital(endpoint.description)}.` } : {}),
      "x-form": { order: 2, ...endpoint["x-form"] },
    };
  if (entry) properties.settings = { ...settings, ...section("Settings", 10), default: {} };
  if (credentials) properties.credentials = { ...secrets(credentials), ...section("Credentials", 20) };
  if (kind === "destinations") {
    for (const helper of inner["x-accepts"] ?? Object.keys(HELPERS)) {
      const known = HELPERS[helper];
      if (known) properties[known[0]] = known[1];
    }
  }
  if (kind === "sources") properties.attributes = stamped;
  if (kind !== "steps") properties.filter = filter(kind === "sources" ? "the source hands on" : "it takes");
  properties.runtimes = runtimes;
  const required = [
    ...(kind === "steps" ? ["id"] : []),
    ...(endpoint && inner["x-endpoint-optional"] !== true ? ["endpoint"] : []),
  ];
  return { type: "object", properties, required, ...($defs ? { $defs } : {}) };
}

/** A route; `parameters` are those of its pipeline, as the pipeline writes them. */
export function routeSchema(parameters: unknown): SchemaObject {
  return {
    type: "object",
    additionalProperties: false,
    required: ["sources", "destinations"],
    properties: {
      name: name(),
      sources: {
        type: "array",
        minItems: 1,
        title: "Sources",
        description: "Ids of sources, or * for every source of a collector.",
        "x-ref": "sources",
        "x-form": { order: 2 },
      },
      pipeline: {
        type: "string",
        title: "Pipeline",
        description: "Straight through when left out.",
        "x-ref": "pipelines",
        "x-form": { order: 3 },
      },
      parameters: { ...parametersSchema(parameters), ...section("Parameters of the pipeline", 10) },
      destinations: {
        type: "array",
        minItems: 1,
        title: "Destinations",
        description: "Each gets a copy.",
        "x-ref": "destinations",
        "x-form": { order: 4 },
      },
      signals: signals("All that sources, pipeline and destinations share when left out.", 5),
      filter: { ...(filter("the route takes") as SchemaObject), "x-form": { order: 6, advanced: true } },
      priority: {
        type: "integer",
        default: 100,
        title: "Priority",
        description: "Lower comes first.",
        "x-form": { order: 94, advanced: true },
      },
      final: {
        type: "boolean",
        default: true,
        title: "Stop here",
        description: "Records that matched are not offered to routes behind this one.",
        "x-form": { order: 95, advanced: true },
      },
      policy: {
        type: "string",
        enum: ["first-one", "immediate"],
        default: "first-one",
        title: "Delivery",
        description:
          "First one changes one collector of each kind, and the rest once it runs and is healthy.",
        "x-form": { order: 96, advanced: true },
      },
    },
  };
}

export const LINK_SCHEMA: SchemaObject = {
  type: "object",
  additionalProperties: false,
  required: ["from", "to", "endpoints", "signals"],
  properties: {
    name: name(),
    from: {
      type: "string",
      title: "From",
      description: "Who sends: a selector over labels.",
      "x-form": { order: 2, placeholder: "role = edge", widget: "regex" },
    },
    to: {
      type: "string",
      title: "To",
      description: "Who receives: a group, or a collector by its id.",
      "x-ref": "groups",
      "x-form": { order: 3, placeholder: "gateways" },
    },
    endpoints: {
      type: "array",
      minItems: 1,
      title: "Endpoints",
      description: "Addresses and ports of the receiving side. Several share the load.",
      items: { type: "string", minLength: 1 },
      "x-form": { order: 4, placeholder: "gw.example.com:4317" },
    },
    signals: { ...signals("What is forwarded.", 5), minItems: 1 },
    tls,
    auth: {
      ...secrets({
        properties: {
          token: { title: "Bearer token" },
          username: { title: "User name" },
          password: { title: "Password" },
        },
        description: "A token, or user name and password.",
        dependentRequired: { username: ["password"], password: ["username"] },
        not: { required: ["token", "password"] },
      }),
      ...section("Credentials", 20),
    },
  },
};

/** What stands around the steps of a pipeline. */
export const PIPELINE_SCHEMA: SchemaObject = {
  type: "object",
  required: ["signals"],
  properties: {
    name: name(),
    signals: { ...signals("What the steps are written for.", 2), minItems: 1 },
    parameters: {
      type: "object",
      title: "Parameters",
      description: "Values that a route may set. Write {{name}} in a step to use one.",
      propertyNames: { pattern: "^[A-Za-z_][A-Za-z0-9_-]*$" },
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        required: ["type"],
        properties: {
          type: {
            type: "string",
            enum: ["string", "int", "number", "bool", "duration", "severity", "enum"],
            title: "Type",
            "x-form": { order: 1 },
          },
          default: {
            type: ["string", "number", "boolean"],
            title: "Default",
            description: "Without one every route has to set it.",
            "x-form": { order: 2 },
          },
          values: {
            type: "array",
            items: { type: "string" },
            title: "Allowed words",
            description: "Of an enum.",
            "x-form": { order: 3 },
          },
          help: {
            type: "string",
            title: "Help",
            description: "One sentence for the form.",
            "x-form": { order: 4 },
          },
        },
      },
      ...section("Parameters", 10),
    },
    steps: hidden,
  },
};

const SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

function parametersSchema(parameters: unknown): SchemaObject {
  const known = isRecord(parameters) ? Object.entries(parameters) : [];
  const properties = known.map(([key, given], order) => {
    const one = isRecord(given) ? given : {};
    const help = typeof one.help === "string" ? { description: one.help } : {};
    const base = { title: key, default: one.default, ...help, "x-form": { order } };
    return [key, { ...base, ...parameterType(one) }] as const;
  });
  const required = known.filter(([, one]) => isRecord(one) && one.default === undefined).map(([key]) => key);
  return { properties: Object.fromEntries(properties), required };
}

function parameterType(parameter: Record<string, unknown>): SchemaObject {
  const { type, values } = parameter;
  if (type === "int") return { type: "integer" };
  if (type === "number") return { type: "number" };
  if (type === "bool") return { type: "boolean" };
  if (type === "severity") return { type: "string", enum: SEVERITIES };
  if (type === "enum" && Array.isArray(values)) return { type: "string", enum: values };
  return { type: "string" };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
