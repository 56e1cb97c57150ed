import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ADMIN, network, stand } from "../../ui/testing";
import Screen from "./page";

afterEach(() => vi.unstubAllGlobals());

const HEALTH = { status: "ok", version: "0.1.0", checks: [], started_at: "", delivery: { frozen: false } };
const ACCOUNT = { id: "s1", name: "dashboard", role: "viewer", created_at: "2026-01-01T00:00:00Z" };

describe("settings", () => {
  it("make a service account and show its token once", async () => {
    const asked = network({
      "GET /me": ADMIN,
      "GET /server/health": HEALTH,
      "GET /service-accounts": { items: [], total: 0 },
      "POST /service-accounts": { id: "n", token: "lmsat_secret", expires_at: null },
    });
    stand(() => <Screen />, { path: "/settings" });
    await userEvent.click(await screen.findByRole("button", { name: "Create service account" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.type(within(dialog).getByLabelText(/Name/), "ci");
    await userEvent.click(within(dialog).getByRole("button", { name: "Create service account" }));
    expect(await screen.findByText("lmsat_secret")).toBeTruthy();
    expect(asked.find(({ call }) => call === "POST /service-accounts")?.body).toEqual({
      name: "ci",
      role: "viewer",
      expires_in_s: 7_776_000,
    });
    await userEvent.click(screen.getByRole("button", { name: "I have copied it" }));
    expect(screen.queryByText(/lmsat_secret/)).toBeNull();
  });

  it("remove a service account after saying what that means", async () => {
    const asked = network({
      "GET /me": ADMIN,
      "GET /server/health": HEALTH,
      "GET /service-accounts": { items: [ACCOUNT], total: 1 },
      "DELETE /service-accounts/s1": new Response(null, { status: 204 }),
    });
    stand(() => <Screen />, { path: "/settings" });
    await userEvent.click(await screen.findByRole("button", { name: "Remove dashboard" }));
    expect(screen.getByText(/ends at once/)).toBeTruthy();
    expect(asked.some(({ call }) => call.startsWith("DELETE"))).toBe(false);
    await userEvent.click(screen.getByRole("button", { name: "Remove service account" }));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("tell who may not see accounts why, and ask nothing", async () => {
    const asked = network({
      "GET /me": { ...ADMIN, role: "viewer", permissions: [] },
      "GET /server/health": HEALTH,
    });
    stand(() => <Screen />, { path: "/settings" });
    expect(await screen.findByText("Service accounts are not for your role")).toBeTruthy();
    expect(asked.some(({ call }) => call.includes("service-accounts"))).toBe(false);
  });

  it("say plainly what only the server's file sets", async () => {
    network({ "GET /me": ADMIN, "GET /server/health": HEALTH, "GET /service-accounts": { items: [] } });
    stand(() => <Screen />, { path: "/settings" });
    expect(await screen.findByText("external_url")).toBeTruthy();
    expect(screen.getByText(/cannot be changed on this page/)).toBeTruthy();
  });
});
