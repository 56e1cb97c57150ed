import { afterEach, describe, expect, it } from "vitest";
import { learnSkew, serverTime, setSkew } from "./clock";

afterEach(() => setSkew(0));

describe("the server's clock", () => {
  const now = Date.parse("2026-01-01T12:00:00.400Z");

  it("is believed over a browser that is hours off", () => {
    learnSkew("Thu, 01 Jan 2026 15:00:00 GMT", now);
    expect(serverTime(now) - Date.parse("2026-01-01T15:00:00Z")).toBeLessThan(1_000);
  });

  it("is not corrected by what the way of an answer takes", () => {
    learnSkew("Thu, 01 Jan 2026 11:59:59 GMT", now);
    expect(serverTime(now)).toBe(now);
  });

  it("is left alone by an answer without a date", () => {
    setSkew(60_000);
    learnSkew(null, now);
    learnSkew("no date", now);
    expect(serverTime(now)).toBe(now + 60_000);
  });
});
