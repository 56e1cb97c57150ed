import { describe, expect, it } from "vitest";
import type { Committed, Plan, Texts } from "../../api/changes";
import { Problem } from "../../api/client";
import type { DraftEntry } from "../../draft/history";
import { countsOf, watchedOf } from "./delivered";
import { type Attempt, attemptSave, type Calls, isBehind, lookUp, subjectOf } from "./saving";

const PATH = "pipelines/a.yaml";
const entry = (more: Partial<DraftEntry> = {}): DraftEntry => ({
  path: PATH,
  text: "mine\n",
  before: "old\n",
  etag: "1",
  base: null,
  at: 0,
  ...more,
});
const attempt = (entries = [entry()]): Attempt => ({
  entries,
  texts: Object.fromEntries(entries.map(({ path, text }) => [path, text])),
  message: "Why",
  key: "k",
});

/** A repository of one file that behaves like the server's, keys of requests included, with a line that may be cut before or
 * after the commit. */
function repository(cut: "never" | "before" | "after" = "never") {
  const state = { text: "old\n" as string | null, etag: "1", commits: 0, reachable: true };
  const made = new Map<string, Committed>();
  const answer = <T>(value: T): Promise<T> =>
    state.reachable ? Promise.resolve(value) : Promise.reject(new Problem(0, {}));
  const plan = (texts: Texts): Promise<Plan> =>
    answer({
      base: `r${state.commits}`,
      files: texts[PATH] === state.text ? [] : [{ path: PATH, change: "modified", diff: "" }],
      classes: [],
      affected: 0,
      warnings: [],
    } as Plan);
  const save: Calls["save"] = async (texts, { base, key }) => {
    const known = made.get(key);
    if (known && state.reachable) return known;
    if (cut === "before") {
      cut = "never";
      state.reachable = false;
      throw new Problem(0, {});
    }
    if (base !== `r${state.commits}`)
      throw new Problem(409, { errors: [{ path: PATH, message: "it changed" }] });
    state.text = texts[PATH] ?? null;
    state.commits += 1;
    state.etag = String(state.commits + 1);
    made.set(key, { revision: `r${state.commits}`, changed: true, warnings: [] } as Committed);
    if (cut === "after") {
      state.reachable = false;
      throw new Problem(0, {});
    }
    return answer(made.get(key) as Committed);
  };
  const read: Calls["read"] = (path) =>
    answer(state.text === null ? null : { path, text: state.text, etag: state.etag });
  return { state, calls: { plan, save, read } satisfies Calls };
}

describe("a save", () => {
  it("is in the repository when it says so", async () => {
    const { state, calls } = repository();
    expect(await attemptSave(attempt(), calls)).toMatchObject({
      phase: "saved",
      revision: "r1",
      changed: true,
    });
    expect(state.text).toBe("mine\n");
  });

  it("never overwrites what somebody else saved since", async () => {
    const { state, calls } = repository();
    Object.assign(state, { text: "theirs\n", etag: "2", commits: 1 });
    expect(await attemptSave(attempt(), calls)).toEqual({ phase: "conflict", paths: [PATH] });
    expect(state.text).toBe("theirs\n");
  });

  it("meets a file that moves on between the look and the commit", async () => {
    const { state, calls } = repository();
    const slow: Calls = {
      ...calls,
      save: (texts, how) => {
        Object.assign(state, { text: "theirs\n", etag: "2", commits: 1 });
        return calls.save(texts, how);
      },
    };
    expect(await attemptSave(attempt(), slow)).toEqual({ phase: "conflict", paths: [PATH] });
    expect(state.text).toBe("theirs\n");
  });

  it("that is cut before the commit is unknown, then known to be lost, and succeeds when tried again", async () => {
    const { state, calls } = repository("before");
    const unknown = await attemptSave(attempt(), calls);
    if (unknown.phase !== "unknown") throw new Error(unknown.phase);
    expect(await lookUp(unknown, calls)).toMatchObject({ phase: "unknown", looked: "failed" });
    state.reachable = true;
    const lost = await lookUp(unknown, calls);
    if (lost.phase !== "lost") throw new Error(lost.phase);
    expect(state.commits).toBe(0);
    expect(await attemptSave(lost.attempt, calls)).toMatchObject({ phase: "saved", revision: "r1" });
    expect(state.commits).toBe(1);
  });

  it("that is cut after the commit is found, and never made twice", async () => {
    const { state, calls } = repository("after");
    const unknown = await attemptSave(attempt(), calls);
    if (unknown.phase !== "unknown") throw new Error(unknown.phase);
    state.reachable = true;
    expect(await lookUp(unknown, calls)).toMatchObject({ phase: "saved", revision: "r1" });
    // Even somebody who saves again without looking makes no second commit.
    expect(await attemptSave(attempt(), calls)).toMatchObject({ phase: "saved", changed: false });
    expect(state.commits).toBe(1);
  });

  it("that was done and then changed by somebody else is known as saved, not shown as a conflict", async () => {
    const { state, calls } = repository("after");
    const unknown = await attemptSave(attempt(), calls);
    if (unknown.phase !== "unknown") throw new Error(unknown.phase);
    Object.assign(state, { reachable: true, text: "theirs\n", etag: "9", commits: 2 });
    expect(await lookUp(unknown, calls)).toMatchObject({ phase: "saved", revision: "r1" });
    expect(state).toMatchObject({ text: "theirs\n", commits: 2 });
  });

  it("that was lost, while somebody else saved, is a conflict and overwrites nothing", async () => {
    const { state, calls } = repository("before");
    const unknown = await attemptSave(attempt(), calls);
    if (unknown.phase !== "unknown") throw new Error(unknown.phase);
    Object.assign(state, { reachable: true, text: "theirs\n", etag: "9", commits: 1 });
    expect(await lookUp(unknown, calls)).toEqual({ phase: "conflict", paths: [PATH] });
    expect(state).toMatchObject({ text: "theirs\n", commits: 1 });
  });

  it("that is still at work when it is asked for again stays unknown, and is no conflict", async () => {
    const { state, calls } = repository("before");
    const unknown = await attemptSave(attempt(), calls);
    if (unknown.phase !== "unknown") throw new Error(unknown.phase);
    state.reachable = true;
    const busy: Calls = {
      ...calls,
      save: () => Promise.reject(new Problem(409, { detail: "still at work" })),
    };
    expect(await attemptSave(unknown.attempt, busy)).toMatchObject({ phase: "unknown", looked: "failed" });
  });

  it("that could not even be planned changed nothing, which is known", async () => {
    const { state, calls } = repository();
    state.reachable = false;
    expect(await attemptSave(attempt(), calls)).toMatchObject({ phase: "refused" });
  });

  it("tells a conflict from a removal that is refused", async () => {
    const { calls } = repository();
    const referrer = { path: "fleet/routes/r.yaml", message: "it refers to the entity" };
    const refusing: Calls = {
      ...calls,
      plan: () => Promise.reject(new Problem(409, { errors: [referrer] })),
    };
    expect(await attemptSave(attempt(), refusing)).toMatchObject({ phase: "refused" });
  });
});

describe("an entry of the draft", () => {
  it("is behind when the stored one is another, and not when both did the same", () => {
    const stored = { path: PATH, text: "theirs\n", etag: "2" };
    expect(isBehind(entry(), stored)).toBe(true);
    expect(isBehind(entry(), { ...stored, etag: "1" })).toBe(false);
    expect(isBehind(entry({ text: "theirs\n" }), stored)).toBe(false);
    expect(isBehind(entry(), null)).toBe(true);
    expect(isBehind(entry({ text: null }), null)).toBe(false);
    expect(isBehind(entry({ before: null, etag: null }), stored)).toBe(true);
  });

  it("gives a commit its subject", () => {
    expect(subjectOf([entry()])).toBe("Change pipelines/a");
    expect(subjectOf([entry({ before: null }), entry({ before: null, path: "links/b.yaml" })])).toBe(
      "Add pipelines/a and 1 more",
    );
    expect(subjectOf([entry({ text: null, path: "groups/edge/group.yaml" })])).toBe("Remove groups/edge");
  });
});

describe("a delivery", () => {
  it("counts as applied only who is in sync with the new configuration", () => {
    const classes = [
      { collectors: ["a", "b", "c", "d", "e", "f"], collector_count: 6, diff: "", to_hash: "new" },
    ];
    const one = (id: string, sync: string, hash = "new", status = "connected") =>
      ({
        id,
        name: `host ${id}`,
        sync,
        status,
        health: "healthy",
        desired: { hash, revision: "r" },
        sync_reason: "no port",
      }) as never;
    const counts = countsOf(watchedOf(classes), [
      one("a", "in_sync"),
      one("b", "in_sync", "old"),
      one("c", "pending"),
      one("d", "failed"),
      one("e", "pending", "new", "disconnected"),
    ]);
    expect(counts).toEqual({
      applied: 1,
      pending: 3,
      failed: 1,
      away: 1,
      held: 0,
      failures: [{ id: "d", name: "host d", why: "no port", back: true }],
      waiting: [
        { id: "b", name: "host b" },
        { id: "c", name: "host c" },
        { id: "f", name: "f" },
      ],
    });
  });
});
