import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { meQuery, signOut } from "../api/session";
import { ADMIN, network } from "../ui/testing";
import { type Draft, type DraftEntry, History } from "./history";
import { standIn, typedHere, withSecrets } from "./secrets";
import { canUndo, draftNow, dropDraft, putDraft, redoDraft, settleDraft, undoDraft } from "./store";

const entry = (path: string, text: string | null, before: string | null = "old\n") => ({
  path,
  text,
  before,
  etag: "e",
  base: null,
});

const KEY = "linkmesh.draft.of.admin";
/** Whoever is signed in from now on. */
let person = "admin";
const queries = new QueryClient();
async function come(id: string): Promise<void> {
  person = id;
  await queries.fetchQuery({ ...meQuery, staleTime: 0 });
}

beforeEach(async () => {
  network({
    "GET /me": () => ({ ...ADMIN, id: person, name: "the same name" }),
    "DELETE /session": () => new Response(null, { status: 204 }),
  });
  await come("admin");
  dropDraft();
});
afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

describe("the draft of a person", () => {
  it("is neither seen nor saved by who signs in next, and is there again for the former", async () => {
    putDraft(entry("pipelines/a.yaml", "mine\n"));
    await come("other");
    expect(draftNow()).toEqual({});
    expect(canUndo()).toBe(false);
    putDraft(entry("pipelines/a.yaml", "theirs\n"));
    await come("admin");
    expect(draftNow()["pipelines/a.yaml"]?.text).toBe("mine\n");
    await come("other");
    expect(draftNow()["pipelines/a.yaml"]?.text).toBe("theirs\n");
    dropDraft();
  });

  it("outlives signing out, and is not in the page meanwhile", async () => {
    putDraft(entry("pipelines/a.yaml", "mine\n"));
    await signOut(queries);
    expect(draftNow()).toEqual({});
    expect(localStorage.getItem(KEY)).toContain("mine");
    // What comes late, when nobody is there, becomes nobody's.
    putDraft(entry("pipelines/late.yaml", "mine\n"));
    await come("other");
    expect(draftNow()).toEqual({});
    await come("admin");
    expect(draftNow()["pipelines/a.yaml"]?.text).toBe("mine\n");
  });

  it("is kept for a bounded number of people, the latest", async () => {
    for (let number = 0; number < 12; number += 1) {
      await come(`person-${number}`);
      putDraft(entry("pipelines/a.yaml", `${number}\n`));
    }
    const kept = Object.keys({ ...localStorage }).filter((key) => key.startsWith("linkmesh.draft.of."));
    expect(kept.length).toBe(8);
    await come("person-0");
    expect(draftNow()).toEqual({});
    await come("person-11");
    expect(draftNow()["pipelines/a.yaml"]?.text).toBe("11\n");
  });
});

describe("the draft", () => {
  it("outlives the page: what it holds is in the storage of the browser", () => {
    putDraft(entry("pipelines/a.yaml", "new\n"));
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    expect(kept["pipelines/a.yaml"].text).toBe("new\n");
    dropDraft();
    expect(localStorage.getItem(KEY)).toBeNull();
  });

  it("writes no credential to the storage that somebody typed into the YAML", () => {
    putDraft(entry("fleet/destinations/a.yaml", "credentials:\n  token: hunter2\n"));
    expect(localStorage.getItem(KEY)).toContain("credentials");
    expect(localStorage.getItem(KEY)).not.toContain("hunter2");
    expect(draftNow()["fleet/destinations/a.yaml"]?.text).toContain("hunter2");
  });

  it("left by an older page, of nobody knows whom, is gone", async () => {
    vi.resetModules();
    localStorage.setItem("linkmesh.draft.v1", "{}");
    await import("./store");
    expect(localStorage.getItem("linkmesh.draft.v1")).toBeNull();
  });

  it("holds nothing for an entity that says what is stored already", () => {
    putDraft(entry("pipelines/a.yaml", "new\n"));
    putDraft(entry("pipelines/a.yaml", "old\n"));
    expect(draftNow()).toEqual({});
  });

  it("takes back what one editor did and leaves the others alone", () => {
    putDraft(entry("pipelines/a.yaml", "1\n"));
    putDraft(entry("pipelines/b.yaml", "2\n"));
    undoDraft("pipelines/a.yaml");
    expect(Object.keys(draftNow())).toEqual(["pipelines/b.yaml"]);
    redoDraft("pipelines/a.yaml");
    expect(Object.keys(draftNow()).sort()).toEqual(["pipelines/a.yaml", "pipelines/b.yaml"]);
  });

  it("keeps what was typed while a save was on its way", () => {
    putDraft(entry("pipelines/a.yaml", "sent\n"));
    putDraft(entry("pipelines/b.yaml", "sent\n"));
    const sent = Object.values(draftNow());
    putDraft(entry("pipelines/b.yaml", "typed since\n"));
    settleDraft(sent);
    expect(Object.values(draftNow()).map(({ text }) => text)).toEqual(["typed since\n"]);
    expect(canUndo("pipelines/a.yaml")).toBe(false);
  });
});

describe("the history", () => {
  const at = (text: string): Draft => ({ a: { ...entry("a", text), at: 0 } as DraftEntry });

  it("takes a stroke back as one, and a pause ends it", () => {
    const history = new History();
    history.note({}, at("x"), "type name", 0);
    history.note(at("x"), at("xy"), "type name", 400);
    history.note(at("xy"), at("xyz"), "type name", 800);
    history.note(at("xyz"), at("xyz!"), "type name", 5_000);
    expect(history.undo(at("xyz!"))).toEqual(at("xyz"));
    expect(history.undo(at("xyz"))).toEqual({});
    expect(history.redo({})).toEqual(at("xyz"));
    expect(history.redo(at("xyz"))).toEqual(at("xyz!"));
    expect(history.redo(at("xyz!"))).toBeNull();
  });

  it("comes back to the beginning from any number of steps within its bound", () => {
    const history = new History();
    let draft: Draft = {};
    for (let step = 0; step < 150; step += 1) {
      const next = {
        ...draft,
        [`p${step % 7}`]: { ...entry(`p${step % 7}`, String(step)), at: step } as DraftEntry,
      };
      history.note(draft, next, undefined, step);
      draft = next;
    }
    for (let back = history.undo(draft); back; back = history.undo(draft)) draft = back;
    expect(draft).toEqual({});
  });
});

describe("a typed credential", () => {
  it("is in the draft only as a stand-in, and whole on its way to the server", () => {
    const secret = 'p"ass: # {word}\n';
    const { $sealed } = standIn(secret);
    expect(typedHere({ $sealed })).toBe("known");
    for (const text of [
      `credentials:\n  password:\n    $sealed: ${$sealed}\n  username: a\n`,
      `credentials: {password: {$sealed: "${$sealed}"}, username: a}\n`,
      `credentials:\n  password: { $sealed: ${$sealed} } # ours\n  username: a\n`,
    ]) {
      expect(text).not.toContain("word}");
      const sent = withSecrets(text);
      expect(sent.lost).toBe(0);
      expect(sent.text).toContain(JSON.stringify(secret));
      expect(sent.text).not.toContain("typed-here");
    }
  });

  it("is lost with the page, which is said, and never sent as its stand-in unnoticed", () => {
    expect(typedHere({ $sealed: "typed-here:gone1" })).toBe("lost");
    expect(withSecrets("password:\n  $sealed: typed-here:gone1\n").lost).toBe(1);
    expect(typedHere({ $sealed: true })).toBeNull();
  });
});
