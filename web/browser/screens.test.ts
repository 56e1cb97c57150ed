// Every screen, filled: it shows itself without a complaint of the browser, and axe finds nothing grave on it.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Filled, filled } from "./filled";
import type { Sight } from "./sights";
import { everyone, openBrowser, type Visitor } from "./visitor";

let fleet: Filled;
let browser: Browser;

beforeAll(async () => {
  [fleet, browser] = await Promise.all([filled(), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await fleet?.close();
});

const SIGHTS = [
  { width: 1440, height: 900, scheme: "light" },
  { width: 390, height: 844, scheme: "dark" },
] as const;

for (const sight of SIGHTS) {
  test(`every screen is sound at ${sight.width} px, ${sight.scheme}`, { timeout: 600_000 }, async () => {
    const found: Record<string, string[]> = {};
    const looks = async (ana: Visitor, screen: Sight) => {
      await ana.sees(screen);
      const wider = await ana.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      const faults = [
        ...(await ana.faults()),
        ...ana.complaints.splice(0),
        ...(wider > 1 ? [`the page is ${wider} px wider than the window`] : []),
      ];
      if (faults.length > 0) found[screen.name] = faults;
    };
    await everyone(fleet, browser, sight, looks);
    expect(found).toEqual({});
  });
}
