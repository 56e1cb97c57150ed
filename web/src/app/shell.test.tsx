import { createRootRoute, createRoute } from "@tanstack/react-router";
import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answer, api } from "../api/client";
import { meQuery } from "../api/session";
import { setSkew } from "../lib/clock";
import { ADMIN, network, problem, show } from "../ui/testing";
import { NAVIGATION } from "./navigation";
import { Shell } from "./shell";

/** The live line, driven by the test. */
class Line {
  static readonly CLOSED = 2;
  static now: Line | null = null;
  static opened = 0;
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    Line.now = this;
    Line.opened += 1;
  }
  close() {
    this.readyState = Line.CLOSED;
  }
}

beforeEach(() => {
  Line.opened = 0;
  vi.stubGlobal("EventSource", Line);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  setSkew(0);
});

function open(Screen = () => <p>Screen</p>) {
  const root = createRootRoute();
  const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });
  const home = createRoute({ getParentRoute: () => shell, path: "/", component: Screen });
  const collectors = createRoute({
    getParentRoute: () => shell,
    path: "/collectors",
    component: () => <p>Table</p>,
  });
  const collector = createRoute({
    getParentRoute: () => shell,
    path: "/collectors/$collector",
    component: () => <p>One collector</p>,
  });
  return show(root.addChildren([shell.addChildren([home, collectors, collector])]), "/");
}

describe("a session that ends", () => {
  it("is renewed on top of the screen, which keeps what was typed", async () => {
    let ended = false;
    network({
      "GET /me": () => (ended ? problem(401, "sign in") : ADMIN),
      "GET /overview": () => problem(401, "sign in"),
      "POST /session": () => {
        ended = false;
        return { user: {}, csrf_token: "new" };
      },
    });
    open(() => <input aria-label="Draft" />);
    await userEvent.type(await screen.findByLabelText("Draft"), "half a sentence");
    ended = true;
    await act(() => answer(api.GET("/api/v1/overview")).catch(() => null));
    const dialog = await screen.findByRole("dialog", { name: "Your session has ended" });
    await userEvent.type(within(dialog).getByLabelText(/^Password/), "correct horse");
    await userEvent.click(within(dialog).getByRole("button", { name: "Sign in" }));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.getByLabelText<HTMLInputElement>("Draft").value).toBe("half a sentence");
  });

  it("is noticed as well when only the look-up of the person says so", async () => {
    let ended = false;
    network({ "GET /me": () => (ended ? problem(401, "sign in") : ADMIN) });
    const { queries } = open(() => <input aria-label="Draft" />);
    await userEvent.type(await screen.findByLabelText("Draft"), "kept");
    ended = true;
    await act(() => queries.invalidateQueries({ queryKey: meQuery.queryKey }));
    expect(await screen.findByRole("dialog", { name: "Your session has ended" })).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>("Draft").value).toBe("kept");
  });

  it("shows nothing of what the former typed to somebody else who signs in on top of it", async () => {
    let who: object | null = ADMIN;
    network({
      "GET /me": () => who ?? problem(401, "sign in"),
      "POST /session": () => {
        who = { ...ADMIN, id: "other", name: "other" };
        return { user: {}, csrf_token: "new" };
      },
    });
    const { queries } = open(() => <input aria-label="Draft" />);
    await userEvent.type(await screen.findByLabelText("Draft"), "only mine");
    queries.setQueryData(["audit"], "for administrators");
    who = null;
    await act(() => queries.invalidateQueries({ queryKey: meQuery.queryKey }));
    const dialog = await screen.findByRole("dialog", { name: "Your session has ended" });
    await userEvent.type(within(dialog).getByLabelText(/^Password/), "correct horse");
    await userEvent.click(within(dialog).getByRole("button", { name: "Sign in" }));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.getByLabelText<HTMLInputElement>("Draft").value).toBe("");
    expect(queries.getQueryData(["audit"])).toBeUndefined();
  });

  it("on purpose leads to signing in, without the screen", async () => {
    network({ "GET /me": ADMIN, "DELETE /session": new Response(null, { status: 204 }) });
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("heading", { name: "Sign in" })).toBeTruthy();
    expect(screen.queryByText("Screen")).toBeNull();
  });
});

describe("the live line", () => {
  it("says since when it is lost, by the server's clock, and opens again after a refusal", async () => {
    network({ "GET /me": ADMIN });
    open();
    await screen.findByText("Screen");
    act(() => Line.now?.onopen?.());
    expect(screen.queryByText(/No live updates/)).toBeNull();
    vi.useFakeTimers();
    setSkew(3_600_000);
    act(() => {
      Line.now?.close();
      Line.now?.onerror?.();
    });
    expect(screen.getByText(/No live updates since/).textContent).toContain("just now");
    await act(() => vi.advanceTimersByTimeAsync(2_100));
    expect(Line.opened).toBe(2);
    act(() => Line.now?.onopen?.());
    expect(screen.queryByText(/No live updates/)).toBeNull();
  });
});

describe("the navigation", () => {
  it("has Settings as an area of its own, and at most eight of them at the top", () => {
    const tops = NAVIGATION.flatMap(({ title, items }) =>
      title ? [title] : items.map(({ label }) => label),
    );
    expect(tops).toEqual(["Overview", "Topology", "Collect", "Process", "Route", "Operate", "Settings"]);
  });
});

describe("keys", () => {
  it("search on /, and Enter opens what was found", async () => {
    const asked = network({
      "GET /me": ADMIN,
      "GET /collectors": { items: [{ id: "web-1", name: "web-1", sync: "in_sync" }], total: 1 },
      "GET /revisions": { items: [] },
      "GET /pipelines": { items: [] },
      "GET /sources": { items: [] },
      "GET /routes": { items: [] },
      "GET /destinations": { items: [] },
      "GET /links": { items: [] },
      "GET /groups": { items: [] },
    });
    const { router } = open();
    await screen.findByText("Screen");
    await userEvent.keyboard("/");
    const field = await screen.findByRole("combobox");
    await userEvent.type(field, "web");
    await screen.findByRole("option", { name: /web-1/ });
    await userEvent.keyboard("{Enter}");
    await vi.waitFor(() => expect(router.state.location.pathname).toBe("/collectors/web-1"));
    expect(asked.some(({ call }) => call.includes("q=%22web%22"))).toBe(true);
  });

  it("stay letters while somebody types", async () => {
    network({ "GET /me": ADMIN });
    const { router } = open(() => <input aria-label="Field" />);
    await userEvent.type(await screen.findByLabelText("Field"), "g c / ?");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(router.state.location.pathname).toBe("/");
    await userEvent.click(document.body);
    await userEvent.keyboard("gc");
    await vi.waitFor(() => expect(router.state.location.pathname).toBe("/collectors"));
  });
});
