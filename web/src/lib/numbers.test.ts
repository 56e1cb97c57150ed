import { describe, expect, it } from "vitest";
import { bytes, percent, plural, rate, short } from "./numbers";

describe("numbers", () => {
  it("keeps three significant figures across every step", () => {
    const seen = [0, 5, 12.34, 999, 999.6, 1240, 12_400, 1.24e6, 1e9, 3e12].map(short);
    expect(seen).toEqual(["0", "5", "12.3", "999", "1.00k", "1.24k", "12.4k", "1.24M", "1.00G", "3.00T"]);
  });

  it("shows what is unknown as a dash and never as zero", () => {
    for (const unknown of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(rate(unknown)).toBe("–");
      expect(percent(unknown)).toBe("–");
      expect(bytes(unknown)).toBe("–");
    }
  });

  it("takes a negative rate for a fault of the data", () => {
    expect(rate(-3)).toBe("–");
  });

  it("always carries a unit", () => {
    expect(rate(1240)).toBe("1.24k/s");
    expect(percent(4.25)).toBe("4.3%");
    expect(bytes(128 * 1024 * 1024)).toBe("128 MiB");
    expect(plural(1, "collector")).toBe("1 collector");
    expect(plural(12_431, "collector")).toBe("12,431 collectors");
  });
});
