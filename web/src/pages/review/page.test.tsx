import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { draftNow, dropDraft, putDraft } from "../../draft/store";
import { ADMIN, network, problem, stand } from "../../ui/testing";
import ReviewScreen from "./page";

const PATH = "pipelines/clean.yaml";
const OLD = "signals: [logs]\nsteps: []\n";
const MINE = "signals: [logs]\nsteps: [{id: a, type: batch}] # mine\n";
const PLAN = {
  base: "r0",
  files: [{ path: PATH, change: "modified", diff: "" }],
  classes: [
    {
      runtime: "otelcol",
      version: "0.158.0",
      collectors: ["web-1"],
      collector_count: 1,
      diff: "--- a\n+++ b\n@@ -1 +1 @@\n-old: 1\n+new: 2\n",
      restarts: true,
      to_hash: "h",
    },
  ],
  affected: 1,
  warnings: [],
};

/** A server of one file. `gone` answers no save, though it commits when it says so. */
function server(
  state: { text: string; etag: string; gone?: "before" | "after" | undefined },
  collectors: readonly object[] = [],
) {
  return network({
    "GET /me": ADMIN,
    "GET /pipelines/clean": () =>
      new Response(state.text, { headers: { "content-type": "application/yaml", etag: `"${state.etag}"` } }),
    "GET /collectors": { items: collectors, total: collectors.length },
    "POST /changes": (body: unknown) => {
      const change = body as { put: Record<string, string>; dry_run?: boolean };
      const mine = change.put[PATH] ?? "";
      if (change.dry_run)
        return mine === state.text ? { ...PLAN, files: [], classes: [], affected: 0 } : PLAN;
      if (state.gone !== "before") Object.assign(state, { text: mine, etag: "2" });
      if (state.gone === undefined) return { revision: "0123456789abcdef", changed: true, warnings: [] };
      state.gone = undefined;
      return problem(504, "nobody knows");
    },
  });
}

beforeEach(() => {
  dropDraft();
  putDraft({ path: PATH, text: MINE, before: OLD, etag: "1", base: null });
});

const saveButton = () => screen.findByRole("button", { name: "Save 1 change" });
const press = async (name: string) => {
  const button = await screen.findByRole("button", { name });
  // What somebody may do is asked for first.
  await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false));
  await userEvent.click(button);
};

describe("the review", () => {
  it("shows what changes, who is affected and what it costs, and saves it as it was written", async () => {
    const asked = server({ text: OLD, etag: "1" });
    stand(ReviewScreen, { path: "/review" });
    expect(
      await screen.findByText(
        "1 collector gets a new configuration. On 1 collector the process restarts: what is in memory queues is sent or lost, and listeners are closed for a moment.",
      ),
    ).toBeDefined();
    expect(screen.getByText(/restarts the process/)).toBeDefined();
    await userEvent.type(screen.getByLabelText("Why"), "Less noise");
    await press("Save 1 change");
    expect((await screen.findAllByText("Saved")).length).toBeGreaterThan(0);
    const sent = asked.find(({ body }) => (body as { base?: string } | null)?.base === "r0");
    expect(sent?.body).toMatchObject({ message: "Less noise", put: { [PATH]: MINE } });
    expect(draftNow()).toEqual({});
  });

  const WEB = {
    id: "web-1",
    name: "Web 1",
    status: "connected",
    sync: "failed",
    health: "healthy",
    sync_reason: "Agent exited unexpectedly with exit code 1",
    desired: { hash: "h", revision: "r" },
  };

  it("says in red who refused what was saved, where to look, and leads back to the file", async () => {
    server({ text: OLD, etag: "1" }, [WEB]);
    stand(ReviewScreen, { path: "/review" });
    await press("Save 1 change");
    const title = await screen.findByText(
      "Saved, but 1 collector refused it and keeps the configuration before.",
    );
    expect(title.closest("[role=status]")?.className).toContain("refused");
    expect(screen.getByText(/agent\.log in the supervisor's storage directory/)).toBeDefined();
    expect(screen.getByRole("link", { name: "Web 1" }).getAttribute("href")).toBe("/collectors/web-1");
    expect(screen.getByRole("link", { name: `Edit ${PATH}` })).toBeDefined();
  });

  it("names who is waited for, and says that it takes a moment", async () => {
    server({ text: OLD, etag: "1" }, [{ ...WEB, sync: "pending", sync_reason: null }]);
    stand(ReviewScreen, { path: "/review" });
    await press("Save 1 change");
    expect(await screen.findByText(/waits some 15 seconds/)).toBeDefined();
    expect(screen.getByRole("link", { name: "Web 1" })).toBeDefined();
    expect(screen.queryByText(/refused it/)).toBeNull();
  });

  it("overwrites nobody: a conflict shows both texts, and whoever keeps theirs saves on the new one", async () => {
    const state = { text: "signals: [traces]\nsteps: []\n", etag: "9" };
    server(state);
    stand(ReviewScreen, { path: "/review" });
    expect(await screen.findByText("Both of you changed it.")).toBeDefined();
    expect(((await saveButton()) as HTMLButtonElement).disabled).toBe(true);
    await press("Keep mine");
    expect(draftNow()[PATH]).toMatchObject({ text: MINE, before: state.text, etag: "9" });
    await press("Save 1 change");
    expect((await screen.findAllByText("Saved")).length).toBeGreaterThan(0);
    expect(state.text).toBe(MINE);
  });

  it("says honestly that it does not know, finds the commit, and sends nothing twice", async () => {
    const asked = server({ text: OLD, etag: "1", gone: "after" });
    stand(ReviewScreen, { path: "/review" });
    await press("Save 1 change");
    expect(await screen.findByText("It is not known whether this was saved")).toBeDefined();
    expect(draftNow()[PATH]?.text).toBe(MINE);
    await press("Look now");
    expect((await screen.findAllByText("Saved")).length).toBeGreaterThan(0);
    expect(asked.filter(({ body }) => (body as { base?: string } | null)?.base).length).toBe(1);
  });

  it("keeps everything that was typed when a save was lost", async () => {
    const state: Parameters<typeof server>[0] = { text: OLD, etag: "1", gone: "before" };
    const asked = server(state);
    stand(ReviewScreen, { path: "/review" });
    await userEvent.type(await screen.findByLabelText("Why"), "Less noise");
    await press("Save 1 change");
    await screen.findByText("It is not known whether this was saved");
    await press("Look now");
    expect(await screen.findByText("It was not saved")).toBeDefined();
    expect((screen.getByLabelText("Why") as HTMLTextAreaElement).value).toBe("Less noise");
    await press("Save 1 change");
    expect((await screen.findAllByText("Saved")).length).toBeGreaterThan(0);
    expect(state.text).toBe(MINE);
    // The same request: the server knows it again by its key.
    const sent = asked.filter(({ body }) => (body as { base?: string } | null)?.base);
    expect(sent.length).toBe(2);
    expect(sent[0]?.key).toBeTruthy();
    expect(sent[0]?.key).toBe(sent[1]?.key);
    expect(sent[0]?.body).toEqual(sent[1]?.body);
  });
});
