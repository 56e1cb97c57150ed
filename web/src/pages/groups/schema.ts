// What a group says, as a form: its keys with their words.
import { name } from "../../forms/model/blocks";
import type { SchemaObject } from "../../forms/model/schema";

export const GROUP_SCHEMA: SchemaObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    name: name(),
    selector: {
      type: "string",
      minLength: 1,
      maxLength: 4_096,
      title: "Selector",
      description:
        "Which collectors belong, by their labels: terms with = != =~ !~, separated by commas; all must hold. reported.KEY asks for what a host says about itself.",
      "x-form": { order: 2, placeholder: 'env = prod, role =~ "edge-.*"', widget: "regex" },
    },
    members: {
      type: "array",
      title: "Members",
      description: "Ids of collectors that belong whatever their labels.",
      items: { type: "string", minLength: 1 },
      uniqueItems: true,
      "x-form": { order: 3, placeholder: "web-01" },
    },
    trust_reported: {
      type: "boolean",
      default: false,
      title: "Trust what hosts say about themselves",
      description:
        "Lets a selector over reported.KEY hand out sealed credentials. Any host that claims the right thing then gets them.",
      "x-form": { order: 4 },
    },
    archive_after_s: {
      type: "integer",
      minimum: 1,
      title: "Archive after",
      description:
        "How long its collectors may stay away until they are archived; for ever when empty. A day is 86400.",
      "x-form": { order: 10, placeholder: "never" },
    },
    purge_after_s: {
      type: "integer",
      minimum: 1,
      title: "Remove archived after",
      description:
        "How long they stay archived until they are removed, also from the repository; for ever when empty.",
      "x-form": { order: 11, placeholder: "never" },
    },
  },
};
