// Somebody in front of a real Chromium: pages, complaints of the browser, and what axe finds.
import { mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import FLAGS from "./chromium-flags.json";
import type { Filled } from "./filled";
import type { Sight } from "./sights";

const require = createRequire(import.meta.url);
const AXE = (require("axe-core") as { source: string }).source;
/** Faults that keep somebody from using a screen. */
const GRAVE = ["serious", "critical"];

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.LINKMESH_CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
  });
}

export class Visitor {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, and what the page's policy forbids. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #url: string;

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.#context = context;
    this.page = page;
    this.#url = url;
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      const text = message.text();
      // A refusal is part of a story; what the policy blocks, or a broken component, is not.
      if (message.type() === "error" && !text.startsWith("Failed to load resource"))
        this.complaints.push(text);
    });
  }

  static async at(
    browser: Browser,
    url: string,
    options: { width?: number; height?: number; scheme?: "light" | "dark" } = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
      colorScheme: options.scheme ?? "light",
      reducedMotion: "reduce",
      locale: "en-US",
    });
    return new Visitor(context, await context.newPage(), url);
  }

  async goes(path: string): Promise<void> {
    await this.page.goto(path.startsWith("http") ? path : `${this.#url}${path}`);
    await this.settles();
  }

  /** Goes to a screen and does what has to be done there. */
  async sees({ path, act }: Sight): Promise<void> {
    await this.goes(path);
    if (!act) return;
    await act(this.page);
    await this.settles();
  }

  /** The screen is there: its heading is, and no gray lines are. */
  async settles(): Promise<void> {
    await this.page.locator("h1").first().waitFor();
    await this.page
      .waitForFunction(() => document.querySelector('[role="status"][aria-label="Loading"]') === null, null, {
        timeout: 10_000,
      })
      .catch(() => undefined);
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
  }

  async signsIn(username: string, password: string): Promise<void> {
    await this.page.goto(this.#url);
    await this.page.getByLabel("User name").fill(username);
    await this.page.locator('input[type="password"]').fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  }

  /** What axe finds grave on the screen as it is now, one line each. */
  async faults(): Promise<string[]> {
    // By the browser itself: the page's policy forbids scripts that are put in.
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(async () => {
      const axe = (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeAnswer> } }).axe;
      return (await axe.run({ resultTypes: ["violations"], rules: { "target-size": { enabled: true } } }))
        .violations;
    });
    return found
      .filter(({ impact }) => impact !== null && GRAVE.includes(impact))
      .flatMap(({ id, help, nodes }) =>
        nodes
          .slice(0, 3)
          .map((node) => `${id}: ${help}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`),
      );
  }

  /** Leaves a picture and the words of the screen behind, for whoever looks into a failure. */
  async testifies(what: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "linkmesh-browser-"));
    await this.page.screenshot({ path: join(folder, "screen.png"), fullPage: true });
    const words = await this.page.locator("body").innerText();
    writeFileSync(join(folder, "screen.txt"), `${what}\n${this.page.url()}\n\n${words}\n`);
    console.error(`the evidence is in ${folder}`);
  }

  async leaves(): Promise<void> {
    await this.#context.close();
  }
}

/** Each screen as whoever it is for: somebody at the door, somebody whose server is new, and the administrator. */
export async function everyone(
  fleet: Filled,
  browser: Browser,
  options: Parameters<typeof Visitor.at>[2],
  look: (visitor: Visitor, screen: Sight) => Promise<void>,
): Promise<void> {
  for (const who of ["stranger", "newcomer", undefined] as const) {
    const url = who === "newcomer" ? fleet.fresh : fleet.url;
    const visitor = await Visitor.at(browser, url, options);
    if (who !== "stranger") await visitor.signsIn(fleet.username, fleet.password);
    const width = options?.width ?? 1440;
    for (const screen of fleet.sights)
      if (screen.as === who && width >= (screen.least ?? 0)) await look(visitor, screen);
    await visitor.leaves();
  }
}

interface AxeAnswer {
  violations: Array<{
    id: string;
    impact: string | null;
    help: string;
    nodes: Array<{ target: string[]; failureSummary?: string }>;
  }>;
}
