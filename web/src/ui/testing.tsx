// For tests of screens: the screen at an address among empty neighbors, and a network that answers as it is told.
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  type AnyRoute,
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";

/** What a call answers: a body, a Response, or a function of the request's body that gives one of them. */
export type Answer = unknown | ((body: unknown, address: URL) => unknown);

/** What was asked; `key` tells a repeated request from a second one. */
export interface Asked {
  call: string;
  body: unknown;
  key: string | null;
}

/** Answers calls by `METHOD /path` (below /api/v1, without the query); anything else is 404. Gives what was asked. */
export function network(answers: Readonly<Record<string, Answer>>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const address = new URL(request.url);
    const call = `${request.method} ${address.pathname.replace("/api/v1", "")}`;
    const text = await request.text();
    const body: unknown = text === "" ? null : JSON.parse(text);
    asked.push({
      call: `${call}${address.search}`,
      body,
      key: request.headers.get("idempotency-key"),
    });
    const known = answers[call];
    const found: unknown = typeof known === "function" ? await known(body, address) : known;
    if (found instanceof Response) return found;
    if (found === undefined) return problem(404, "It is not there");
    return Response.json(found);
  });
  return asked;
}

/** A refusal as the server words it. */
export function problem(status: number, detail: string, more: object = {}): Response {
  return Response.json({ title: "Refused", status, detail, ...more }, { status });
}

/** An administrator, as `GET me` answers. */
export const ADMIN = {
  kind: "user",
  id: "admin",
  name: "admin",
  role: "admin",
  csrf_token: "proof",
  permissions: [
    "collectors:read",
    "collectors:write",
    "collectors:operate",
    "config:read",
    "config:write",
    "tokens:read",
    "tokens:create",
    "tokens:revoke",
    "delivery:operate",
    "mirror:write",
    "server:read",
    "server:manage",
    "server:backup",
    "users:manage",
    "audit:read",
  ],
};

/** Shows a screen at `address`; `path` is its place among the addresses, with its parameters. */
export function stand(
  Screen: () => ReactNode,
  {
    path,
    address = path,
    search,
  }: { path: string; address?: string; search?: (raw: Record<string, unknown>) => object },
) {
  const root = createRootRoute({ notFoundComponent: () => <p>elsewhere</p> });
  const shell = createRoute({ getParentRoute: () => root, id: "shell" });
  const screen = createRoute({
    getParentRoute: () => shell,
    path,
    component: Screen,
    ...(search ? { validateSearch: search } : {}),
  });
  return show(root.addChildren([shell.addChildren([screen])]), address);
}

/** Shows addresses of the test's own at one of them; `beside` stands next to the screen, as parts of the frame do. */
export function show(routeTree: AnyRoute, address: string, beside: ReactNode = null) {
  const router = createRouter({
    routeTree,
    history: createMemoryHistory({ initialEntries: [address] }),
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const shown = render(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router as never} />
        {beside}
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...shown, router, queries };
}
