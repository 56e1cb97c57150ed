import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { meQuery, signOut } from "../../api/session";
import { keepSecret, secretOf } from "./secret";

afterEach(() => vi.unstubAllGlobals());

test("what was shown to one person is not there for the next", async () => {
  let id = "ana";
  vi.stubGlobal("fetch", async (request: Request) =>
    request.method === "DELETE"
      ? new Response(null, { status: 204 })
      : Response.json({ id, name: id, permissions: [] }),
  );
  const queries = new QueryClient();
  const look = () => queries.fetchQuery({ ...meQuery, staleTime: 0 });
  await look();
  keepSecret("token:t", { token: "lmenr_x" });
  await look();
  expect(secretOf("token:t")).not.toBeNull();
  await signOut(queries);
  expect(secretOf("token:t")).toBeNull();

  await look();
  keepSecret("token:t", { token: "lmenr_x" });
  id = "ben";
  await look();
  expect(secretOf("token:t")).toBeNull();
});
