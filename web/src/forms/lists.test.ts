import { describe, expect, it } from "vitest";
import { pathOf, placeOf } from "../api/entities";
import type { Draft } from "../draft/history";
import { copyOf, freeId, idOf } from "./copies";
import { read } from "./model/document";
import { rowsOf } from "./model/rows";
import { usageOf, usersOf } from "./usage";

const listed = (path: string, entity: object) => ({
  kind: placeOf(path)?.kind ?? "sources",
  id: placeOf(path)?.id ?? "",
  path,
  etag: "e",
  entity: entity as Record<string, never>,
});
const drafted = (path: string, text: string | null, before: string | null) => ({
  [path]: { path, text, before, etag: null, base: null, at: 0 },
});

describe("a path of the repository", () => {
  it("comes back from its place", () => {
    for (const path of [
      "fleet/sources/a.yaml",
      "groups/edge/routes/b-1.yaml",
      "collectors/web-01/destinations/c.yaml",
      "pipelines/d.yaml",
      "links/e.yaml",
      "groups/edge/group.yaml",
    ]) {
      const place = placeOf(path);
      expect(place).not.toBeNull();
      if (place) expect(pathOf(place)).toBe(path);
    }
    for (const wrong of [
      "registry/3f/web.yaml",
      "../x.yaml",
      "fleet/pipelines/a.yaml",
      "fleet/sources/A.yaml",
    ])
      expect(placeOf(wrong)).toBeNull();
  });
});

describe("a list", () => {
  it("shows what the draft does, new ones first", () => {
    const stored = [
      listed("fleet/sources/a.yaml", { type: "otlp" }),
      listed("fleet/sources/b.yaml", { type: "otlp" }),
    ];
    const draft: Draft = {
      ...drafted("fleet/sources/a.yaml", "type: syslog\nname: A\n", "type: otlp\n"),
      ...drafted("fleet/sources/b.yaml", null, "type: otlp\n"),
      ...drafted("groups/edge/sources/new.yaml", "type: otlp\n", null),
      ...drafted("pipelines/other.yaml", "signals: [logs]\n", null),
    };
    const rows = rowsOf("sources", stored, draft, {});
    expect(rows.map(({ path, state, type }) => [path, state, type])).toEqual([
      ["groups/edge/sources/new.yaml", "new", "otlp"],
      ["fleet/sources/a.yaml", "changed", "syslog"],
      ["fleet/sources/b.yaml", "removed", "otlp"],
    ]);
    expect(rowsOf("sources", [], draft, { scope: "fleet" })).toEqual([]);
  });

  it("survives a draft that cannot be read", () => {
    const rows = rowsOf("sources", [], drafted("fleet/sources/x.yaml", "a: [", null), {});
    expect(rows[0]).toMatchObject({ id: "x", type: null, state: "new" });
  });

  it("knows which routes use what, and that a star takes every source", () => {
    const usage = usageOf([
      listed("fleet/routes/one.yaml", { sources: ["a"], destinations: ["d"], pipeline: "p" }),
      listed("collectors/web/routes/all.yaml", { sources: ["*"], destinations: ["d"] }),
      listed("fleet/routes/odd.yaml", { sources: 3 }),
    ]);
    const source = (scope: string) => usersOf(usage, { kind: "sources", id: "a", scope });
    expect(source("fleet")).toEqual(["fleet/routes/one.yaml", "collectors/web/routes/all.yaml"]);
    expect(source("collectors/db")).toEqual(["fleet/routes/one.yaml"]);
    expect(usersOf(usage, { kind: "pipelines", id: "p", scope: null })).toEqual(["fleet/routes/one.yaml"]);
    expect(usersOf(usage, { kind: "destinations", id: "x", scope: "fleet" })).toEqual([]);
  });
});

describe("a copy", () => {
  it("keeps everything but sealed credentials, which belong to their own file", () => {
    const text = "type: loki # ours\ncredentials:\n  username: a\n  password:\n    $sealed: true\n";
    const copy = copyOf(text);
    expect(copy.dropped).toEqual([["credentials", "password"]]);
    const known = read(copy.text);
    expect(known.ok && known.value).toEqual({ type: "loki", credentials: { username: "a" } });
    expect(copy.text).toContain("# ours");
  });

  it("gets an id that nobody has", () => {
    expect(idOf("Über Logs & more!")).toBe("uber-logs-more");
    expect(idOf("日本")).toBe("");
    const taken = new Set(["pipelines/a.yaml", "pipelines/a-2.yaml"]);
    expect(freeId("a", { kind: "pipelines", scope: null }, (path) => taken.has(path))).toBe("a-3");
    expect(freeId("not an id", { kind: "pipelines", scope: null }, () => false)).toBe("new");
  });
});
