// The screens that are looked at, as pictures and by axe: those of the router, and what only shows after a step or two.
import type { Page } from "playwright-core";

export interface Sight {
  name: string;
  path: string;
  /** What somebody does there before it is looked at. */
  act?: (page: Page) => Promise<void>;
  /** Pixels of width that it needs: the canvas gives way to its table below. */
  least?: number;
  /** Who looks: somebody who is not signed in, or the administrator of a server that nothing has joined yet. */
  as?: "stranger" | "newcomer";
}

/** What is in the fleet, for the addresses of single things. */
export interface Ids {
  collector: string;
  /** A token that hosts may still join with. */
  token: string;
  /** A revision that changed a route, and one before it. */
  revision: string;
  earlier: string;
  /** Changes the route under somebody's hands. */
  meddle: () => Promise<void>;
}

const ROUTE = "/edit/fleet/routes/errors";

const at = (name: string, path: string): Sight => ({ name, path });

export function sightsOf(ids: Ids): readonly Sight[] {
  const collector = `/collectors/${ids.collector}`;
  return [
    at("overview", "/"),
    at("topology", "/topology"),
    at("topology-canvas", "/topology?view=canvas"),
    at("topology-table", "/topology?view=table"),
    at("topology-group", "/topology?level=group&id=edge"),
    { name: "topology-drawer", path: "/topology", least: 1024, act: (page) => card(page, "Archive").click() },
    {
      name: "topology-steps",
      path: "/topology",
      least: 1024,
      act: (page) => press(page, /^Show the 2 steps/),
    },
    at("collectors", "/collectors"),
    at("collectors-none", "/collectors?q=label.env%3Dnowhere"),
    at("collectors-faulty", "/collectors?q=env%3D%28"),
    {
      name: "collectors-chosen",
      path: "/collectors",
      act: (page) => page.getByRole("checkbox", { name: "Select the rows that are loaded" }).check(),
    },
    ...["overview", "components", "config", "flow", "attempts", "events"].map((tab) =>
      at(`collector-${tab}`, `${collector}?tab=${tab}`),
    ),
    at("collector-difference", `${collector}?tab=config&view=difference`),
    at("collector-awaiting", "/collectors/edge-7"),
    at("collector-missing", "/collectors/nobody"),
    at("add-host", "/add"),
    at("add-labels", "/add?target=opamp"),
    at("add-alloy", "/add?target=alloy"),
    at("add-wait", `/add?target=opamp&token=${ids.token}`),
    at("groups", "/groups"),
    { name: "group-new", path: "/groups", act: (page) => press(page, "New group") },
    at("group", "/groups/edge"),
    at("sources", "/sources"),
    at("source", "/edit/fleet/sources/app-otlp"),
    at("source-new", "/edit/new?new=sources"),
    at("routes", "/routes"),
    at("route", ROUTE),
    at("route-both", `${ROUTE}?view=both`),
    at("destinations", "/destinations"),
    at("destination", "/edit/fleet/destinations/archive"),
    at("links", "/links"),
    at("link-new", "/edit/new?new=links"),
    at("pipelines", "/pipelines"),
    at("pipeline", "/pipelines/clean-logs"),
    at("pipeline-step", "/pipelines/clean-logs?step=drop-unimportant"),
    { name: "pipeline-palette", path: "/pipelines/clean-logs", act: (page) => press(page, "Add step") },
    at("tokens", "/tokens"),
    { name: "token-new", path: "/tokens", act: (page) => press(page, "Create token") },
    { name: "token-revoke", path: "/tokens", act: (page) => press(page, /^Revoke Spare/) },
    at("history", "/history"),
    at("blame", "/history?path=fleet%2Froutes%2Ferrors.yaml"),
    at("revision", `/history/${ids.revision}`),
    { name: "restore", path: `/history/${ids.earlier}`, act: (page) => press(page, "Restore this state") },
    at("events", "/events"),
    at("audit", "/events?view=audit"),
    at("health", "/health"),
    { name: "freeze", path: "/health", act: (page) => press(page, "Freeze delivery") },
    at("settings", "/settings"),
    { name: "account-new", path: "/settings", act: (page) => press(page, "Create service account") },
    {
      name: "search",
      path: "/",
      act: async (page) => {
        await page.keyboard.press("/");
        await page.getByRole("combobox").fill("err");
        await page
          .getByRole("option", { name: /errors/i })
          .first()
          .waitFor();
      },
    },
    {
      name: "keys",
      path: "/",
      act: async (page) => {
        await page.keyboard.press("?");
        await page.getByRole("dialog").waitFor();
      },
    },
    at("review-empty", "/review"),
    { name: "route-changed", path: ROUTE, act: (page) => changes(page) },
    { name: "review", path: "/review" },
    {
      name: "review-conflict",
      path: "/review",
      act: async (page) => {
        await ids.meddle();
        await page.reload();
        await page.getByRole("heading", { name: "Conflicts" }).waitFor();
      },
    },
    { name: "sign-in", path: "/", as: "stranger" },
    { name: "set-up", path: "/setup?token=lmset_of_the_first_start", as: "stranger" },
    ...["/", "/topology", "/collectors", "/sources", "/routes", "/tokens", "/events"].map(
      (path): Sight => ({
        name: `fresh-${path === "/" ? "overview" : path.slice(1)}`,
        path,
        as: "newcomer",
      }),
    ),
    {
      // The last one: nobody is signed in afterwards.
      name: "session-ended",
      path: "/",
      act: async (page) => {
        await page.context().clearCookies();
        await page.keyboard.press("g");
        await page.keyboard.press("e");
        await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
      },
    },
  ];
}

const card = (page: Page, name: string) => page.locator("[data-card]").filter({ hasText: name }).first();

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first().click();

/** A change in the draft; it stays for the screens after it. */
async function changes(page: Page): Promise<void> {
  await page.getByLabel("Name").fill("Errors of the shop");
  await page.getByRole("link", { name: "Review and save" }).waitFor();
}
