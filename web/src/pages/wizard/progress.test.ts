import { describe, expect, test } from "vitest";
import { readLabels } from "./labels-model";
import { arrived, type Facts, joinedHosts, steps, tips } from "./progress";

const ORIGIN = "https://linkmesh.example.com";
const nobody: Facts = {
  target: "opamp",
  waited: 0,
  collector: null,
  throughput: null,
  tokenState: "active",
  refused: null,
};
const here: Facts = {
  ...nobody,
  collector: { status: "connected", health: "healthy", sync: "in_sync", in_per_s: null },
};
const lights = (facts: Facts) => steps(facts).map(({ light }) => light);
const ids = (facts: Facts) => tips(facts, ORIGIN).map(({ id }) => id);

describe("the lights", () => {
  test("turn green one after the other, each by its own fact", () => {
    expect(lights(nobody)).toEqual(["waiting", "waiting", "waiting"]);
    expect(lights(here)).toEqual(["done", "waiting", "waiting"]);
    const numbers = { ...here, throughput: { as_of: "2026-01-01T00:00:00Z" } };
    expect(lights(numbers)).toEqual(["done", "done", "waiting"]);
    expect(arrived(numbers)).toBe(true);
    const flows: Facts = { ...numbers, collector: { ...here.collector, in_per_s: 2 } as Facts["collector"] };
    expect(lights(flows)).toEqual(["done", "done", "done"]);
  });

  test("a collector that awaits its host is not connected, and one that went is not either", () => {
    for (const status of ["awaiting_connection", "disconnected"] as const) {
      expect(lights({ ...here, collector: { ...here.collector, status } as Facts["collector"] })[0]).toBe(
        "waiting",
      );
    }
  });

  test("a supervisor whose collector does not run is trouble in the host's own words", () => {
    const failed: Facts = {
      ...here,
      collector: { ...here.collector, health: "failed", health_reason: "port taken" } as Facts["collector"],
    };
    expect(steps(failed)[0]).toMatchObject({ light: "trouble", says: "port taken" });
    expect(ids(failed)).toEqual(["unhealthy"]);
    expect(arrived({ ...failed, throughput: { as_of: "2026-01-01T00:00:00Z" } })).toBe(false);
  });

  test("nothing is said to flow where the rate is unknown, and the next step is named where nothing applies", () => {
    expect(steps(here)[2]?.says).toContain("source");
  });
});

describe("the tips", () => {
  test("there are none in the first half minute, then ever more, and none once it is there", () => {
    const counts = [0, 29, 30, 60, 120].map((waited) => ids({ ...nobody, waited }).length);
    expect(counts.slice(0, 2)).toEqual([0, 0]);
    expect(counts[2]).toBeGreaterThan(0);
    expect(counts[3]).toBeGreaterThan(counts[2] ?? 0);
    expect(counts[4]).toBeGreaterThan(counts[3] ?? 0);
    expect(ids({ ...here, waited: 600, throughput: { as_of: "2026-01-01T00:00:00Z" } })).toEqual([]);
  });

  test("what the server itself saw comes first and at once", () => {
    expect(ids({ ...nobody, refused: "the token is used up", waited: 60 })[0]).toBe("refused");
    expect(ids({ ...nobody, tokenState: "expired" })).toEqual(["expired"]);
  });

  test("each runtime gets its own commands", () => {
    const text = (target: Facts["target"]) =>
      tips({ ...nobody, target, waited: 300 }, ORIGIN)
        .map(({ text, command }) => `${text} ${command ?? ""}`)
        .join("\n");
    expect(text("alloy")).toContain("journalctl -u alloy");
    expect(text("alloy")).not.toContain("supervisor");
    expect(text("opamp")).toContain("journalctl -u opamp-supervisor");
    expect(text("opamp")).toContain(`${ORIGIN}/healthz`);
  });

  test("a host that is connected without numbers is told after a while, not at once", () => {
    expect(ids({ ...here, waited: 30 })).toEqual([]);
    expect(ids({ ...here, waited: 100 })).toEqual(["numbers"]);
  });
});

describe("labels as they are typed", () => {
  test("are read with any space between them", () => {
    expect(readLabels(" env=prod,role=web\n team=a=b ")).toEqual({
      ok: true,
      labels: { env: "prod", role: "web", team: "a=b" },
    });
    expect(readLabels("")).toEqual({ ok: true, labels: {} });
    expect(readLabels("__proto__=x")).toMatchObject({ ok: true });
  });

  test("say which one is none", () => {
    for (const bad of ["prod", "=x", "env=", "env=a env=b", "x".repeat(10_000)]) {
      const read = readLabels(bad);
      expect(read.ok, bad).toBe(false);
      expect(JSON.stringify(read).length).toBeLessThan(120);
    }
  });
});

describe("several hosts", () => {
  test("each is green by itself; who went away or is not known is not", () => {
    const one = (id: string, more: object = {}) =>
      ({ id, name: id, status: "connected", health: "healthy", memory_bytes: 1, ...more }) as never;
    const known = [one("a"), one("b", { status: "disconnected" }), one("c", { health: "failed" })];
    expect(joinedHosts(["a", "b", "c", "d"], known).map(({ id, light }) => [id, light])).toEqual([
      ["d", "waiting"],
      ["c", "trouble"],
      ["b", "waiting"],
      ["a", "done"],
    ]);
  });
});
