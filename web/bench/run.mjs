// Drives the bench's page in a real browser under a four times slower processor, and prints what a hand would feel: the
// slowest interactions and the frames that were missed. Our canvas stands beside React Flow's own example; our table stands
// alone and in its page, with made-up answers.
//   node bench/run.mjs [--rounds 3] [--throttle 4] [--only canvas,stress,table,fleet] [--json]
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { build } from "vite";
import { answer } from "./fleet-api.mjs";

const { values: args } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    throttle: { type: "string", default: "4" },
    only: { type: "string", default: "stress,canvas,table,fleet" },
    json: { type: "boolean", default: false },
  },
});
const ROUNDS = Math.min(20, Math.max(1, Number(args.rounds) || 3));
const THROTTLE = Math.min(20, Math.max(1, Number(args.throttle) || 4));
const PICTURES = args.only.split(",");
const FRAME_MS = 1000 / 60;
const here = fileURLToPath(new URL(".", import.meta.url));
const dist = join(here, "../node_modules/.cache/linkmesh-bench");
const CHROMIUM = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
  (path) => path && existsSync(path),
);
const FLAGS = JSON.parse(readFileSync(new URL("../browser/chromium-flags.json", import.meta.url), "utf8"));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };

if (!CHROMIUM) {
  console.error("Chromium is missing: install Debian's package `chromium`, or name another in CHROMIUM.");
  process.exit(1);
}

let origin = "";

/** One fresh browser, one picture, each gesture once. */
async function measure(what) {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: FLAGS,
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(watch);
    await page.goto(`${origin}/?what=${what}`);
    await page.waitForSelector(what in ROWS ? "[aria-rowindex='2'] [role=gridcell]" : ".react-flow__node");
    await page.waitForTimeout(1_000);
    const line = await page.context().newCDPSession(page);
    await line.send("Emulation.setCPUThrottlingRate", { rate: THROTTLE });
    const gestures = ROWS[what] ?? CANVAS;
    const measured = [];
    for (const [gesture, act] of Object.entries(gestures)) {
      // Looked for before the watch starts: to find them takes longer than what is measured.
      const nodes = what === "table" ? [] : await nodesInSight(page);
      await page.waitForTimeout(600);
      await page.evaluate(() => globalThis.bench.start());
      await act(page, nodes);
      await page.waitForTimeout(300);
      measured.push({ what, gesture, ...(await page.evaluate(() => globalThis.bench.stop())) });
    }
    return measured;
  } finally {
    await browser.close();
  }
}

/** Runs in the page: frames by their times, interactions by the browser's own measure. */
function watch() {
  const frames = [];
  const interactions = [];
  let isOn = false;
  const frame = (time) => {
    frames.push(time);
    if (isOn) requestAnimationFrame(frame);
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (isOn && entry.interactionId) interactions.push(entry.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: false });
  globalThis.bench = {
    start() {
      frames.length = 0;
      interactions.length = 0;
      isOn = true;
      requestAnimationFrame(frame);
    },
    stop() {
      isOn = false;
      const gaps = frames.slice(1).map((time, index) => time - frames[index]);
      const expected = (frames.at(-1) - frames[0]) / (1000 / 60);
      return {
        expected,
        dropped: Math.max(0, expected - gaps.length),
        longest: Math.max(0, ...gaps),
        // Interactions below the threshold are not told; they were faster than a frame.
        inp: Math.max(0, ...interactions),
      };
    },
  };
}

const CANVAS = {
  async pan(page) {
    await drag(page, { x: 720, y: 14 }, { x: 260, y: 300 });
  },
  async zoom(page) {
    await page.mouse.move(720, 450);
    for (let turn = 0; turn < 40; turn += 1) {
      await page.mouse.wheel(0, turn < 20 ? -60 : 60);
      await page.waitForTimeout(16);
    }
  },
  async "move a node"(page, [box]) {
    await drag(page, box, { x: box.x + 200, y: box.y + 120 });
  },
  async select(page, nodes) {
    for (const box of nodes) {
      await page.mouse.click(box.x, box.y);
      await page.waitForTimeout(350);
    }
  },
};

const TABLE = {
  async scroll(page) {
    await page.mouse.move(720, 450);
    for (let turn = 0; turn < 90; turn += 1) {
      await page.mouse.wheel(0, turn < 60 ? 400 : -600);
      await page.waitForTimeout(16);
    }
  },
  async "walk by keys"(page) {
    await page.mouse.click(500, 300);
    for (let key = 0; key < 40; key += 1) await page.keyboard.press(key % 8 === 7 ? "PageDown" : "ArrowDown");
  },
  async select(page) {
    for (let click = 0; click < 6; click += 1) {
      await page.mouse.click(40, 120 + click * 36);
      await page.waitForTimeout(150);
    }
  },
};

/** Of the page: where its rows are depends on what stands above them. */
const FLEET = {
  async scroll(page) {
    await page.mouse.move(720, 600);
    for (let turn = 0; turn < 90; turn += 1) {
      await page.mouse.wheel(0, turn < 60 ? 400 : -600);
      await page.waitForTimeout(16);
    }
  },
  async "walk by keys"(page) {
    const grid = await page.getByRole("grid").boundingBox();
    // On a cell with nothing to click in it.
    await page.mouse.click(grid.x + grid.width - 20, grid.y + 120);
    for (let key = 0; key < 40; key += 1) await page.keyboard.press(key % 8 === 7 ? "PageDown" : "ArrowDown");
  },
  async select(page) {
    for (let click = 0; click < 6; click += 1) {
      const grid = await page.getByRole("grid").boundingBox();
      await page.mouse.click(grid.x + 20, grid.y + 60 + click * 36);
      await page.waitForTimeout(150);
    }
    await page.getByRole("button", { name: "Clear", exact: true }).click();
  },
  async sort(page) {
    for (const head of ["Name", "Sync", "Health", "In", "Name", "Name"]) {
      await page.getByRole("columnheader", { name: head, exact: true }).getByRole("button").click();
      await page.waitForTimeout(600);
    }
  },
  async filter(page) {
    for (const name of [/^Drifted/, /^Failed/, /^Drifted/, /^Failed/]) {
      await page.getByRole("button", { name }).first().click();
      await page.waitForTimeout(600);
    }
    await page.getByRole("combobox").pressSequentially("web-0001", { delay: 80 });
    await page.waitForTimeout(900);
  },
};
const ROWS = { table: TABLE, fleet: FLEET };

/** The middles of four nodes that are in sight and lie under nothing. */
async function nodesInSight(page) {
  return page.evaluate(() => {
    const seen = [...document.querySelectorAll(".react-flow__node")].flatMap((element) => {
      const box = element.getBoundingClientRect();
      const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const isFree = document.elementFromPoint(at.x, at.y)?.closest(".react-flow__node") === element;
      return isFree && at.x > 80 && at.x < 1000 && at.y > 80 && at.y < 700 ? [at] : [];
    });
    return [0, 7, 14, 21].map((nth) => seen[nth % seen.length]);
  });
}

async function drag(page, from, to) {
  const steps = 60;
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (let step = 1; step <= steps; step += 1) {
    const part = step / steps;
    await page.mouse.move(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
    await page.waitForTimeout(16);
  }
  await page.mouse.up();
}

function report(all) {
  const names = {
    stress: "React Flow, 200 nodes",
    canvas: "canvas, 2,000 nodes",
    table: "table, 100,000 rows",
    fleet: "its page",
  };
  const groups = Map.groupBy
    ? Map.groupBy(all, ({ what, gesture }) => `${what}|${gesture}`)
    : all.reduce((map, row) => {
        const key = `${row.what}|${row.gesture}`;
        return map.set(key, [...(map.get(key) ?? []), row]);
      }, new Map());
  const lines = [...groups].map(([key, runs]) => {
    const [what, gesture] = key.split("|");
    const middle = (of) => runs.map(of).sort((a, b) => a - b)[Math.floor((runs.length - 1) / 2)];
    return {
      what,
      gesture,
      inp_ms: Math.round(middle((run) => run.inp)),
      dropped_percent: Math.round(middle((run) => (100 * run.dropped) / Math.max(1, run.expected))),
      longest_frame_ms: Math.round(middle((run) => run.longest)),
    };
  });
  if (args.json) return console.log(JSON.stringify(lines, null, 2));
  console.log(
    `Processor ${THROTTLE} times slower, ${ROUNDS} rounds, the middle one of each; a frame is ${FRAME_MS.toFixed(1)} ms.`,
  );
  console.log("Interactions faster than 16 ms are shown as 0.\n");
  console.log(
    `${"picture".padEnd(24)}${"gesture".padEnd(14)}${"INP".padStart(9)}${"dropped".padStart(10)}${"longest".padStart(10)}`,
  );
  for (const line of lines)
    console.log(
      names[line.what].padEnd(24) +
        line.gesture.padEnd(14) +
        `${line.inp_ms} ms`.padStart(9) +
        `${line.dropped_percent}%`.padStart(10) +
        `${line.longest_frame_ms} ms`.padStart(10),
    );
  console.log(
    `\nGoals: canvas INP at most 100 ms, table at most 50 ms, canvas no slower than React Flow's own.`,
  );
}

await build({ configFile: join(here, "vite.config.ts"), logLevel: "warn" });
const server = createServer((request, response) => {
  const path = new URL(request.url ?? "/", "http://bench").pathname;
  if (path.startsWith("/api/")) return answer(request, response);
  const file = join(dist, normalize(path === "/" ? "/index.html" : path));
  if (!file.startsWith(dist) || !existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
origin = `http://127.0.0.1:${server.address().port}`;

const rows = [];
try {
  for (let round = 0; round < ROUNDS; round += 1)
    // In turns, so that what else the machine does falls on all of them.
    for (const what of PICTURES) rows.push(...(await measure(what)));
} finally {
  server.close();
}
report(rows);
