import { describe, expect, it } from "vitest";
import { openFrom, openTo, topologySearch } from "./search";

describe("the address of the topology", () => {
  it("keeps what it knows and drops the rest", () => {
    expect(topologySearch({ level: "group", id: 7, by: "", overlay: "off", evil: "x", q: ["a"] })).toEqual({
      level: "group",
      id: "7",
      overlay: "off",
    });
  });

  it("gives back what was opened, and nothing for what nobody wrote", () => {
    const open = new Set(["fleet/routes/errors.yaml", "collector/x,y"]);
    expect(openFrom(openTo(open))).toEqual(open);
    expect(openTo(new Set())).toBeUndefined();
    for (const text of [undefined, "", "{", "{}", "[1,null]", "null"]) expect(openFrom(text).size).toBe(0);
    expect(openFrom(JSON.stringify(Array.from({ length: 5000 }, String))).size).toBeLessThanOrEqual(40);
  });
});
