// The story of a newcomer: from the link that a new server prints to numbers on the edges, broken and mended again.
import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Playground, until } from "./playground";
import { openBrowser, Visitor } from "./visitor";

const PASSWORD = "a password for browsers";
let playground: Playground;
let browser: Browser;
let ana: Visitor;
let url = "";
let setupLink = "";
let collectorName = "";
let port = 0;
let sinkNumber = 0;

beforeAll(async () => {
  playground = Playground.open();
  browser = await openBrowser();
  const server = await playground.ask({ do: "server" });
  url = server.url ?? "";
  setupLink = server.setup_link ?? "";
  ana = await Visitor.at(browser, url);
});

afterAll(async () => {
  await browser?.close();
  await playground?.close();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await ana.testifies(task.name);
});

test("the link of a new server makes the first administrator, once", async () => {
  const { page } = ana;
  await ana.goes(setupLink);
  expect(await ana.faults()).toEqual([]);
  await page.getByLabel("User name").fill("ana");
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  const bert = await Visitor.at(browser, url);
  await bert.goes(setupLink);
  await bert.page.locator('input[type="password"]').fill(PASSWORD);
  await bert.page.getByRole("button", { name: "Create administrator" }).click();
  await bert.page.getByText("set up already").waitFor();
  await bert.leaves();
});

test("the wizard brings a host in, and its panel turns green", async () => {
  const { page } = ana;
  await ana.goes("/add");
  expect(await ana.faults()).toEqual([]);
  await page.getByRole("radio", { name: "Linux, by hand" }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Labels").fill("env=demo, role=web");
  expect(await ana.faults()).toEqual([]);
  await page.getByRole("button", { name: "Create token" }).click();
  const file = await page
    .getByRole("region", { name: "/etc/otelcol-supervisor/supervisor.yaml" })
    .textContent();
  expect(file).toContain("lmenr_");
  expect(page.url()).not.toContain("lmenr_");
  expect(await ana.faults()).toEqual([]);
  const panel = page.getByRole("complementary", { name: "Arrival" });
  await panel.getByText("Waiting for the host", { exact: true }).waitFor();
  await playground.ask({ do: "host", name: "web-01", file: file ?? "" });
  await panel.getByText("Connected: done").waitFor({ state: "attached", timeout: 60_000 });
  await panel.getByText("First numbers: done").waitFor({ state: "attached", timeout: 60_000 });
  await panel.getByText("The collector is here").waitFor();
  expect(await ana.faults()).toEqual([]);
  await panel.getByRole("link", { name: /^Open / }).click();
  await page.getByText("last seen").first().waitFor();
  collectorName = await page.getByRole("heading", { level: 1 }).innerText();
  await until("its page says that it is connected", 10_000, () =>
    page.getByText("Connected").first().isVisible(),
  );
});

test("source, destination, pipeline and route are made by hand, the pipeline by dragging", async () => {
  const { page } = ana;
  const sink = await playground.ask({ do: "sink" });
  sinkNumber = sink.number ?? 0;
  port = (await playground.ask({ do: "port" })).port ?? 0;

  await ana.goes("/sources");
  await page.getByRole("link", { name: "New source" }).click();
  await page.getByRole("button", { name: /^OTLP/ }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Applications");
  await page.getByRole("button", { name: "Create source" }).click();
  await page.getByLabel("HTTP endpoint").fill(`127.0.0.1:${port}`);
  expect(await ana.faults()).toEqual([]);

  await ana.goes("/destinations");
  await page.getByRole("link", { name: "New destination" }).click();
  await page.getByRole("button", { name: /^OTLP over HTTP|^OTLP\/HTTP|^OTLP HTTP/ }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Archive");
  await page.getByRole("button", { name: "Create destination" }).click();
  await page
    .getByLabel(/^Endpoint/)
    .first()
    .fill(sink.endpoint ?? "");

  await ana.goes("/pipelines");
  await page.getByRole("link", { name: "New pipeline" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Clean logs");
  await page.getByRole("button", { name: "Create pipeline" }).click();
  const chain = page.getByRole("region", { name: "Steps" });
  await chain.getByRole("button", { name: "Add step" }).click();
  await drags(page.getByRole("button", { name: /^Mask/ }), chain.getByText("Records pass as they are"));
  await chain.getByRole("listitem").first().waitFor();
  await page
    .getByRole("group", { name: /^Fields/ })
    .getByRole("button", { name: /^Add/ })
    .click();
  await page
    .getByRole("group", { name: /^Fields/ })
    .getByRole("textbox")
    .first()
    .fill("log.body");
  await page.getByLabel("What to mask").first().click();
  await page.getByRole("option", { name: "email" }).click();
  await page.keyboard.press("Escape");
  await page.getByText(/^Valid\./).waitFor();
  await chain.getByRole("button", { name: "Add step" }).click();
  await drags(page.getByRole("button", { name: /^Filter/ }), chain.getByRole("button", { name: "Add step" }));
  const drop = page.getByRole("group", { name: /^Logs/ });
  await drop.getByRole("button", { name: /^Add/ }).click();
  await drop.getByRole("textbox").first().fill("log.severity_number < SEVERITY_NUMBER_INFO");
  // What is thrown away need not be masked: the filter goes first.
  const steps = chain.getByRole("listitem");
  expect(await steps.count()).toBe(2);
  await drags(
    steps.nth(1).getByRole("button", { name: /^Move/ }),
    steps.nth(0).getByRole("button", { name: /^Move/ }),
    true,
  );
  await until("the filter is the first step", 5_000, async () =>
    (await steps.nth(0).innerText()).includes("Filter"),
  );
  expect(await ana.faults()).toEqual([]);

  await ana.goes("/routes");
  await page.getByRole("link", { name: "New route" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Everything");
  await page.getByRole("button", { name: "Create route" }).click();
  await tags(page.getByLabel(/^Sources/), "applications");
  await page
    .getByLabel(/^Pipeline/)
    .first()
    .fill("clean-logs");
  await tags(page.getByLabel(/^Destinations/), "archive");
  expect(await ana.faults()).toEqual([]);
});

test("a draft survives a reload, is reviewed, saved and applied", async () => {
  const { page } = ana;
  await page.reload();
  await ana.settles();
  await page.getByRole("link", { name: "Review and save" }).click();
  await page.getByRole("heading", { level: 1, name: "Review and save" }).waitFor();
  await page.getByLabel("Why").fill("Logs of the shop, without the noise");
  await page.getByRole("button", { name: "Save 4 changes" }).click();
  await page.getByRole("heading", { level: 1, name: "Saved" }).waitFor();
  await page.getByText("1 applied").waitFor({ timeout: 60_000 });
  expect(await ana.faults()).toEqual([]);
});

test("the numbers on the edges are what was sent", async () => {
  const { page } = ana;
  const endpoint = `http://127.0.0.1:${port}`;
  await until("the source takes records", 30_000, async () => {
    const sent = await playground.ask({ do: "send", endpoint, severity: "INFO", count: 1 });
    return sent.taken === 1;
  });
  await ana.goes("/topology");
  const card = (name: string) => page.locator("[data-card]").filter({ hasText: name }).first();
  await card("Archive").waitFor();
  let stop = false;
  // 40 lines a second that pass, 20 that the filter drops.
  const sending = (async () => {
    for (let second = 0; second < 60 && !stop; second++) {
      const next = Date.now() + 1_000;
      await playground.ask({ do: "send", endpoint, severity: "INFO", count: 40 });
      await playground.ask({ do: "send", endpoint, severity: "DEBUG", count: 20 });
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - Date.now())));
    }
  })();
  const near = (text: string, expected: number) =>
    [...text.matchAll(/([0-9.]+)(k?)/g)].some(([, number, kilo]) => {
      const value = Number(number) * (kilo ? 1000 : 1);
      return value > expected * 0.8 && value < expected * 1.2;
    });
  try {
    await until("the cards say what is sent", 50_000, async () => {
      const [source, archive] = [await card("Applications").innerText(), await card("Archive").innerText()];
      return near(source, 60) && near(archive, 40);
    });
    const pills = page.locator('[data-flow][aria-hidden="true"]');
    const wires = (await pills.allInnerTexts()).join(" ");
    expect(near(wires, 60), wires).toBe(true);
    expect(near(wires, 40), wires).toBe(true);
  } finally {
    stop = true;
    await sending;
  }
  const counted = await playground.ask({ do: "counted", number: sinkNumber });
  expect(counted.logs ?? 0).toBeGreaterThan(0);
});

test("what the collector refuses is red in its own words, and a restore heals it", async () => {
  const { page } = ana;
  const taken = new URL(url).port;
  await ana.goes("/edit/fleet/sources/applications");
  await page.getByLabel("HTTP endpoint").fill(`127.0.0.1:${taken}`);
  await page.getByRole("link", { name: "Review and save" }).click();
  await page.getByLabel("Why").fill("A port that is taken");
  await page.getByRole("button", { name: "Save 1 change" }).click();
  await page.getByText("1 failed").waitFor({ timeout: 90_000 });
  expect(await ana.faults()).toEqual([]);
  await ana.goes("/collectors?q=status%3Dconnected");
  await page.getByRole("link").filter({ hasText: collectorName }).first().click();
  await page.getByText("It refused its configuration").waitFor({ timeout: 15_000 });
  await page
    .getByText(/exited unexpectedly with exit code/)
    .first()
    .waitFor();
  expect(await ana.faults()).toEqual([]);

  await ana.goes("/history");
  await page.getByRole("link", { name: "Logs of the shop, without the noise" }).click();
  await page.getByRole("button", { name: "Restore this state" }).click();
  await page.getByRole("button", { name: /^Restore 1 file/ }).click();
  await page.getByRole("heading", { level: 1, name: /^Restore/ }).waitFor();
  await ana.goes("/collectors");
  await page.getByRole("link").filter({ hasText: collectorName }).first().click();
  await until("it is in sync again", 60_000, () => page.getByText("In sync").first().isVisible());
});

test("nothing in the browser was forbidden or broken on the way", () => {
  expect(ana.complaints).toEqual([]);
});

/** Takes hold of something, and lets it go over something else, as a hand does; what makes way is not followed. */
async function drags(what: Locator, onto: Locator, makesWay = false): Promise<void> {
  const { page } = ana;
  const middle = async (place: Locator) => {
    await place.scrollIntoViewIfNeeded();
    const box = await place.boundingBox();
    if (!box) throw new Error("it is not on the screen");
    return [box.x + box.width / 2, box.y + box.height / 2] as const;
  };
  const [x, y] = await middle(what);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 12, y + 12, { steps: 4 });
  const [toX, toY] = await middle(onto);
  await page.mouse.move(toX, toY, { steps: 12 });
  // What the server finds out meanwhile may have moved the place.
  await page.waitForTimeout(300);
  const [atX, atY] = makesWay ? [toX, toY] : await middle(onto);
  await page.mouse.move(atX, atY - 2, { steps: 3 });
  await page.mouse.up();
}

/** Writes one word into a field that takes several. */
async function tags(field: Locator, word: string): Promise<void> {
  await field.first().fill(word);
  await field.first().press("Enter");
}
