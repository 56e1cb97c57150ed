import { screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { network, stand } from "../../ui/testing";
import { Waiting } from "./waiting";

afterEach(() => vi.unstubAllGlobals());

const collector = (id: string, more: object = {}) => ({
  id,
  name: id,
  status: "connected",
  health: "healthy",
  sync: "in_sync",
  memory_bytes: 5_000_000,
  ...more,
});

/** A server where a token lets `max` hosts in, of which these joined. */
function wait(
  max: number,
  there: ReadonlyArray<ReturnType<typeof collector>>,
  asOf: string | null = "2026-01-01T00:00:00Z",
) {
  const token = {
    id: "t1",
    state: "active",
    max_uses: max,
    uses: there.length,
    collectors: there.map(({ id }) => id),
    created_at: "",
    created_by: "admin",
    expires_at: "",
  };
  const asked = network({
    "GET /enrollment-tokens": { items: [token] },
    "GET /collectors": { items: there, total: there.length },
    "GET /events": { items: [] },
    ...Object.fromEntries(there.map((one) => [`GET /collectors/${one.id}`, one])),
    ...Object.fromEntries(there.map(({ id }) => [`GET /collectors/${id}/throughput`, { as_of: asOf }])),
  });
  stand(() => <Waiting target="opamp" tokenId="t1" collectorId={null} />, { path: "/add" });
  return asked;
}

describe("waiting for several hosts", () => {
  it("says how many joined and gives each its own light, newest first", async () => {
    const asked = wait(5, [
      collector("web-1", { health: "failed", health_reason: "port 4317 in use" }),
      collector("web-2"),
    ]);
    expect(await screen.findByText("2 of 5 joined")).toBeTruthy();
    const rows = await vi.waitFor(() => {
      const found = within(screen.getByRole("list", { name: "Joined" })).getAllByRole("listitem");
      expect(found.map((row) => row.dataset.light)).toEqual(["done", "trouble"]);
      return found;
    });
    expect(rows[0]?.textContent).toContain("web-2");
    expect(rows[1]?.textContent).toContain("port 4317 in use");
    expect(asked.some(({ call }) => decodeURIComponent(call).includes('id="web-1" or id="web-2"'))).toBe(
      true,
    );
    // The panel is green when all are here, not with the first.
    expect(screen.getByLabelText("Arrival").dataset.arrived).toBeUndefined();
  });

  it("is green when the last one is here", async () => {
    wait(2, [collector("web-1"), collector("web-2")]);
    await screen.findByText("2 of 2 joined");
    await vi.waitFor(() => expect(screen.getByLabelText("Arrival").dataset.arrived).toBe("true"));
  });

  it("does not speak of several where a token is for one host", async () => {
    wait(1, [collector("web-1")]);
    expect(await screen.findByText("The collector is here")).toBeTruthy();
    expect(screen.queryByRole("list", { name: "Joined" })).toBeNull();
  });

  it("does not say that it waits for a host that is here", async () => {
    wait(1, [collector("web-1")], null);
    expect(await screen.findByText("The host is here; its first numbers follow")).toBeTruthy();
    expect(screen.queryByText("Waiting for the host")).toBeNull();
  });

  it("leads on from a host that runs nothing yet", async () => {
    wait(1, [collector("web-1")]);
    expect(await screen.findByRole("link", { name: "New source" })).toBeTruthy();
    expect(screen.queryByRole("link", { name: "Build a pipeline" })).toBeNull();
  });
});
