// How much the first view fetches: sign-in and overview with styles and fonts, compressed. Too much fails the build.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

const BYTES_MAX = 250 * 1024;
/** What the browser asks for by itself: the page, and what these screens need. */
const SCREENS = ["/index.html", "/src/pages/overview/page.tsx"];
/** Of the fonts that a style sheet names the first view fetches the Latin part; other letters fetch theirs. */
const FONTS = /[\w-]+-latin-wght-normal-[\w-]+\.woff2/g;
/** Never needed before a screen is opened that shows them. */
const HEAVY = /node_modules\/(@codemirror|@lezer|@xyflow|@dnd-kit|uplot|yaml|@dagrejs)\//;

type Metadata = Rolldown.OutputChunk & { viteMetadata?: { importedCss: Set<string> } };

export function firstView(): Plugin {
  return {
    name: "first-view",
    apply: "build",
    enforce: "post",
    writeBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === "chunk") as Metadata[];
      const files = new Set<string>();
      const faults: string[] = [];
      const take = (name: string) => {
        const chunk = bundle[name] as Metadata | undefined;
        if (files.has(name) || chunk?.type !== "chunk") return;
        files.add(name);
        for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style);
        for (const module of chunk.moduleIds)
          if (HEAVY.test(module))
            faults.push(`the first view loads ${module.replace(/.*node_modules\//, "")}`);
        chunk.imports.forEach(take);
      };
      for (const screen of SCREENS) {
        const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(screen));
        if (chunk) take(chunk.fileName);
        else faults.push(`no chunk of the build begins at ${screen}; mend checks/first-view.ts`);
      }
      for (const name of [...files].filter((file) => file.endsWith(".css"))) {
        const sheet = bundle[name];
        const text = sheet?.type === "asset" ? Buffer.from(sheet.source).toString() : "";
        for (const [font] of text.matchAll(FONTS)) files.add(`assets/${font}`);
      }
      files.add("index.html");

      const sizes = [...files].map((name) => ({ name, bytes: weight(bundle[name]) }));
      sizes.push({ name: "icon.svg", bytes: gzipSync(readFileSync("public/icon.svg")).length });
      const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
      const said = `first view: ${kib(total)} of ${kib(BYTES_MAX)} in ${sizes.length} files, compressed`;
      if (total > BYTES_MAX) {
        const largest = sizes.toSorted((one, other) => other.bytes - one.bytes).slice(0, 12);
        faults.push(`${said}\n${largest.map(({ name, bytes }) => `  ${kib(bytes)}  ${name}`).join("\n")}`);
      }
      if (faults.length > 0) this.error([...new Set(faults)].join("\n"));
      this.info(said);
    },
  };
}

/** Gzip, which also goes over a connection without TLS; fonts are compressed already. */
function weight(part: Rolldown.OutputAsset | Rolldown.OutputChunk | undefined): number {
  if (!part) return 0;
  const content = part.type === "chunk" ? part.code : part.source;
  return part.fileName.endsWith(".woff2")
    ? Buffer.from(content).length
    : gzipSync(Buffer.from(content)).length;
}

const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
