import { createRootRoute, createRoute, Outlet } from "@tanstack/react-router";
import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { JobPlace } from "../../ui/job-place";
import { show } from "../../ui/testing";
import Screen from "./page";
import { collectorsSearch } from "./search";

// A busy machine draws slowly.
configure({ asyncUtilTimeout: 8_000 });
vi.setConfig({ testTimeout: 30_000 });
// The test's browser lays nothing out, so it is told how large everything is.
for (const [side, pixels] of [
  ["clientHeight", 600],
  ["clientWidth", 1_000],
] as const)
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => pixels });
// Its dialogs lie on top in a real browser; here it is enough that they are there.
HTMLDialogElement.prototype.showModal ??= function show(this: HTMLDialogElement) {
  this.setAttribute("open", "");
};

const NASTY = '<img src=x onerror="alert(1)"> \u202Eשלום';
const rows = Array.from({ length: 300 }, (_, n) => ({
  id: `web-${n}`,
  name: n === 0 ? NASTY : n === 1 ? "long ".repeat(2_000) : `web-${n}`,
  mode: "opamp",
  tier: "standards",
  status: "connected",
  sync: n === 2 ? "drifted" : "in_sync",
  health: "healthy",
  labels: { env: n % 2 ? "prod" : "dev" },
  in_per_s: n === 3 ? 1e9 : n === 4 ? -1 : null,
}));

/** Collectors that came to every list since the test began. */
let joined = 0;
/** How often the line is cut before a job's answer is there. */
let cut = 0;

/** The server at the edge of the page: lists by cursor, facets, one job; everything that was asked is kept. */
function served() {
  const asked: Array<{ method: string; url: URL; body: unknown; key: string | null }> = [];
  const json = (body: unknown, status = 200) =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  const answer = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(input, init);
    const url = new URL(request.url);
    const text = await request.text();
    const key = request.headers.get("idempotency-key");
    asked.push({ method: request.method, url, body: text ? JSON.parse(text) : null, key });
    const path = url.pathname.replace("/api/v1/", "");
    const q = url.searchParams.get("q") ?? "";
    if (path === "me")
      return json({ name: "ada", role: "admin", permissions: ["collectors:read", "collectors:write"] });
    if (q === "name=")
      return json(
        {
          title: "Not valid",
          status: 422,
          errors: [{ path: "q", message: "column 6: a value is missing here" }],
        },
        422,
      );
    if (path === "collectors") {
      const found = rows.filter(({ labels }) => !q.includes("label.env=prod") || labels.env === "prod");
      const from = Number(url.searchParams.get("cursor") ?? 0);
      const to = from + Number(url.searchParams.get("limit") ?? 100);
      return json({
        items: found.slice(from, to),
        next_cursor: to < found.length ? String(to) : null,
        total: found.length + joined,
      });
    }
    if (path === "collectors/facets")
      return json({
        as_of: "2026-01-01T00:00:00Z",
        total: rows.length,
        status: { connected: 300 },
        sync: { in_sync: 299, drifted: 1 },
        health: {},
        mode: {},
        runtime: {},
        version: [],
        groups: {},
        labels: [{ key: "env", count: 300, values: [{ value: "prod", count: 150 }] }],
      });
    if (path === "collectors/bulk" && cut > 0) {
      cut -= 1;
      throw new TypeError("the line is cut");
    }
    if (path === "collectors/bulk" && JSON.parse(text).expected < 150 + joined)
      return json(
        { title: "Conflict", status: 409, detail: "150 collectors were expected, and 151 match now" },
        409,
      );
    if (path === "collectors/bulk")
      return json({ id: "job-1", state: "running", total: 150, done: 0, failed: 0, started_at: "" }, 202);
    if (path === "jobs/job-1")
      return json({
        id: "job-1",
        state: "done",
        total: 150,
        done: 149,
        failed: 1,
        errors: [{ collector: "web-9", message: "it went away" }],
        started_at: "",
      });
    return json({ title: "There is no such thing", status: 404 }, 404);
  };
  vi.stubGlobal("fetch", answer);
  return asked;
}

function open(address: string) {
  const root = createRootRoute({ component: Outlet });
  const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Outlet });
  const list = createRoute({
    getParentRoute: () => shell,
    path: "/collectors",
    validateSearch: collectorsSearch,
    component: Screen,
  });
  const one = createRoute({
    getParentRoute: () => shell,
    path: "/collectors/$collector",
    component: () => <p>One collector</p>,
  });
  const { router } = show(root.addChildren([shell.addChildren([list, one])]), address, <JobPlace />);
  return router;
}

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
  joined = 0;
  cut = 0;
});

describe("the fleet table", () => {
  it("shows rows as text, whatever hosts are called, and unknown numbers as a dash", async () => {
    served();
    open("/collectors");
    const nasty = await screen.findByRole("link", { name: NASTY });
    expect(nasty.querySelector("img")).toBeNull();
    expect(screen.getByText("1.00G/s")).toBeTruthy();
    const negative = screen.getByRole("row", { name: /web-4/ });
    expect(within(negative).queryByText("0/s")).toBeNull();
    const long = screen.getAllByRole("row").find((row) => row.textContent?.includes("long long"));
    expect((long?.textContent ?? "").length).toBeLessThan(1_000);
  });

  it("adds what is clicked to the query, in the address and in what is asked", async () => {
    const asked = served();
    const router = open("/collectors?q=web");
    const [chip] = await screen.findAllByRole("button", { name: "env=prod" });
    fireEvent.click(chip as HTMLElement);
    await waitFor(() => expect(router.state.location.search).toEqual({ q: "web and label.env=prod" }));
    await waitFor(() => expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("151"));
    expect(asked.some(({ url }) => url.searchParams.get("q") === "web and label.env=prod")).toBe(true);
    fireEvent.click(screen.getByRole("button", { name: /^Drifted/ }));
    await waitFor(() =>
      expect(router.state.location.search).toEqual({ q: "web and label.env=prod and sync=drifted" }),
    );
  });

  it("shows the server's words about a query under the bar", async () => {
    served();
    open("/collectors?q=name%3D");
    expect(await screen.findByText(/Column 6: a value is missing here/)).toBeTruthy();
  });

  it("does one thing to all that match and shows how far it is", async () => {
    const asked = served();
    open("/collectors?q=label.env%3Dprod");
    fireEvent.click(await screen.findByRole("checkbox", { name: "Select web-5" }));
    fireEvent.click(await screen.findByText("Select all 150 matching"));
    await userEvent.click(screen.getByRole("button", { name: "Labels" }));
    await userEvent.click(await screen.findByText("Set a label…"));
    await userEvent.type(await screen.findByLabelText("Key"), "team");
    await userEvent.type(screen.getByLabelText("Value"), "shop");
    await userEvent.click(screen.getByRole("button", { name: "Set a label on 150 collectors" }));
    await waitFor(() =>
      expect(asked.some(({ url }) => url.pathname.endsWith("/collectors/bulk"))).toBe(true),
    );
    const bulk = asked.find(({ url }) => url.pathname.endsWith("/collectors/bulk"));
    // What harms nobody may reach a few more than the screen said.
    expect(bulk?.body).toEqual({
      match: { q: "label.env=prod" },
      act: { set_labels: { team: "shop" } },
      expected: 158,
    });
    expect(await screen.findByText("Set team=shop on 150 collectors")).toBeTruthy();
    expect(await screen.findByText(/149 of 150 collectors, 1 failed/)).toBeTruthy();
    expect(screen.getByText("it went away")).toBeTruthy();
  });

  it("deletes nobody when more match by now than were shown", async () => {
    const asked = served();
    open("/collectors?q=label.env%3Dprod");
    fireEvent.click(await screen.findByRole("checkbox", { name: "Select web-5" }));
    fireEvent.click(await screen.findByText("Select all 150 matching"));
    await userEvent.click(screen.getByRole("button", { name: "Delete" }));
    await userEvent.type(await screen.findByLabelText(/^Type/), "delete 150");
    joined = 1;
    await userEvent.click(screen.getByRole("button", { name: "Delete 150 collectors" }));
    expect(await screen.findByText(/150 collectors were expected, and 151 match now/)).toBeTruthy();
    const bulk = asked.find(({ url }) => url.pathname.endsWith("/collectors/bulk"));
    expect(bulk?.body).toMatchObject({ expected: 150, act: "delete" });
  });

  it("begins one job when the answer got lost and the button is pressed again", async () => {
    const asked = served();
    cut = 1;
    open("/collectors?q=label.env%3Dprod");
    fireEvent.click(await screen.findByRole("checkbox", { name: "Select web-5" }));
    fireEvent.click(await screen.findByText("Select all 150 matching"));
    await userEvent.click(screen.getByRole("button", { name: "Delete" }));
    await userEvent.type(await screen.findByLabelText(/^Type/), "delete 150");
    const press = () => userEvent.click(screen.getByRole("button", { name: "Delete 150 collectors" }));
    await press();
    expect(await screen.findByText(/cannot be reached/)).toBeTruthy();
    await press();
    expect(await screen.findByText(/149 of 150 collectors, 1 failed/)).toBeTruthy();
    const keys = asked.filter(({ url }) => url.pathname.endsWith("/bulk")).map(({ key }) => key);
    expect(keys.length).toBe(2);
    expect(keys[0]).toBeTruthy();
    expect(keys[0]).toBe(keys[1]);
  });

  it("says why something may not be done", async () => {
    served();
    open("/collectors");
    fireEvent.click(await screen.findByRole("checkbox", { name: "Select web-5" }));
    await userEvent.click(screen.getByRole("button", { name: "Delivery" }));
    const hold = (await screen.findByText("Hold delivery…")).closest("[role=menuitem]");
    expect(hold?.getAttribute("title")).toContain("collectors:operate");
  });
});
