import { afterEach, describe, expect, it, vi } from "vitest";
import { csvLine } from "../../lib/csv";
import { exportCollectors } from "./export";

/** A server with so many collectors, page after page. */
function served(count: number) {
  const pages: URL[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    pages.push(url);
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const to = Math.min(from + Number(url.searchParams.get("limit")), count);
    const items = Array.from({ length: to - from }, (_, at) => ({ id: `c-${from + at}`, name: '=1+1,"x"' }));
    const body = { items, next_cursor: to < count ? String(to) : null, total: count };
    return new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
  });
  return pages;
}

afterEach(() => vi.unstubAllGlobals());

describe("an export", () => {
  it("holds every row once, in either form, with the filter of the table", async () => {
    for (const format of ["csv", "json"] as const) {
      const pages = served(2_345);
      const far: number[] = [];
      const made = await exportCollectors(
        format,
        { q: "web" },
        "-rate",
        new AbortController().signal,
        (rows) => far.push(rows),
      );
      expect(made.rows).toBe(2_345);
      expect(made.cut).toBe(false);
      expect(far).toEqual([1_000, 2_000, 2_345]);
      expect(pages.every(({ searchParams }) => searchParams.get("q") === "web")).toBe(true);
      const text = await made.file.text();
      if (format === "json") expect(JSON.parse(text)).toHaveLength(2_345);
      else expect(text.trimEnd().split("\r\n")).toHaveLength(2_346);
    }
  });

  it("stops when it is told to", async () => {
    served(10_000);
    const control = new AbortController();
    const made = exportCollectors("csv", {}, undefined, control.signal, () => control.abort());
    await expect(made).rejects.toThrow();
  });

  it("writes no value that a spreadsheet runs", () => {
    expect(csvLine(["=1+1", "-2.5", "+cmd", "@x", 'a"b', "a,b", ""])).toBe(
      `'=1+1,-2.5,'+cmd,'@x,"a""b","a,b",\r\n`,
    );
  });
});
