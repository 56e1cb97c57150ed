import { describe, expect, it } from "vitest";
import type { FleetEvent } from "../../api/live";
import { merge } from "./merge";

const event = (id: string, more: Partial<FleetEvent> = {}): FleetEvent => ({
  id,
  at: "2026-01-01T00:00:00Z",
  kind: "connected",
  severity: "info",
  message: id,
  ...more,
});
const ids = (events: readonly FleetEvent[]) => events.map(({ id }) => id);

describe("live events among the pages", () => {
  it("stand once each, the newest first, also where an id gains a digit", () => {
    const merged = merge([event("101"), event("100")], [event("100"), event("99"), event("9")], {});
    expect(ids(merged)).toEqual(["101", "100", "99", "9"]);
  });

  it("pass the filters that the server applied to the pages", () => {
    const live = [event("3", { collector: "a", severity: "error" }), event("2", { collector: "b" })];
    expect(ids(merge(live, [event("1", { collector: "a" })], { collector: "a" }))).toEqual(["3", "1"]);
    expect(ids(merge(live, [event("1")], { severity: "error" }))).toEqual(["3"]);
    expect(ids(merge(live, [event("1", { kind: "drifted" })], { kind: "drifted" }))).toEqual(["1"]);
  });
});
