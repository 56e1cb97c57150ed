// Who may import whom inside src/: imports point down the list, and the canvas model knows no React.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src", import.meta.url));
const below = {
  lib: [],
  api: ["lib"],
  ui: ["api", "lib"],
  "canvas/model": ["api", "lib"],
  draft: ["api", "lib", "ui"],
  "canvas/view": ["canvas/model", "ui", "api", "lib"],
  forms: ["draft", "ui", "api", "lib"],
  pages: ["forms", "draft", "canvas/view", "canvas/model", "ui", "api", "lib"],
  app: ["pages", "forms", "draft", "canvas/view", "canvas/model", "ui", "api", "lib"],
};
const LINES_MAX = 400;
const faults = [];

const roomOf = (path) => {
  const [first, second] = path.split("/");
  return first === "canvas" ? `canvas/${second}` : path.includes("/") ? first : "app";
};

for (const entry of readdirSync(src, { recursive: true })) {
  if (!/\.tsx?$/.test(entry) || entry.endsWith(".d.ts")) continue;
  const text = readFileSync(join(src, entry), "utf8");
  const room = roomOf(entry);
  if (!below[room]) faults.push(`${entry}: there is no room ${room}; checks/rooms.mjs lists them`);
  if (text.split("\n").length > LINES_MAX)
    faults.push(`${entry}: more than ${LINES_MAX} lines; split it by concern`);
  for (const [, from] of text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)) {
    if (room === "canvas/model" && /^(react|@xyflow|@mantine)/.test(from)) {
      faults.push(`${entry}: the canvas model knows no ${from}`);
    }
    if (room === "lib" && /^(react|@mantine|@tanstack)/.test(from))
      faults.push(`${entry}: lib knows no ${from}`);
    if (!from.startsWith(".")) continue;
    const target = relative(src, normalize(join(src, dirname(entry), from)));
    const other = roomOf(target);
    if (other !== room && !below[room]?.includes(other))
      faults.push(`${entry}: ${room} may not know ${other}`);
    const page = /^pages\/([^/]+)\//;
    if (room === "pages" && other === "pages" && page.exec(entry)?.[1] !== page.exec(target)?.[1]) {
      faults.push(`${entry}: a page does not know another page; move what both need down`);
    }
  }
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
