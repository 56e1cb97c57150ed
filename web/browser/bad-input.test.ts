// What hosts and people send may be anything: markup, text from right to left, ten thousand characters, a configuration of a
// megabyte, another time of day. The answers of a real server are bent on their way to the page.
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Filled, filled } from "./filled";
import { openBrowser, Visitor } from "./visitor";

let fleet: Filled;
let browser: Browser;

beforeAll(async () => {
  [fleet, browser] = await Promise.all([filled(), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await fleet?.close();
});

const NASTY = `<img src=x onerror="globalThis.owned=1"><b>bold</b>\u202Eשלום עולם ${"W".repeat(10_000)}`;
/** What people or hosts write; ids, paths and states are the server's. */
const WRITTEN = new Set([
  ...["name", "message", "reason", "author", "host", "detail", "subject", "title", "by", "actor"],
  ...["created_by", "health_reason", "sync_reason", "unsettled_reason", "archived_reason", "username"],
]);

function bent(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((one) => bent(one, key));
  if (typeof value === "string") return WRITTEN.has(key) ? NASTY : value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  // Keys and values of labels are anybody's.
  if ((key === "labels" || key === "reported") && entries.every(([, one]) => typeof one === "string"))
    return Object.fromEntries([...entries.map(([name]) => [name, NASTY]), [NASTY.slice(0, 4_000), "x"]]);
  return Object.fromEntries(entries.map(([name, inner]) => [name, bent(inner, name)]));
}

/** Answers of the server, with every text that is not its own replaced. The catalog and the session are its own. */
async function bend(route: Route): Promise<void> {
  const answer = await route.fetch();
  const kind = answer.headers()["content-type"] ?? "";
  if (kind.includes("yaml"))
    return route.fulfill({
      response: answer,
      body: (await answer.text()).replaceAll(/^name: .*$/gm, () => `name: ${JSON.stringify(NASTY)}`),
    });
  if (!kind.includes("json")) return route.fulfill({ response: answer });
  return route.fulfill({ response: answer, json: bent(await answer.json()) });
}

const OWN = /\/api\/v1\/(catalog|session|me|events$)/;

for (const width of [1440, 390])
  test(`names full of markup, from right to left and of 10,000 characters break no screen at ${width} px`, async () => {
    const ana = await Visitor.at(browser, fleet.url, { width });
    await ana.signsIn(fleet.username, fleet.password);
    ana.page.setDefaultTimeout(10_000);
    await ana.page.route(/\/api\/v1\//, (route) =>
      OWN.test(route.request().url()) ? route.continue() : bend(route),
    );
    const found: Record<string, string[]> = {};
    const paths = fleet.sights.filter(({ as }) => as === undefined).map(({ path }) => path);
    for (const path of new Set(paths)) {
      const shown = await ana.goes(path).then(
        () => [],
        (error: unknown) => [String(error).slice(0, 300)],
      );
      const faults = [...shown, ...ana.complaints.splice(0), ...(await broken(ana.page))];
      if (faults.length > 0) found[path] = faults;
    }
    await ana.leaves();
    expect(found).toEqual({});
  });

const broken = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const root = document.documentElement;
    const wider = root.scrollWidth - root.clientWidth;
    const higher = root.scrollHeight;
    return [
      ...(wider > 1 ? [`the page is ${wider} px wider than the window`] : []),
      ...(higher > 20_000 ? [`the page is ${higher} px high`] : []),
      ...("owned" in globalThis ? ["a script of a name has run"] : []),
      ...(document.querySelector('main img[src="x"]') ? ["a name became markup"] : []),
    ];
  });

test("an effective configuration of a megabyte opens without freezing the page", async () => {
  const lines = Array.from({ length: 26_000 }, (_, at) => `  receiver_${at}: {endpoint: "127.0.0.1:${at}"}`);
  const text = `receivers:\n${lines.join("\n")}\n`;
  expect(text.length).toBeGreaterThan(1_000_000);
  const ana = await Visitor.at(browser, fleet.url);
  await ana.signsIn(fleet.username, fleet.password);
  await ana.page.route(`**/collectors/${fleet.collector}/config`, async (route) => {
    const answer = await route.fetch();
    const config = (await answer.json()) as { effective?: object };
    return route.fulfill({ response: answer, json: { ...config, effective: { ...config.effective, text } } });
  });
  await ana.goes(`/collectors/${fleet.collector}`);
  await ana.page.getByRole("tab", { name: "Config" }).click();
  await ana.page.getByText("Effective", { exact: true }).click();
  await ana.page.getByText("receiver_3:").waitFor();
  // What is not on the screen is not in the page.
  expect(await ana.page.locator(".cm-line").count()).toBeLessThan(500);
  await ana.page.getByText("Difference", { exact: true }).click();
  await ana.page.getByRole("tab", { name: "Attempts" }).click();
  await ana.page.getByRole("tabpanel", { name: "Attempts" }).waitFor();
  expect(ana.complaints).toEqual([]);
  await ana.leaves();
});

test("times are told by the server's clock, in a browser that is three hours off", async () => {
  const ana = await Visitor.at(browser, fleet.url);
  await ana.page.clock.setSystemTime(Date.now() + 3 * 3_600_000);
  await ana.signsIn(fleet.username, fleet.password);
  await ana.goes(`/collectors/${fleet.collector}`);
  const seen = await ana.page.getByText(/last seen/).textContent();
  expect(seen).not.toMatch(/ h|in \d/);
  await ana.leaves();
});
