import { describe, expect, it } from "vitest";
import { relative, span } from "./time";

describe("time", () => {
  it("names at most two units", () => {
    expect([0, 45, 60, 3599, 3600, 7500, 86_400, 356_400].map(span)).toEqual([
      "0 s",
      "45 s",
      "1 min",
      "59 min",
      "1 h",
      "2 h 5 min",
      "1 d",
      "4 d 3 h",
    ]);
  });

  it("looks into the past and the future from the server's present", () => {
    const now = Date.parse("2026-01-01T12:00:00Z");
    expect(relative("2026-01-01T11:57:00Z", now)).toBe("3 min ago");
    expect(relative("2026-01-01T12:12:00Z", now)).toBe("in 12 min");
    expect(relative("2026-01-01T12:00:02Z", now)).toBe("just now");
    expect(relative("no time", now)).toBe("at an unknown time");
  });
});
