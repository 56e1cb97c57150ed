import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { begunJobs, dismissJob } from "../api/jobs";
import { JobPlace } from "./job-place";
import { ADMIN, network, stand } from "./testing";

afterEach(() => {
  for (const { id } of begunJobs()) dismissJob(id);
  sessionStorage.clear();
  vi.unstubAllGlobals();
});

/** A server where a colleague's job runs until it is canceled. */
function server(id: string, permissions: readonly string[]) {
  const job = {
    id,
    act: "delete",
    by: "user:ana",
    state: "running",
    total: 4_000,
    done: 12,
    failed: 0,
    started_at: new Date().toISOString(),
  };
  return network({
    "GET /me": { ...ADMIN, permissions },
    "GET /jobs": () => ({ items: [job, { ...job, id: "old", state: "done" }] }),
    [`GET /jobs/${id}`]: () => job,
    [`DELETE /jobs/${id}`]: () => Object.assign(job, { state: "cancelled" }),
  });
}

describe("work that a colleague began", () => {
  it("is shown while it runs, with who began it, and can be canceled", async () => {
    server("theirs", ADMIN.permissions);
    stand(JobPlace, { path: "/" });
    const card = await screen.findByRole("region", { name: "Delete 4,000 collectors" });
    expect((await within(card).findByText(/Begun by/)).textContent).toContain("ana");
    expect(within(card).getByRole("status").textContent).toContain("12 of 4,000 collectors");
    // What ended before this page was opened is not told.
    expect(screen.getAllByRole("region").length).toBe(1);
    await userEvent.click(within(card).getByRole("button", { name: "Cancel the rest" }));
    expect(await within(card).findByText("Canceled")).toBeTruthy();
  });

  it("says why somebody may not cancel it, and stays away once it is hidden", async () => {
    const asked = server("again", ["collectors:read"]);
    const { queries } = stand(JobPlace, { path: "/" });
    const cancel = await screen.findByRole("button", { name: /^Cancel the rest/ });
    expect(cancel.textContent).toContain("collectors:operate");
    await userEvent.click(cancel);
    await userEvent.click(screen.getByRole("button", { name: /^Hide/ }));
    expect(screen.queryByRole("region")).toBeNull();
    const before = asked.length;
    await queries.invalidateQueries();
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before));
    expect(screen.queryByRole("region")).toBeNull();
    expect(asked.some(({ call }) => call.startsWith("DELETE"))).toBe(false);
  });

  it("lists all failures that the server keeps, and saves them as a file without formulas", async () => {
    const errors = Array.from({ length: 1_000 }, (_, at) => ({ collector: `web-${at}`, message: "=1+1" }));
    const job = {
      id: "many",
      act: "delete",
      by: "user:ana",
      total: 4_000,
      started_at: "2026-01-01T00:00:00Z",
    };
    let state = "running";
    network({
      "GET /me": ADMIN,
      "GET /jobs": { items: [{ ...job, state: "running", done: 0, failed: 1 }] },
      "GET /jobs/many": () => ({ ...job, state, done: 1_000, failed: 3_000, errors }),
    });
    let file: Blob | null = null;
    vi.spyOn(URL, "createObjectURL").mockImplementation((given) => {
      file = given as Blob;
      return "blob:x";
    });
    stand(JobPlace, { path: "/" });
    state = "done";
    expect(await screen.findByText("The first 1,000 of 3,000 failures")).toBeTruthy();
    expect(screen.getByText("web-999")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Save them as CSV" }));
    const text = await (file as unknown as Blob).text();
    expect(text.split("\r\n").slice(0, 2)).toEqual(["collector,failure", "web-0,'=1+1"]);
    expect(text.trim().split("\r\n").length).toBe(1_001);
  });

  it("is not asked for by somebody who may not see collectors", async () => {
    const asked = server("hidden", []);
    stand(JobPlace, { path: "/" });
    await vi.waitFor(() => expect(asked.some(({ call }) => call === "GET /me")).toBe(true));
    await Promise.resolve();
    expect(asked.some(({ call }) => call.startsWith("GET /jobs"))).toBe(false);
  });
});
