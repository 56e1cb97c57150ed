import { describe, expect, it } from "vitest";
import type { Facets } from "../../api/collectors";
import { howMany, isSelected, NOTHING, type Selection, setMany, target, toggle } from "./selection";

const ALL: Selection = { kind: "all", except: new Set() };
const behind = (versions: string[]) =>
  ({
    version: versions.map((version) => ({ runtime: "otelcol", version, count: 1, outdated: true })),
  }) as Facets;

describe("a selection", () => {
  it("counts and finds what was toggled an odd number of times", () => {
    let some: Selection = NOTHING;
    for (const id of ["a", "b", "a", "c", "c", "c"]) some = toggle(some, id);
    expect(["a", "b", "c"].map((id) => isSelected(some, id))).toEqual([false, true, true]);
    expect(howMany(some, 100)).toBe(2);
    expect(target(some, { q: "x" }, undefined)).toEqual({ ids: ["b", "c"] });
  });

  it("of all that match names the filter and leaves out single ones", () => {
    const most = toggle(toggle(ALL, "a"), "b");
    expect(howMany(most, 12_431)).toBe(12_429);
    expect(isSelected(most, "a")).toBe(false);
    expect(target(most, { q: "x or y" }, undefined)).toEqual({
      match: { q: "(x or y) and id!=a and id!=b" },
    });
    expect(howMany(toggle(most, "a"), 12_431)).toBe(12_430);
  });

  it("never does more than what is on the screen says: what cannot be said is refused", () => {
    let many: Selection = ALL;
    for (let n = 0; n < 100; n += 1) many = toggle(many, `c-${n}`);
    expect(howMany(many, 1_000)).toBe(970);
    expect(isSelected(many, "c-99")).toBe(true);
    const long: Selection = { kind: "all", except: new Set(["a"]) };
    expect(target(long, { q: "x".repeat(1_995) }, undefined)).toBeNull();
    expect(target(ALL, { outdated: true }, undefined)).toBeNull();
  });

  it("names versions where only those that are behind are shown", () => {
    const asked = target(ALL, { outdated: true, q: "web" }, behind(["0.1.0", "0.2.0"]));
    expect(asked).toEqual({
      match: {
        q: "(web) and ((runtime=otelcol and version=0.1.0) or (runtime=otelcol and version=0.2.0))",
      },
    });
  });

  it("of loaded rows grows and shrinks by them", () => {
    const some = setMany(NOTHING, ["a", "b"], true);
    expect(howMany(setMany(some, ["b", "x"], false), 9)).toBe(1);
  });
});
