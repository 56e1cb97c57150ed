// Which lines of a configuration come from which entity: blocks of components in the text, looked up in the map that the
// renderer left. Pure; works on what a collector reports as well, as far as component ids are ours.
import type { Schema } from "../../api/client";
import type { Origin } from "../../ui/code/types";

export type RenderMap = Readonly<Record<string, Schema<"RenderedOrigin">>>;

/** A block of lines with the entity that it comes from. */
export interface Block extends Origin {
  component: string;
  /** `sources/app-otlp`. */
  entity: string;
  stage: string;
}

/** Sections of an otelcol configuration and the kind that the map names. */
const SECTIONS: Readonly<Record<string, string>> = {
  receivers: "receiver",
  processors: "processor",
  exporters: "exporter",
  connectors: "connector",
  extensions: "extension",
};

/** The blocks of a text, in their order. */
export function blocksOf(text: string, language: "yaml" | "alloy", map: RenderMap): Block[] {
  const found = language === "yaml" ? yamlBlocks(text) : alloyBlocks(text);
  const names = language === "yaml" ? map : byComponent(map);
  const blocks: Block[] = [];
  for (const { key, component, line, to } of found) {
    const origin = names[key];
    if (!origin) continue;
    const { entity, stage } = origin;
    const [kind = "", id = entity] = entity.split("/");
    blocks.push({
      line,
      to,
      component,
      entity,
      stage,
      label: id,
      title: `${component} comes from the ${kind.replace(/s$/, "")} ${id}, stage ${stage}`,
    });
  }
  return blocks;
}

interface Found {
  key: string;
  component: string;
  line: number;
  to: number;
}

function yamlBlocks(text: string): Found[] {
  const found: Found[] = [];
  let kind: string | undefined;
  let indent = 0;
  let open: Found | null = null;
  let last = 0;
  const close = () => {
    if (open) found.push({ ...open, to: last });
    open = null;
  };
  text.split("\n").forEach((content, index) => {
    const line = index + 1;
    if (content.trim() === "" || content.trimStart().startsWith("#")) return;
    const depth = content.length - content.trimStart().length;
    if (depth === 0) {
      close();
      kind = SECTIONS[content.replace(/:.*$/s, "").trim()];
      indent = 0;
    } else if (kind !== undefined) {
      // The first line of a section says how deep its components stand.
      if (indent === 0) indent = depth;
      if (depth === indent) {
        close();
        const component = /^\s*(?:"([^"]*)"|'([^']*)'|([^\s:]+)):(?:\s|$)/.exec(content);
        const name = component?.[1] ?? component?.[2] ?? component?.[3];
        if (name) open = { key: `${kind}/${name}`, component: name, line, to: line };
      }
    }
    last = line;
  });
  close();
  return found;
}

function alloyBlocks(text: string): Found[] {
  const found: Found[] = [];
  let open: { found: Found; indent: string } | null = null;
  text.split("\n").forEach((content, index) => {
    const line = index + 1;
    const begins = /^(\s*)([a-z][\w.]*) "([^"]+)" \{/.exec(content);
    if (open) {
      if (content.startsWith(`${open.indent}}`)) {
        found.push({ ...open.found, to: line });
        open = null;
      }
    } else if (begins?.[2]?.includes(".")) {
      const component = `${begins[2]}.${begins[3]}`;
      open = { found: { key: component, component, line, to: line }, indent: begins[1] ?? "" };
    }
  });
  return found;
}

/** The map without the kind before each component: Alloy's names say it themselves. */
function byComponent(map: RenderMap): RenderMap {
  return Object.fromEntries(
    Object.entries(map).map(([key, origin]) => [key.slice(key.indexOf("/") + 1), origin]),
  );
}

/** Whether a line shows that something was hidden. */
export const redactions = (text: string): number => text.split("[REDACTED]").length - 1;
