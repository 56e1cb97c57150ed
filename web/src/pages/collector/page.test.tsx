import { createRootRoute, createRoute, Outlet } from "@tanstack/react-router";
import { cleanup, configure, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { show } from "../../ui/testing";
import Screen from "./page";
import { collectorSearch } from "./search";

// A busy machine draws slowly.
configure({ asyncUtilTimeout: 8_000 });
vi.setConfig({ testTimeout: 30_000 });
// Its dialogs lie on top in a real browser; here it is enough that they are there.
HTMLDialogElement.prototype.showModal ??= function show(this: HTMLDialogElement) {
  this.setAttribute("open", "");
};

const COLLECTOR = {
  id: "web-1",
  name: "<b>web</b> 1",
  mode: "opamp",
  tier: "standards",
  status: "connected",
  sync: "in_sync",
  health: "healthy",
  labels: { env: "prod" },
  groups: ["edge"],
  reported: { "os.type": "<script>" },
};

const REFUSED = { sync: "failed", sync_reason: "Agent exited unexpectedly with exit code 1" };
const RIGHTS = ["collectors:read", "collectors:write", "collectors:operate", "tokens:create"];

/** The server at the edge of the page; what was sent is kept. */
function served(over: object = {}, permissions: readonly string[] = RIGHTS) {
  const sent: Array<{ call: string; body: unknown }> = [];
  const json = (body: unknown, status = 200) =>
    new Response(status === 204 ? null : JSON.stringify(body), {
      status,
      headers: { "content-type": "application/json" },
    });
  const collector = { ...COLLECTOR, ...over };
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1/", "");
    const text = await request.text();
    if (request.method !== "GET")
      sent.push({ call: `${request.method} ${path}`, body: text ? JSON.parse(text) : null });
    if (path === "me") return json({ name: "ada", role: "operator", permissions });
    if (request.method === "PATCH") {
      const { labels } = JSON.parse(text) as { labels: Record<string, string | null> };
      const kept = Object.entries({ ...collector.labels, ...labels }).filter(([, value]) => value !== null);
      return json({ ...collector, labels: Object.fromEntries(kept) });
    }
    if (path === "enrollment-tokens")
      return json(
        {
          id: "t",
          token: "lmenr_once",
          expires_at: "2026-01-01T00:00:00Z",
          files: { "supervisor.yaml": "server: x" },
        },
        201,
      );
    if (path === "collectors/web-1") return json(collector);
    if (path === "collectors/web-1/components")
      return json({
        as_of: "2026-01-01T00:00:00Z",
        root: {
          healthy: false,
          status: "StatusRecoverableError",
          components: {
            "pipeline:logs": {
              healthy: false,
              status: "StatusRecoverableError",
              components: {
                "exporter:otlphttp/loki": {
                  healthy: false,
                  status: "StatusRecoverableError",
                  last_error: "connection refused <img>",
                  entity: "destinations/loki",
                },
              },
            },
            extensions: { healthy: true, status: "StatusOK" },
          },
        },
      });
    if (path === "collectors/web-1/intent")
      return json({
        collector: "web-1",
        revision: "r",
        items: [{ kind: "destinations", id: "loki", path: "fleet/destinations/loki.yaml", entity: {} }],
      });
    if (path === "collectors/web-1/throughput")
      return json({ components: [], process: { cpu_percent: 12.5 } });
    if (/hold$/.test(path)) return json(collector);
    return json({ items: [], series: [] });
  });
  return sent;
}

function open(address: string) {
  const root = createRootRoute({ component: Outlet });
  const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Outlet });
  const one = createRoute({
    getParentRoute: () => shell,
    path: "/collectors/$collector",
    validateSearch: collectorSearch,
    component: Screen,
  });
  show(root.addChildren([shell.addChildren([one])]), address);
}

afterEach(() => vi.unstubAllGlobals());

describe("a collector's page", () => {
  it("shows names and claims as text and unknown numbers with their reason", async () => {
    served();
    open("/collectors/web-1");
    expect(await screen.findByRole("heading", { level: 1, name: "<b>web</b> 1" })).toBeTruthy();
    expect(await screen.findByText("13%")).toBeTruthy();
    expect(screen.getByText("<script>")).toBeTruthy();
    expect(screen.getAllByRole("note").length).toBeGreaterThan(3);
  });

  it("changes labels in place, one save each", async () => {
    const sent = served();
    open("/collectors/web-1");
    await screen.findByRole("button", { name: "Remove the label env" });
    await userEvent.click(screen.getByRole("button", { name: "Label" }));
    await userEvent.type(screen.getByLabelText("Label as key=value"), "team=a=b{Enter}");
    expect(await screen.findByRole("button", { name: "team=a=b" })).toBeTruthy();
    expect(sent).toEqual([{ call: "PATCH collectors/web-1", body: { labels: { team: "a=b" } } }]);
    fireEvent.click(screen.getByRole("button", { name: "Remove the label env" }));
    await waitFor(() => expect(sent.at(-1)?.body).toEqual({ labels: { env: null } }));
  });

  it("holds with a reason, and says why it may not", async () => {
    const sent = served();
    open("/collectors/web-1");
    await userEvent.click(await screen.findByRole("button", { name: "Hold" }));
    await userEvent.type(screen.getByLabelText("Reason"), "disk is full");
    await userEvent.click(screen.getByRole("button", { name: "Hold delivery" }));
    await waitFor(() =>
      expect(sent).toEqual([{ call: "POST collectors/web-1/hold", body: { reason: "disk is full" } }]),
    );
  });

  it("offers nothing to those who may only look", async () => {
    const sent = served({ status: "awaiting_connection" }, ["collectors:read"]);
    open("/collectors/web-1");
    const hold = await screen.findByRole("button", { name: /^Hold/ });
    expect(hold.getAttribute("aria-disabled")).toBe("true");
    fireEvent.click(hold);
    fireEvent.click(await screen.findByRole("button", { name: /^Create token/ }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(sent).toEqual([]);
  });

  it("says of a refusal without a cause where to look, and what it runs only while it is well", async () => {
    served(REFUSED);
    open("/collectors/web-1");
    expect(await screen.findByText(/agent\.log in the supervisor's storage directory/)).toBeTruthy();
    expect(screen.getByText(/went back to the configuration before/)).toBeTruthy();
    expect(screen.getByRole("link", { name: "Attempts" })).toBeTruthy();
    expect(screen.getByRole("link", { name: "Show the difference" })).toBeTruthy();
    cleanup();
    served({ ...REFUSED, health: "failed" });
    open("/collectors/web-1");
    expect(await screen.findByText(/agent\.log/)).toBeTruthy();
    expect(screen.queryByText(/went back to/)).toBeNull();
  });

  it("leads from a collector that runs nothing to what it needs, in its order", async () => {
    served({ desired: null });
    open("/collectors/web-1");
    await screen.findByText("It runs nothing of LinkMesh yet");
    const names = screen.getAllByRole("link", { name: /^New / }).map(({ textContent }) => textContent);
    expect(names).toEqual(["New source", "New destination", "New route"]);
  });

  it("opens what is not well, with the collector's words and a link to the entity", async () => {
    served();
    open("/collectors/web-1?tab=components");
    expect(await screen.findByText("connection refused <img>")).toBeTruthy();
    const link = await screen.findByRole("link", { name: "destinations/loki" });
    expect(link.getAttribute("href")).toBe("/edit/fleet/destinations/loki");
    fireEvent.click(screen.getByLabelText("Only what is not well"));
    expect(screen.queryByText("extensions")).toBeNull();
  });

  it("shows a token once, with the line and the file, while the host is awaited", async () => {
    const sent = served({ status: "awaiting_connection" });
    open("/collectors/web-1");
    await userEvent.click(await screen.findByRole("button", { name: "Create token" }));
    expect(await screen.findByText(/--token lmenr_once/)).toBeTruthy();
    expect(screen.getByText("server: x")).toBeTruthy();
    expect(sent).toEqual([{ call: "POST enrollment-tokens", body: { for: "web-1", name: "For web-1" } }]);
  });
});
