import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { shellWord } from "./text";

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
