import { describe, expect, it } from "vitest";
import { copiedStep, newStep, panelOf, stepsOf } from "./steps";

const VALUE = {
  steps: [
    { id: "a", type: "filter", settings: { drop: { logs: ["x < 1"] } } },
    { id: "a", type: "mask" },
    { type: "batch" },
    "odd",
  ],
};

describe("the chain", () => {
  it("shows every step, also those that are not as they should be, each under its own key", () => {
    const steps = stepsOf(VALUE);
    expect(steps.map(({ key }) => key)).toEqual(["a", "#1", "#2", "#3"]);
    expect(steps[0]?.summary).toBe("x < 1");
    expect(stepsOf({ steps: 3 })).toEqual([]);
    expect(stepsOf({})).toEqual([]);
  });

  it("is addressed by number, by id and by the palette", () => {
    const steps = stepsOf(VALUE);
    expect(panelOf("#2", steps)).toEqual({ kind: "step", index: 2 });
    expect(panelOf("a", steps)).toEqual({ kind: "step", index: 0 });
    expect(panelOf("+", steps)).toEqual({ kind: "palette", index: 4 });
    expect(panelOf("+1", steps)).toEqual({ kind: "palette", index: 1 });
    for (const none of [undefined, "#9", "#-1", "#x", "gone"])
      expect(panelOf(none, steps).kind).toBe("settings");
  });

  it("gives new steps and copies ids of their own, and copies no credentials", () => {
    const steps = stepsOf({
      steps: [
        { id: "filter", type: "filter" },
        { id: "filter-copy", type: "filter" },
      ],
    });
    expect(newStep("filter", steps)).toEqual({ id: "filter-2", type: "filter" });
    expect(newStep("mask", steps).id).toBe("mask");
    const copy = copiedStep(
      { id: "filter", type: "filter", credentials: { token: { $sealed: true } } },
      steps,
    );
    expect(copy).toEqual({ id: "filter-copy-2", type: "filter" });
  });
});
