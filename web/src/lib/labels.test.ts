import { describe, expect, it } from "vitest";
import { labelsOf } from "./labels";

describe("labels as text", () => {
  it("stand on lines or between commas, and a value may hold an equals sign", () => {
    expect(labelsOf("env=prod, team=web\n q=a=b \n\n")).toEqual({
      labels: { env: "prod", team: "web", q: "a=b" },
    });
    expect(labelsOf("")).toEqual({ labels: {} });
  });

  it("need a key, and each key once", () => {
    expect(labelsOf("prod")).toEqual({ fault: '"prod" is no label: write key=value.' });
    expect(labelsOf("=x")).toHaveProperty("fault");
    expect(labelsOf("a=1,a=2")).toEqual({ fault: "The key a is there twice." });
  });
});
