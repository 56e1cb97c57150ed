import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { beginning, commandLine, shellWord, withQuery } from "./text";

it("a word of a shell means itself, whatever stands in it", () => {
  for (const text of [
    "a",
    "fleet/routes/a.yaml",
    "x; echo no",
    "it's",
    "$(id)",
    "a b\nc",
    "`id`",
    "",
    "-n=1",
    "a\\",
  ])
    expect(execFileSync("sh", ["-c", `printf %s ${shellWord(text)}`], { encoding: "utf8" })).toBe(text);
});

it("a filtered list is copied with its filter and without what is empty", () => {
  const asked = { "--kind": "x; echo no", "--collector": undefined, "--severity": "" };
  expect(commandLine("linkmesh events", asked)).toBe("linkmesh events --kind 'x; echo no'");
  expect(withQuery("events", { kind: "a&b=c", collector: undefined })).toBe("events?kind=a%26b%3Dc");
  expect(withQuery("events", {})).toBe("events");
});

it("the beginning of a text ends at its bound, and never in the middle of a character", () => {
  expect(beginning("short")).toBe("short");
  expect(beginning(null)).toBe("");
  expect(beginning("x".repeat(10_000)).length).toBe(1_001);
  expect(beginning("😀".repeat(10), 5)).toBe("😀😀…");
});
