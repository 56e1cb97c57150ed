import { createRootRoute, createRoute } from "@tanstack/react-router";
import { configure, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { show } from "../../ui/testing";
import { Preview } from "./preview";

// A busy machine draws slowly.
configure({ asyncUtilTimeout: 8_000 });
vi.setConfig({ testTimeout: 30_000 });

function served() {
  const asked: URLSearchParams[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { searchParams } = new URL(request.url);
    asked.push(searchParams);
    const body = searchParams.get("group")
      ? { items: [], total: 3 }
      : { items: [{ id: "web-1", name: "<b>web</b>", status: "connected" }], total: 12_431 };
    return new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
  });
  return asked;
}

function preview(value: Record<string, unknown>) {
  const root = createRootRoute();
  const index = createRoute({
    getParentRoute: () => root,
    path: "/",
    component: () => <Preview group="edge" value={value} />,
  });
  show(root.addChildren([index]), "/");
}

afterEach(() => vi.unstubAllGlobals());

describe("the preview of a group", () => {
  it("counts whom the selector matches, in the words of the server's query", async () => {
    const asked = served();
    preview({ selector: 'env = prod, role =~ "edge-.*"' });
    expect(await screen.findByText("12,431")).toBeTruthy();
    expect(screen.getByRole("link", { name: "<b>web</b>" })).toBeTruthy();
    expect(asked.map((query) => query.get("q"))).toContain('label.env=prod and label.role~"^(?:edge-.*)$"');
    expect(await screen.findByRole("link", { name: "3 collectors" })).toBeTruthy();
  });

  it("says where a selector cannot be read, and asks nothing with it", async () => {
    const asked = served();
    preview({ selector: "env = prod role = edge" });
    expect(await screen.findByText(/Column 12/)).toBeTruthy();
    await waitFor(() => expect(asked.some((query) => query.get("group") === "edge")).toBe(true));
    expect(asked.every((query) => !query.has("q"))).toBe(true);
  });

  it("warns of what anybody can claim, more so where it is trusted", async () => {
    served();
    preview({ selector: "reported.host.name = db", trust_reported: true });
    expect(await screen.findByText(/secrets:trust/)).toBeTruthy();
  });

  it("lists members and says how many more there are", async () => {
    served();
    preview({ members: Array.from({ length: 25 }, (_, n) => `web-${n}`) });
    expect(await screen.findByText("and 5 more")).toBeTruthy();
    expect(screen.getByText(/no selector: only members belong/)).toBeTruthy();
  });
});
