import { createRootRoute, createRoute } from "@tanstack/react-router";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { show } from "../../ui/testing";
import Screen from "./page";
import { setupSearch } from "./search";

afterEach(() => vi.unstubAllGlobals());

/** The page at its address; the network answers `status` and `body` to the one call it makes. */
function open(address: string, status: number, body: object) {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.url.endsWith("/api/v1/setup")) sent.push(await request.json());
    return Response.json(body, { status });
  });
  const root = createRootRoute();
  const setup = createRoute({
    getParentRoute: () => root,
    path: "/setup",
    validateSearch: setupSearch,
    component: Screen,
  });
  const home = createRoute({ getParentRoute: () => root, path: "/", component: () => <p>Home</p> });
  show(root.addChildren([setup, home]), address);
  return sent;
}

async function fill(password: string) {
  await userEvent.type(await screen.findByLabelText(/^Password/), password);
  await userEvent.click(screen.getByRole("button", { name: "Create administrator" }));
}

describe("the set-up page", () => {
  it("sends the token of the link and leads to the overview", async () => {
    const sent = open("/setup?token=lmset_1", 201, { user: {}, csrf_token: "c" });
    await fill("correct horse");
    expect(await screen.findByText("Home")).toBeTruthy();
    expect(sent).toEqual([{ setup_token: "lmset_1", username: "admin", password: "correct horse" }]);
  });

  it("keeps a password that is too short here and says the rule", async () => {
    const sent = open("/setup?token=lmset_1", 201, {});
    await fill("short");
    expect(sent).toEqual([]);
    expect(screen.getByText(/At least 10 characters/).textContent).toContain("not met yet");
  });

  it("says that the server is set up already and offers signing in", async () => {
    open("/setup?token=lmset_old", 410, { title: "It is over", status: 410 });
    await fill("correct horse");
    expect(await screen.findByText(/set up already/)).toBeTruthy();
    expect(screen.getByRole("link", { name: "Sign in" }).getAttribute("href")).toBe("/");
  });

  it("asks for the token where the link has none", async () => {
    open("/setup", 401, {
      title: "A valid credential is needed",
      status: 401,
      detail: "the set-up token is wrong",
    });
    await userEvent.type(await screen.findByLabelText(/Set-up token/), "x");
    await fill("correct horse");
    expect(await screen.findByText(/newest link of its log/)).toBeTruthy();
  });
});
