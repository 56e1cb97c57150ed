import { describe, expect, it } from "vitest";
import { wentBack, whereToLook } from "./refusal";

describe("a refusal", () => {
  it("says where to look only where its words name no cause", () => {
    expect(whereToLook("Agent exited unexpectedly with exit code 1")).toContain("agent.log");
    expect(whereToLook("port 4317 in use")).toBeNull();
    expect(whereToLook(null)).toBeNull();
  });

  it("is known to be undone only of who is well and connected", () => {
    const one = { sync: "failed", health: "healthy", status: "connected" };
    expect(wentBack(one)).toBe(true);
    expect(wentBack({ ...one, health: "failed" })).toBe(false);
    expect(wentBack({ ...one, status: "disconnected" })).toBe(false);
    expect(wentBack({ ...one, sync: "in_sync" })).toBe(false);
  });
});
