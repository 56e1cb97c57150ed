import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ADMIN, network, problem, stand } from "../../ui/testing";
import Screen from "./page";

afterEach(() => vi.unstubAllGlobals());

const health = (frozen: boolean) => ({
  status: "warning",
  version: "0.1.0",
  started_at: "2026-01-01T00:00:00Z",
  checks: [{ name: "store", status: "warning", message: "the disk is nearly full" }],
  collectors: {},
  delivery: frozen ? { frozen, by: "ann", reason: "release night" } : { frozen },
  revision: "a".repeat(40),
});
const FILE = {
  kind: "alloy",
  version: "1.12.0",
  arch: "amd64",
  name: "alloy.zip",
  sha256: "f".repeat(64),
  size_bytes: 1024,
  added_at: "2026-01-01T00:00:00Z",
  url: "/x",
};

describe("the health of the server", () => {
  it("says when the server's own certificate ends, and nothing where it has none", async () => {
    const until = new Date(Date.now() + 19.5 * 86_400_000).toISOString();
    const said = "it expires on 2026-12-11, in 19 days; put the next one into the same files";
    network({
      "GET /me": ADMIN,
      "GET /server/health": {
        ...health(false),
        certificate_expires_at: until,
        checks: [{ name: "certificate", status: "warning", message: said }],
      },
      "GET /mirror": { items: [], total: 0 },
    });
    const { unmount } = stand(() => <Screen />, { path: "/health" });
    expect((await screen.findByText(/Certificate ends/)).textContent).toContain("in 19 d");
    expect(screen.getByText(/put the next one into the same files/)).toBeTruthy();
    unmount();
    network({ "GET /me": ADMIN, "GET /server/health": health(false), "GET /mirror": { items: [] } });
    stand(() => <Screen />, { path: "/health" });
    await screen.findByText(/disk is nearly full/i);
    expect(screen.queryByText(/Certificate ends/)).toBeNull();
  });

  it("tells each part with its words, and delivery is frozen with a reason and resumed", async () => {
    let frozen = false;
    const asked = network({
      "GET /me": ADMIN,
      "GET /server/health": () => health(frozen),
      "GET /mirror": { items: [], total: 0 },
      "POST /delivery/freeze": () => {
        frozen = true;
        return health(true).delivery;
      },
      "POST /delivery/unfreeze": () => {
        frozen = false;
        return health(false).delivery;
      },
    });
    stand(() => <Screen />, { path: "/health" });
    expect(await screen.findByText("The disk is nearly full")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Freeze delivery" }));
    const dialog = screen.getByRole("dialog");
    await userEvent.type(within(dialog).getByLabelText(/Reason/), "release night");
    await userEvent.click(within(dialog).getByRole("button", { name: "Freeze delivery" }));
    expect(await screen.findByText("Delivery is frozen")).toBeTruthy();
    expect(asked.find(({ call }) => call === "POST /delivery/freeze")?.body).toEqual({
      reason: "release night",
    });
    await userEvent.click(screen.getByRole("button", { name: "Resume delivery" }));
    expect(await screen.findByText(/It goes on/)).toBeTruthy();
  });

  it("checks a file of the mirror again and says what is wrong with it", async () => {
    network({
      "GET /me": ADMIN,
      "GET /server/health": health(false),
      "GET /mirror": { items: [FILE], total: 1 },
      "POST /mirror/alloy/1.12.0/amd64/alloy.zip/verify": {
        intact: false,
        problem: "add it again",
        file: FILE,
      },
    });
    stand(() => <Screen />, { path: "/health" });
    await userEvent.click(await screen.findByRole("button", { name: "Check alloy.zip" }));
    expect((await screen.findByText("Damaged")).textContent).toContain("add it again");
  });

  it("shows the rest when the server cannot tell its health", async () => {
    network({
      "GET /me": ADMIN,
      "GET /server/health": () => problem(403, "your role may not see this"),
      "GET /mirror": { items: [FILE] },
    });
    stand(() => <Screen />, { path: "/health" });
    expect(await screen.findByText("your role may not see this")).toBeTruthy();
    expect(await screen.findByText("alloy.zip")).toBeTruthy();
  });
});
