import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { setSkew } from "../lib/clock";
import { pastQuery } from "./collectors";

afterEach(() => {
  setSkew(0);
  vi.unstubAllGlobals();
});

it("the last day is the server's, in a browser whose clock is three hours ahead", async () => {
  let asked = "";
  vi.stubGlobal("fetch", async (request: Request) => {
    asked = request.url;
    return Response.json({});
  });
  setSkew(-3 * 3_600_000);
  await new QueryClient().fetchQuery(pastQuery("a", 86_400));
  const to = new URL(asked).searchParams.get("to");
  const ahead = Date.parse(to ?? "") - (Date.now() - 3 * 3_600_000);
  expect(Math.abs(ahead)).toBeLessThan(60_000);
});
