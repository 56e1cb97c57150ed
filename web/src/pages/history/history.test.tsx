import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ADMIN, network, stand } from "../../ui/testing";
import { originsOf } from "./blame";
import Revision from "./revision";

afterEach(() => vi.unstubAllGlobals());

const OLD = "a".repeat(40);
const PARENT = "b".repeat(40);
const detail = {
  revision: OLD,
  parent: PARENT,
  author: "ann",
  at: "2026-01-01T00:00:00Z",
  subject: "Move the receiver",
  body: "",
  current: false,
  files: [{ path: "fleet/sources/app.yaml", change: "modified", diff: "@@ -1 +1 @@\n-port: 1\n+port: 2\n" }],
};
const back = {
  from: PARENT,
  to: OLD,
  files: [
    { path: "fleet/sources/app.yaml", change: "modified", diff: "@@ -1 +1 @@\n-port: 3\n+port: 2\n" },
    { path: "fleet/routes/r.yaml", change: "deleted", diff: "@@ -1 +0,0 @@\n-x: 1\n" },
    { path: "registry/00/web.yaml", change: "deleted", diff: "@@ -1 +0,0 @@\n-x: 1\n" },
  ],
  classes: [],
};

function open() {
  const asked = network({
    "GET /me": ADMIN,
    [`GET /revisions/${OLD}`]: detail,
    "GET /diff": back,
    "POST /restore": { revision: "c".repeat(40), changed: true, etags: {}, warnings: [] },
  });
  const stood = stand(() => <Revision />, { path: "/history/$revision", address: `/history/${OLD}` });
  return { asked, ...stood };
}

describe("a revision", () => {
  it("shows what it changed, line by line", async () => {
    open();
    const table = await screen.findByRole("region", { name: "Difference of fleet/sources/app.yaml" });
    expect(within(table).getByText("2").tagName).toBe("INS");
  });

  it("is restored without the registry and without the files that somebody took out", async () => {
    const { asked, router } = open();
    await userEvent.click(await screen.findByRole("button", { name: "Restore this state" }));
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findByText("2 files would change");
    await userEvent.click(within(dialog).getByRole("checkbox", { name: /routes\/r\.yaml/ }));
    await userEvent.click(within(dialog).getByRole("button", { name: "Restore 1 file" }));
    await vi.waitFor(() => expect(router.state.location.pathname).toBe(`/history/${"c".repeat(40)}`));
    expect(asked.find(({ call }) => call === "POST /restore")?.body).toEqual({
      revision: OLD,
      message: null,
      paths: ["fleet/sources/app.yaml"],
    });
  });
});

describe("blame", () => {
  it("names each run of lines once", () => {
    const line = (revision: string) => ({ text: "x", revision, author: "ann", at: "2026-01-01T00:00:00Z" });
    const lines = [line(OLD), line(OLD), line(PARENT), line(OLD)];
    const runs = originsOf({ path: "p", revision: OLD, lines }).map(({ line: from, to }) => [from, to]);
    expect(runs).toEqual([
      [1, 2],
      [3, 3],
      [4, 4],
    ]);
  });
});
