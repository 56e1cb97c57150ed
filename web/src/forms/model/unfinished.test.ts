import { describe, expect, it } from "vitest";
import { placedAll } from "./errors";
import { parsePath } from "./path";
import { shownErrors } from "./unfinished";

const FILE = "pipelines/a.yaml";
const DROP = "steps[0].settings.drop.logs[0]";
const value = { steps: [{ type: "filter", settings: { drop: { logs: [""] } } }] };
const error = (path: string, message = "is wrong") => ({ path: `${FILE}: ${path}`, message });

describe("an error of an empty field", () => {
  const errors = placedAll([error(DROP)]);

  it("waits until the field was left", () => {
    expect(shownErrors(errors, value, [])).toEqual([]);
    expect(shownErrors(errors, value, [parsePath("steps[0].settings.on_error")])).toEqual([]);
    expect(shownErrors(errors, value, [parsePath(DROP)])).toEqual(errors);
  });

  it("of what stands around it waits as well, and comes with it", () => {
    const around = placedAll([error("steps[0].settings")]);
    expect(shownErrors(around, value, [])).toEqual([]);
    expect(shownErrors(around, value, [parsePath(DROP)])).toEqual(around);
  });

  it("is shown at once where something was written, and for the whole file", () => {
    const written = { steps: [{ settings: { drop: { logs: ["log.body =="] } } }] };
    expect(shownErrors(errors, written, [])).toEqual(errors);
    const whole = placedAll([{ path: FILE, message: "is wrong" }]);
    expect(shownErrors(whole, value, [])).toEqual(whole);
  });

  it("is told once, and says what to do", () => {
    const twice = [error(DROP, '"" is shorter than 1 character'), error(DROP, "is empty")];
    expect(placedAll(twice).map(({ message }) => message)).toEqual([
      "Write a condition, or remove the line.",
    ]);
    const include = [error("steps[0].settings.include[0]", '"" is shorter than 1 character')];
    expect(placedAll(include).map(({ message }) => message)).toEqual([
      "Write something, or remove the line.",
    ]);
  });
});
