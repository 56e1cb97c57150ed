import { describe, expect, it } from "vitest";
import { stepRates } from "./step-rates";
import { topologyOf } from "./topology";

const step = (id: string, in_per_s: number | null, out_per_s: number | null) => ({
  id,
  type: "filter",
  in_per_s,
  out_per_s,
});
const route = (id: string, scope: string, steps: ReturnType<typeof step>[], reporting = 1) => ({
  id,
  kind: "route" as const,
  scope,
  pipeline: "clean",
  collectors: 1,
  reporting,
  steps,
});

describe("the rates of a pipeline's steps", () => {
  it("are sums over the routes that use it, and of one scope when asked", () => {
    const topology = topologyOf({
      nodes: [
        route("a", "fleet", [step("s", 100, 40)]),
        route("b", "groups/edge", [step("s", 100, 60)]),
        { ...route("c", "fleet", [step("s", 999, 999)]), pipeline: "another" },
      ],
    });
    expect(stepRates(topology, "clean").steps.get("s")).toEqual({
      in_per_s: 200,
      out_per_s: 100,
      dropped_percent: 50,
    });
    expect(stepRates(topology, "clean", "fleet").steps.get("s")?.out_per_s).toBe(40);
    expect(stepRates(topology, "clean").why).toBeNull();
  });

  it("stay unknown and say why", () => {
    const silent = topologyOf({ nodes: [route("a", "fleet", [step("s", null, null)], 0)] });
    const rates = stepRates(silent, "clean");
    expect(rates.steps.get("s")).toEqual({ in_per_s: null, out_per_s: null, dropped_percent: null });
    expect(rates.why).toContain("report no numbers");
    expect(stepRates(topologyOf({}), "clean").why).toContain("No route");
    expect(stepRates(topologyOf({ truncated: true }), "clean").why).toContain("Not among");
    const uncounted = topologyOf({ nodes: [route("a", "fleet", [step("s", 5, null)])] });
    expect(stepRates(uncounted, "clean").why).toContain("do not count");
  });

  it("call nothing dropped of nothing that came in", () => {
    const topology = topologyOf({ nodes: [route("a", "fleet", [step("s", 0, 0)])] });
    expect(stepRates(topology, "clean").steps.get("s")?.dropped_percent).toBeNull();
  });
});
