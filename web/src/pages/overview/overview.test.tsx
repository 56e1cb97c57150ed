import { screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ADMIN, network, stand } from "../../ui/testing";
import Screen from "./page";

afterEach(() => vi.unstubAllGlobals());

const overview = (more: object = {}) => ({
  as_of: new Date().toISOString(),
  collectors: {
    total: 12_431,
    status: { connected: 12_000, disconnected: 431 },
    sync: { in_sync: 12_400, drifted: 31 },
    health: { healthy: 12_431 },
    mode: { opamp: 12_431 },
  },
  versions: [
    { runtime: "otelcol", version: "0.150.0", count: 31, outdated: true },
    { runtime: "otelcol", version: "0.158.0", count: 12_400, outdated: false },
  ],
  drifted: 31,
  failures: [
    {
      collector: "web-1",
      name: "web-1",
      at: new Date().toISOString(),
      kind: "config_failed",
      message: "<b>port</b> in use",
    },
  ],
  top_routes: [{ path: "fleet/routes/r.yaml", name: "r", offered_per_s: 2_000, matched_per_s: 500 }],
  totals: { in_per_s: 1_240, out_per_s: null, errors_per_s: 0, reporting: 12_000, not_reporting: 431 },
  delivery: { frozen: false },
  repository: { revision: "a".repeat(40), valid: true },
  ...more,
});

function open(answered: object) {
  network({ "GET /me": ADMIN, "GET /overview": answered });
  return stand(() => <Screen />, { path: "/" });
}

describe("the overview", () => {
  it("counts the fleet by state, and each count leads to its collectors", async () => {
    open(overview());
    const card = await screen.findByRole("region", { name: "Configuration" });
    const drifted = within(card).getByRole("link", { name: /Drifted/ });
    expect(drifted.textContent).toContain("31");
    expect(drifted.getAttribute("href")).toBe("/collectors?q=sync%3Ddrifted");
  });

  it("says how many are behind, and the cause of a failure as text", async () => {
    open(overview());
    expect(await screen.findByText(/31 collectors behind the tested version/)).toBeTruthy();
    expect(screen.getByText("<b>port</b> in use")).toBeTruthy();
    expect(screen.getByText("25%")).toBeTruthy();
  });

  it("shows a dash with its reason for what is unknown, never a zero", async () => {
    open(overview());
    const totals = await screen.findByRole("region", { name: "Telemetry of the whole fleet" });
    expect(totals.textContent).toContain("Received1.24k/s");
    expect(totals.textContent).toContain("Sent–");
    expect(totals.textContent).toContain("12,000 of 12,431");
  });

  it("tells an empty fleet the next step", async () => {
    open(overview({ collectors: { total: 0, status: {}, sync: {}, health: {}, mode: {} } }));
    expect(await screen.findByText("No collector has joined yet")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Add collector" }).getAttribute("href")).toBe("/add");
    expect(screen.getByText(/linkmesh token create/)).toBeTruthy();
  });

  it("says that delivery is frozen, by whom and why", async () => {
    open(
      overview({
        delivery: { frozen: true, by: "ann", reason: "release night", since: new Date().toISOString() },
      }),
    );
    expect((await screen.findByText("Delivery is frozen")).parentElement?.textContent).toContain(
      "ann: release night",
    );
  });
});
