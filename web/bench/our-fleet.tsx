// The product's page of collectors, as it is. Its answers come from fleet-api.mjs, beside the page.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { useState } from "react";
import Screen from "../src/pages/collectors/page";
import { collectorsSearch } from "../src/pages/collectors/search";

export function OurFleet({ size: _ }: { size: number }) {
  const [{ router, queries }] = useState(made);
  return (
    <QueryClientProvider client={queries}>
      <main style={{ padding: 16 }}>
        <RouterProvider router={router as never} />
      </main>
    </QueryClientProvider>
  );
}

function made() {
  const root = createRootRoute();
  const shell = createRoute({ getParentRoute: () => root, id: "shell" });
  const list = createRoute({
    getParentRoute: () => shell,
    path: "/collectors",
    validateSearch: collectorsSearch,
    component: Screen,
  });
  const router = createRouter({
    routeTree: root.addChildren([shell.addChildren([list])]),
    history: createMemoryHistory({ initialEntries: ["/collectors"] }),
  });
  return { router, queries: new QueryClient() };
}
