// Pictures of every screen, for the manual and for looking: `make screenshots`. Without LINKMESH_SHOTS nothing is done.
// LINKMESH_SHOTS_ALL=1 takes every size and both themes, else one of each.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { type Filled, filled } from "./filled";
import { everyone, openBrowser } from "./visitor";

const folder = process.env.LINKMESH_SHOTS ?? "";
/** With LINKMESH_SHOTS_ONLY, a pattern, only those. */
const only = new RegExp(process.env.LINKMESH_SHOTS_ONLY ?? "");
const wanted = (name: string) => (all || SHOWN.includes(name)) && only.test(name);
const all = process.env.LINKMESH_SHOTS_ALL === "1";
/** What the manual shows: enough to see what there is, and not much to carry. */
const SHOWN = [
  "overview",
  "topology",
  "collectors",
  "collector-overview",
  "collector-config",
  "add-host",
  "pipeline",
  "route",
  "destination",
  "tokens",
  "revision",
  "events",
  "health",
];
const SIZES = [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const;

let fleet: Filled;
let browser: Browser;

beforeAll(async () => {
  if (folder === "") return;
  mkdirSync(folder, { recursive: true });
  [fleet, browser] = await Promise.all([filled(), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await fleet?.close();
});

for (const [width, height] of all ? SIZES : SIZES.slice(0, 1)) {
  for (const scheme of all ? (["light", "dark"] as const) : (["light"] as const)) {
    test.skipIf(folder === "")(`screenshots at ${width} px, ${scheme}`, { timeout: 600_000 }, async () => {
      await everyone(fleet, browser, { width, height, scheme }, async (ana, screen) => {
        const { name } = screen;
        if (!wanted(name)) return;
        await ana.sees(screen);
        // What is drawn after the data: the picture, not a test, waits for it.
        await ana.page.waitForTimeout(400);
        const file = all ? `${name}-${width}-${scheme}.png` : `${name}.png`;
        await ana.page.screenshot({ path: join(folder, file), animations: "disabled" });
      });
    });
  }
}
