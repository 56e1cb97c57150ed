import { describe, expect, it } from "vitest";
import { examplesOf } from "./ottl";

const first = (...path: string[]) => examplesOf("condition", path)[0]?.text;

describe("examples of conditions", () => {
  it("look at the signal of their field", () => {
    expect(first("settings", "drop", "logs")).toMatch(/^log\./);
    expect(first("settings", "drop", "metrics")).toMatch(/metric\./);
    expect(first("settings", "drop", "traces")).toMatch(/^span\./);
  });

  it("never keep only the noise where a condition says what is kept", () => {
    expect(first("settings", "drop", "logs")).toContain("< SEVERITY_NUMBER_WARN");
    expect(first("filter", "logs")).toContain(">= SEVERITY_NUMBER_WARN");
  });

  it("are offered for conditions alone", () => {
    expect(examplesOf("statement", ["logs"])).toEqual([]);
    expect(examplesOf(undefined, ["logs"])).toEqual([]);
  });
});
