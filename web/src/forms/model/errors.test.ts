import { describe, expect, it } from "vitest";
import { placed } from "./errors";
import { parsePath, pathText } from "./path";

describe("an error of the server", () => {
  it("stands at its field", () => {
    expect(placed({ path: "pipelines/a.yaml: steps[1].settings.drop.logs[0]", message: "no" })).toEqual({
      file: "pipelines/a.yaml",
      path: ["steps", 1, "settings", "drop", "logs", 0],
      message: "no",
    });
    expect(placed({ path: "groups/edge/group.yaml", message: "no" })).toMatchObject({
      file: "groups/edge/group.yaml",
      path: [],
    });
    expect(placed({ path: "base", message: "no" })).toMatchObject({ file: null, path: ["base"] });
  });

  it("stands at the field that is missing or unknown, not at the mapping around it", () => {
    const missing = placed({ path: "fleet/sources/x.yaml: settings", message: "`include` is required" });
    expect(missing.path).toEqual(["settings", "include"]);
    const unknown = { path: "fleet/sources/x.yaml: settings.tls", message: "unknown key `tls`; known are a" };
    expect(placed(unknown).path).toEqual(["settings", "tls"]);
  });
});

describe("a path", () => {
  it("comes back from its text", () => {
    for (const path of [["a"], ["a", 0, "b-c", 12], ["credentials", "odd key.x"], ["$sealed"], []])
      expect(parsePath(pathText(path))).toEqual(path);
  });
});
