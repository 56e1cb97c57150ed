// What can be done to many collectors, in words: titles, what it means, and what must be allowed.
import type { BulkAct } from "../../api/jobs";
import { plural } from "../../lib/numbers";

export type ActName =
  | "set-label"
  | "remove-label"
  | "add-group"
  | "remove-group"
  | "hold"
  | "release"
  | "retry"
  | "restart"
  | "archive"
  | "unarchive"
  | "delete";

export interface ActWords {
  menu: string;
  permission: "collectors:write" | "collectors:operate";
  /** Of the dialog and the button: "Hold 3 collectors". */
  verb: (count: number) => string;
  means: string;
  /** Help of the reason, where one is kept. */
  reason?: string;
  danger?: boolean;
  /** Whether it cannot be undone. */
  final?: boolean;
}

const many = (count: number) => plural(count, "collector");

export const ACTS: Readonly<Record<ActName, ActWords>> = {
  "set-label": {
    menu: "Set a label…",
    permission: "collectors:write",
    verb: (count) => `Set a label on ${many(count)}`,
    means:
      "Groups with a selector take collectors in or leave them out by their labels. What that changes is delivered.",
  },
  "remove-label": {
    menu: "Remove a label…",
    permission: "collectors:write",
    verb: (count) => `Remove a label from ${many(count)}`,
    means:
      "Groups with a selector take collectors in or leave them out by their labels. What that changes is delivered.",
  },
  "add-group": {
    menu: "Add to a group…",
    permission: "collectors:write",
    verb: (count) => `Add ${many(count)} to a group`,
    means: "They get the sources, routes and destinations of the group.",
  },
  "remove-group": {
    menu: "Remove from a group…",
    permission: "collectors:write",
    verb: (count) => `Remove ${many(count)} from a group`,
    means: "A group that holds them by its selector or its list of members keeps them.",
  },
  hold: {
    menu: "Hold delivery…",
    permission: "collectors:operate",
    verb: (count) => `Hold ${many(count)}`,
    means: "They keep what they run; nothing new is delivered until they are released.",
    reason: "For those who find them held.",
  },
  release: {
    menu: "Release…",
    permission: "collectors:operate",
    verb: (count) => `Release ${many(count)}`,
    means: "Delivery goes on with what is committed now.",
  },
  retry: {
    menu: "Retry what they refused…",
    permission: "collectors:operate",
    verb: (count) => `Retry on ${many(count)}`,
    means: "A configuration that they refused is offered once more.",
  },
  restart: {
    menu: "Restart…",
    permission: "collectors:operate",
    verb: (count) => `Restart ${many(count)}`,
    means:
      "Each collector's process ends and starts again. What is in memory queues and was not sent may be lost.",
    danger: true,
  },
  archive: {
    menu: "Archive…",
    permission: "collectors:write",
    verb: (count) => `Archive ${many(count)}`,
    means:
      "Only collectors that are away are archived. They leave the usual lists and come back by themselves when their host does.",
    reason: "For those who find them archived.",
  },
  unarchive: {
    menu: "Take out of the archive…",
    permission: "collectors:write",
    verb: (count) => `Take ${many(count)} out of the archive`,
    means: "They stand in the usual lists again.",
  },
  delete: {
    menu: "Delete…",
    permission: "collectors:write",
    verb: (count) => `Delete ${many(count)}`,
    means:
      "Those that are connected are told to run nothing, and their registrations leave the repository. Their credentials end, that of an Alloy once it has stayed away for 30 days. Their hosts need new tokens to join again.",
    danger: true,
    final: true,
  },
};

/** The label keys and group ids that people may type. */
export interface Fields {
  key: string;
  value: string;
  group: string;
}

/** What the server is told; null while something is missing. */
export function actOf(name: ActName, { key, value, group }: Fields): BulkAct | null {
  const label = key.trim();
  switch (name) {
    case "set-label":
      return label && value.trim() ? { set_labels: { [label]: value.trim() } } : null;
    case "remove-label":
      return label ? { remove_labels: [label] } : null;
    case "add-group":
      return group.trim() ? { add_groups: [group.trim()] } : null;
    case "remove-group":
      return group.trim() ? { remove_groups: [group.trim()] } : null;
    default:
      return name;
  }
}

/** The work in words, for its progress: "Set env=prod on 12 collectors". */
export function titleOf(name: ActName, { key, value, group }: Fields, count: number): string {
  switch (name) {
    case "set-label":
      return `Set ${key.trim()}=${value.trim()} on ${many(count)}`;
    case "remove-label":
      return `Remove the label ${key.trim()} from ${many(count)}`;
    case "add-group":
      return `Add ${many(count)} to the group ${group.trim()}`;
    case "remove-group":
      return `Remove ${many(count)} from the group ${group.trim()}`;
    default:
      return ACTS[name].verb(count);
  }
}
