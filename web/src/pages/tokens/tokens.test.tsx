import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ADMIN, network, problem, stand } from "../../ui/testing";
import Screen from "./page";
import { tokensSearch } from "./search";

afterEach(() => vi.unstubAllGlobals());

const token = (id: string, state: string, more: object = {}) => ({
  id,
  state,
  name: `token ${id}`,
  created_at: "2026-01-01T00:00:00Z",
  created_by: "user:admin",
  expires_at: "2027-01-01T00:00:00Z",
  max_uses: 5,
  uses: 1,
  collectors: [],
  labels: {},
  groups: [],
  ...more,
});
const TOKENS = [
  token("a", "active", { collectors: ["web-1", "web-2"] }),
  token("b", "used"),
  token("c", "revoked"),
];

const open = (address = "/tokens") =>
  stand(() => <Screen />, { path: "/tokens", address, search: tokensSearch });

describe("enrollment tokens", () => {
  it("are counted by state, and a state in the address filters them", async () => {
    network({ "GET /me": ADMIN, "GET /enrollment-tokens": { items: TOKENS, total: 3 } });
    open("/tokens?state=used");
    const table = await screen.findByRole("table");
    expect(within(table).getAllByRole("row")).toHaveLength(2);
    expect(within(table).getByText("token b")).toBeTruthy();
    expect(screen.getByRole("link", { name: /All/ }).textContent).toBe("All3");
    expect(screen.getByRole("link", { name: /Revoked/ }).textContent).toBe("Revoked1");
  });

  it("are made with labels and uses, and the secret is shown once with its command", async () => {
    const asked = network({
      "GET /me": ADMIN,
      "GET /enrollment-tokens": { items: [], total: 0 },
      "GET /groups": { items: [] },
      "POST /enrollment-tokens": {
        id: "n",
        token: "lmenr_secret",
        expires_at: "2027-01-01T00:00:00Z",
        install: { script: "curl | sh" },
        files: { "supervisor.yaml": "server:" },
      },
    });
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Create token" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.type(within(dialog).getByLabelText(/Labels/), "env=prod");
    await userEvent.click(within(dialog).getByRole("button", { name: "Create token" }));
    expect(await screen.findByText("lmenr_secret")).toBeTruthy();
    expect(screen.getByText("curl | sh")).toBeTruthy();
    const sent = asked.find(({ call }) => call === "POST /enrollment-tokens")?.body;
    expect(sent).toMatchObject({ labels: { env: "prod" }, max_uses: 1, expires_in_s: 3600 });
    await userEvent.click(screen.getByRole("button", { name: "I have copied it" }));
    expect(screen.queryByText("lmenr_secret")).toBeNull();
  });

  it("are not sent with labels that are none", async () => {
    const asked = network({
      "GET /me": ADMIN,
      "GET /enrollment-tokens": { items: [] },
      "GET /groups": { items: [] },
    });
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Create token" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.type(within(dialog).getByLabelText(/Labels/), "prod");
    expect(within(dialog).getByText(/write key=value/)).toBeTruthy();
    await userEvent.click(within(dialog).getByRole("button", { name: "Create token" }));
    expect(asked.some(({ call }) => call.startsWith("POST"))).toBe(false);
  });

  it("that others joined with are revoked only on purpose", async () => {
    const asked = network({
      "GET /me": ADMIN,
      "GET /enrollment-tokens": { items: TOKENS, total: 3 },
      "DELETE /enrollment-tokens/a": problem(503, "The store is busy; try again."),
    });
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Revoke token a" }));
    const dialog = screen.getByRole("dialog");
    const press = within(dialog).getByRole("button", { name: "Revoke token" });
    await userEvent.click(press);
    expect(asked.some(({ call }) => call.startsWith("DELETE"))).toBe(false);
    await userEvent.click(within(dialog).getByLabelText(/Cut off 2 collectors/));
    await userEvent.click(press);
    expect(await screen.findByText("The store is busy; try again.")).toBeTruthy();
  });

  it("say to whoever may not make them why", async () => {
    network({
      "GET /me": { ...ADMIN, role: "viewer", permissions: [] },
      "GET /enrollment-tokens": { items: [] },
    });
    open();
    const button = await screen.findByRole("button", { name: /^Create token.*Your role \(viewer\)/ });
    expect(button.getAttribute("aria-disabled")).toBe("true");
  });
});
