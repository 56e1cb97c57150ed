import { QueryClient } from "@tanstack/react-query";
import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openLine } from "../../api/live";
import { ADMIN, network, stand } from "../../ui/testing";
import Screen from "./page";
import { eventsSearch } from "./search";

/** The live line, driven by the test. */
class Line {
  static now: Line | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  constructor() {
    Line.now = this;
  }
  close() {}
}
let close = () => {};

beforeEach(() => {
  vi.stubGlobal("EventSource", Line);
  close = openLine(new QueryClient());
});
afterEach(() => {
  close();
  vi.unstubAllGlobals();
});

const event = (id: string, message: string, severity = "info") => ({
  id,
  message,
  severity,
  at: new Date().toISOString(),
  kind: "connected",
  collector: "web-1",
});
const arrive = (id: string, message: string, severity?: string) =>
  act(() => Line.now?.onmessage?.({ data: JSON.stringify(event(id, message, severity)) }));
const open = (address = "/events") =>
  stand(() => <Screen />, { path: "/events", address, search: eventsSearch });

describe("the list of events", () => {
  it("grows on top by itself, and stands still while it is paused", async () => {
    network({ "GET /me": ADMIN, "GET /events": { items: [event("1", "first")] } });
    open();
    await screen.findByText("first");
    arrive("2", "second");
    const first = () => within(screen.getByRole("table")).getAllByRole("row")[1]?.textContent;
    expect(first()).toContain("second");
    await userEvent.click(screen.getByRole("button", { name: "Pause" }));
    arrive("3", "third");
    expect(screen.queryByText("third")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Go on (1 new event)" }));
    expect(first()).toContain("third");
  });

  it("asks the server for the errors that the address asks for, and lets only such arrive", async () => {
    const asked = network({
      "GET /me": ADMIN,
      "GET /events": (_: unknown, { searchParams }: URL) => ({
        items: [event("11", "quiet"), event("10", "broke", "error")].filter(({ severity }) =>
          [null, severity].includes(searchParams.get("severity")),
        ),
      }),
    });
    const { router } = open("/events?severity=error");
    await screen.findByText("broke");
    arrive("12", "quiet too");
    arrive("13", "broke again", "error");
    expect(await screen.findByText("broke again")).toBeTruthy();
    expect(screen.queryByText(/quiet/)).toBeNull();
    expect(asked.some(({ call }) => call.startsWith("GET /events?") && call.includes("severity=error"))).toBe(
      true,
    );
    await userEvent.click(screen.getByRole("link", { name: "All" }));
    expect(await screen.findByText("quiet")).toBeTruthy();
    expect(router.state.location.search).toEqual({});
  });

  it("leaves out of the address what is no severity", () => {
    expect(eventsSearch({ severity: "<b>", kind: "x" })).toEqual({ kind: "x" });
  });

  it("shows the audit log only to whoever may read it", async () => {
    const asked = network({
      "GET /me": { ...ADMIN, role: "viewer", permissions: [] },
      "GET /events": { items: [] },
    });
    open("/events?view=audit");
    expect(await screen.findByText("The audit log is not for your role")).toBeTruthy();
    expect(asked.some(({ call }) => call.includes("audit"))).toBe(false);
  });
});
